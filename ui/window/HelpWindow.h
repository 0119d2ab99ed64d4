// SPDX-License-Identifier: GPL-3.0-or-later
// The help text in a window of its own, so that it can stay open beside the work.
#pragma once

#include <QDialog>

namespace arcmeter::ui {

class HelpWindow : public QDialog {
    Q_OBJECT

public:
    explicit HelpWindow(QWidget* parent = nullptr);
};

/// What the program is, its version and licences.
void showAbout(QWidget* parent, const QString& engineText);

}  // namespace arcmeter::ui
