// SPDX-License-Identifier: GPL-3.0-or-later
// Saves an export table where the user says, in the format that the file's ending names.
#pragma once

#include <QString>

#include "app/export/Table.h"

class QWidget;

namespace arcmeter::ui {

class MessageBar;

/// Asks for the file; says in `messages` where it went, or why not.
void saveTableAs(QWidget* parent, const app::Table& table, const QString& suggestedName,
                 MessageBar* messages);

/// Without asking. False, with the reason in `messages`, when it could not be written.
bool saveTable(const app::Table& table, const QString& file, MessageBar* messages);

}  // namespace arcmeter::ui
