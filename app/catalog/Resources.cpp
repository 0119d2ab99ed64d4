// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalog/Resources.h"

#include <QFile>

#include "engine/protocol/error.h"

// A static library's resources are dropped by the linker unless they are asked for; the macro must stand
// outside every namespace.
static void keepResources() {
    Q_INIT_RESOURCE(arcmeter_app);
}

namespace arcmeter::app {

QByteArray resourceBytes(const QString& name) {
    keepResources();
    QFile file(QStringLiteral(":/arcmeter/") + name);
    if (!file.open(QIODevice::ReadOnly)) {
        throw Error(ErrorCode::internal,
                    "The built-in file " + name.toStdString() + " is missing from this program.");
    }
    return file.readAll();
}

}  // namespace arcmeter::app
