// SPDX-License-Identifier: GPL-3.0-or-later
// Covers a widget while files are dragged over it, and says what dropping them does.
#pragma once

#include <QWidget>

namespace arcmeter::ui {

class DropHint : public QWidget {
    Q_OBJECT

public:
    explicit DropHint(QWidget* covered);
    void showOver();

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace arcmeter::ui
