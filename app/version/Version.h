// SPDX-License-Identifier: GPL-3.0-or-later
// The version of these programs, from the top-level CMakeLists.txt.
#pragma once

#include <QString>

namespace arcmeter::app {

QString programVersion();

}  // namespace arcmeter::app
