// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/version/Version.h"

namespace arcmeter::app {

QString programVersion() {
    return QStringLiteral(ARCMETER_VERSION);
}

}  // namespace arcmeter::app
