// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a file of results that another program or another machine made. Nothing is stored here: see
// RunStore::addImport().
#pragma once

#include "app/import/ImportPreview.h"

namespace arcmeter::app {

/// Finds out what the file is and reads it. Throws Error naming the file where it cannot be read or holds
/// nothing that is known; damaged lines are listed in the preview instead. Any thread.
ImportPreview readForImport(const QString& file);

/// One line a problem: "line 12: a throughput line that is not whole: train: iter 2".
QStringList problemLines(const ImportPreview& preview);

}  // namespace arcmeter::app
