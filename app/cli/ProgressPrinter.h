// SPDX-License-Identifier: GPL-3.0-or-later
// A run's progress on standard error: a bar that redraws itself on a terminal, now and then a line elsewhere.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include "app/run/RunController.h"

namespace arcmeter::app::cli {

class ProgressPrinter : public QObject {
    Q_OBJECT

public:
    /// Follows `controller`, which must outlive it.
    explicit ProgressPrinter(RunController* controller, QObject* parent = nullptr);
    void finish();  ///< clears the bar

private:
    void showState(RunState state);
    void refresh();
    QString text(int barWidth) const;

    RunController* m_controller;
    QTimer m_timer;
    QElapsedTimer m_sinceLine;
    bool m_terminal;
    bool m_barShown = false;
};

}  // namespace arcmeter::app::cli
