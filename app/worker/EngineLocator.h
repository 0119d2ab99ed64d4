// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the worker program arcmeter-engine.
#pragma once

#include <QString>

namespace arcmeter::app {

/// Looks, in this order, at `chosen` (a setting; may be empty), the environment variable ARCMETER_ENGINE, the
/// folder of this program, ../engine beside it (the build tree), ../libexec/arcmeter and
/// ../lib/arcmeter, and PATH. A path that was asked for
/// but is not an executable file is an error, never silently replaced.
/// Throws Error(data_missing) with one sentence saying where it looked.
QString findEngine(const QString& chosen = {});

}  // namespace arcmeter::app
