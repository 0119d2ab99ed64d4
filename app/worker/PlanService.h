// SPDX-License-Identifier: GPL-3.0-or-later
// 'Will it fit', live: keeps one `arcmeter-engine plan --serve` and asks it about the newest configuration
// only. request() may be called on every keystroke. Lives in the thread that made it; never blocks.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QProcess>
#include <QTimer>
#include <optional>

#include "engine/protocol/events.h"
#include "engine/protocol/limit.h"

namespace arcmeter::app {

class PlanService : public QObject {
    Q_OBJECT

public:
    explicit PlanService(const QString& engine, QObject* parent = nullptr);
    ~PlanService() override;

    /// Answered by exactly one planReady or planFailed unless a newer request replaces it. An invalid
    /// configuration is answered without asking the engine.
    void request(const protocol::RunConfig& config);
    /// The same for the largest value that fits: the plan then has its limit, with `curvePoints` of the
    /// memory against the value (0: none).
    void requestLimit(const protocol::RunConfig& config, protocol::Limit limit, int curvePoints);
    void setEngine(const QString& engine);

signals:
    void planReady(const arcmeter::protocol::RunConfig& config, const arcmeter::protocol::Plan& plan);
    void planFailed(const arcmeter::protocol::RunConfig& config, const QString& message, const QString& hint);

private:
    struct Question {
        protocol::RunConfig config;
        std::optional<protocol::Limit> limit = std::nullopt;
        int curvePoints = 0;
    };

    void ask(const Question& question);
    void sendPending();
    void startEngine();
    void stopEngine();
    void readAnswers();
    void takeAnswer(const QByteArray& line);
    void fail(const QString& message, const QString& hint = {});
    void handleEnd();

    QString m_engine;
    QProcess* m_process = nullptr;
    QTimer m_debounce;
    QTimer m_timeout;
    QByteArray m_buffer;
    std::optional<Question> m_pending;  ///< not yet sent
    std::optional<Question> m_asked;    ///< sent, no answer yet
    int m_deaths = 0;                   ///< since the last answer
};

}  // namespace arcmeter::app
