// SPDX-License-Identifier: GPL-3.0-or-later
// What runs, how far it is, and its figures now.
#pragma once

#include <QFrame>

#include "app/run/RunController.h"
#include "app/statistics/Diagnosis.h"
#include "app/store/RunRecord.h"

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace arcmeter::ui {

class RunHeader : public QFrame {
    Q_OBJECT

public:
    explicit RunHeader(QWidget* parent = nullptr);

    void setRun(qint64 runId, const QString& title);
    void setState(app::RunState state, const QString& detail = {});
    void setProgress(const app::RunProgress& progress);
    void setStep(const protocol::Step& step);
    /// Of a run that has ended; a step's time follows from samples/s and the batch of all devices together.
    void setFigures(const app::RunFigures& figures, std::int64_t globalBatch);
    void setElapsed(qint64 milliseconds);
    /// Why an ended run is as slow as it is, and what was noticed about its repeats.
    void setVerdict(const app::Diagnosis& diagnosis, const QStringList& notes);
    void clear();

    QString stateText() const;
    QString figure(const QString& name) const;  ///< of the tile with that object name, for tests

signals:
    void stopRequested();
    void againRequested();

private:
    QLabel* addTile(QHBoxLayout* row, const char* name, const QString& title, QLabel** caption = nullptr);
    void setEnded(bool ended);
    void showUtilization(const std::optional<double>& share);
    void setStateLook(app::RunState state);

    QLabel* m_title;
    QLabel* m_state;
    QLabel* m_detail;
    QProgressBar* m_progress;
    QPushButton* m_stop;
    QPushButton* m_again;
    QLabel* m_samples = nullptr;
    QLabel* m_stepTime = nullptr;
    QLabel* m_loss = nullptr;
    QLabel* m_accuracy = nullptr;
    QLabel* m_memory = nullptr;
    QLabel* m_utilization = nullptr;
    QLabel* m_utilizationTitle = nullptr;
    QLabel* m_time = nullptr;
    QLabel* m_timeTitle = nullptr;
    QLabel* m_samplesTitle = nullptr;
    QLabel* m_lossTitle = nullptr;
    QLabel* m_accuracyTitle = nullptr;
    QLabel* m_verdict = nullptr;
};

}  // namespace arcmeter::ui
