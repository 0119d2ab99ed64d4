// SPDX-License-Identifier: GPL-3.0-or-later
// The queue's and the suites' words, in the window's language.
#pragma once

#include <QString>

#include "app/queue/QueueEntry.h"

namespace arcmeter::ui {

QString queueStateText(app::QueueState state);

/// "Y1 · synthetic · data parallel · FP32 · batch 16", with the devices where there are several, and what a
/// search is to find, or has found.
QString entryText(const app::SuiteEntry& entry, bool isFound = false);

/// How many repeats its method measures at least.
int repeatsWanted(const app::SuiteEntry& entry);

}  // namespace arcmeter::ui
