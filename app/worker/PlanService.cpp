// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/PlanService.h"

#include "app/worker/WorkerProcess.h"

namespace arcmeter::app {
namespace {

constexpr int debounceMs = 120;
constexpr int answerMs =
    10'000;                   // a plan takes milliseconds; a dataset's folder on a sleeping disk takes longer
constexpr int maxDeaths = 2;  // in a row without an answer
constexpr qsizetype maxAnswerBytes = static_cast<qsizetype>(protocol::max_line_bytes);

}  // namespace

PlanService::PlanService(const QString& engine, QObject* parent) : QObject(parent), m_engine(engine) {
    m_debounce.setSingleShot(true);
    m_debounce.setInterval(debounceMs);
    connect(&m_debounce, &QTimer::timeout, this, &PlanService::sendPending);
    m_timeout.setSingleShot(true);
    m_timeout.setInterval(answerMs);
    connect(&m_timeout, &QTimer::timeout, this, [this] {
        stopEngine();
        fail(QStringLiteral("The engine did not answer within %1 s.").arg(answerMs / 1000));
        sendPending();
    });
}

PlanService::~PlanService() {
    stopEngine();
}

void PlanService::setEngine(const QString& engine) {
    if (engine == m_engine) return;
    m_engine = engine;
    m_deaths = 0;
    stopEngine();
    if (m_asked && !m_pending) m_pending = m_asked;
    m_asked.reset();
    if (m_pending) m_debounce.start();
}

void PlanService::request(const protocol::RunConfig& config) {
    ask({config});
}

void PlanService::requestLimit(const protocol::RunConfig& config, protocol::Limit limit, int curvePoints) {
    ask({config, limit, curvePoints});
}

void PlanService::ask(const Question& question) {
    m_pending = question;
    m_debounce.start();
}

void PlanService::sendPending() {
    if (m_engine.isEmpty() || !m_pending || m_asked) return;  // without an engine the question waits for one
    m_asked = std::exchange(m_pending, std::nullopt);
    const auto problems = protocol::validate(m_asked->config);
    if (!problems.empty()) {
        fail(QString::fromStdString(problems.front().message));
        return;
    }
    if (!m_process) startEngine();
    if (!m_process || !m_asked) return;  // it could not be started; handleEnd() has said so
    nlohmann::json question = to_json(m_asked->config);
    if (m_asked->limit) question["find"] = std::string(to_string(*m_asked->limit));
    if (m_asked->curvePoints > 1) question["curve_points"] = m_asked->curvePoints;
    m_process->write(QByteArray::fromStdString(question.dump()) + '\n');
    m_timeout.start();
}

void PlanService::startEngine() {
    m_process = new QProcess(this);
    m_buffer.clear();
    // What the engine says to people is of no use here, and an unread pipe would stop it.
    m_process->setStandardErrorFile(QProcess::nullDevice());
    connect(m_process, &QProcess::readyReadStandardOutput, this, &PlanService::readAnswers);
    connect(m_process, &QProcess::finished, this, &PlanService::handleEnd);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) handleEnd();
    });
    m_process->start(m_engine, {QStringLiteral("plan"), QStringLiteral("--serve")});
}

void PlanService::stopEngine() {
    m_timeout.stop();
    if (!m_process) return;
    QProcess* process = std::exchange(m_process, nullptr);
    process->disconnect(this);
    process->kill();
    process->waitForFinished(200);
    process->deleteLater();
}

void PlanService::readAnswers() {
    m_buffer += m_process->readAllStandardOutput();
    if (m_buffer.size() > maxAnswerBytes) {
        stopEngine();
        fail(QStringLiteral("The engine's answer is longer than any plan."));
        return;
    }
    for (qsizetype end; (end = m_buffer.indexOf('\n')) >= 0;) {
        const QByteArray line = m_buffer.left(end);
        m_buffer.remove(0, end + 1);
        takeAnswer(line);
    }
}

void PlanService::takeAnswer(const QByteArray& line) {
    const protocol::ParsedLine parsed = protocol::parse_line(line.toStdString());
    if (!parsed.problem.empty()) {
        fail(QStringLiteral("The engine's answer is no plan: %1.")
                 .arg(QString::fromStdString(parsed.problem)));
    } else if (!parsed.event || !m_asked) {
        return;
    } else if (const auto* plan = std::get_if<protocol::Plan>(&parsed.event->body)) {
        m_timeout.stop();
        m_deaths = 0;
        const protocol::RunConfig config = std::exchange(m_asked, std::nullopt)->config;
        if (!m_pending) emit planReady(config, *plan);
    } else if (const auto* error = std::get_if<protocol::ErrorEvent>(&parsed.event->body)) {
        m_deaths = 0;
        fail(QString::fromStdString(error->message), QString::fromStdString(error->hint));
    } else {
        return;  // hello and the like
    }
    sendPending();
}

void PlanService::fail(const QString& message, const QString& hint) {
    m_timeout.stop();
    if (!m_asked) return;
    const protocol::RunConfig config = std::exchange(m_asked, std::nullopt)->config;
    if (!m_pending) emit planFailed(config, message, hint);
}

void PlanService::handleEnd() {
    if (!m_process) return;
    const QString sentence =
        m_process->error() == QProcess::FailedToStart
            ? QStringLiteral("%1 could not be started: %2.").arg(m_engine, m_process->errorString())
            : describeExit(m_engine, m_process->exitStatus() == QProcess::CrashExit, m_process->exitCode());
    m_process->deleteLater();
    m_process = nullptr;
    ++m_deaths;
    if (m_asked && !m_pending && m_deaths < maxDeaths) {
        m_pending = std::exchange(m_asked, std::nullopt);
        m_debounce.start();
        return;
    }
    fail(sentence);
    if (m_pending) m_debounce.start();
}

}  // namespace arcmeter::app
