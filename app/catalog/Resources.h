// SPDX-License-Identifier: GPL-3.0-or-later
// Files compiled into the program (resources/arcmeter_app.qrc).
#pragma once

#include <QByteArray>
#include <QString>

namespace arcmeter::app {

/// The bytes of a compiled-in file, e.g. "catalog/presets.json". Throws Error(internal) when it is not there.
QByteArray resourceBytes(const QString& name);

}  // namespace arcmeter::app
