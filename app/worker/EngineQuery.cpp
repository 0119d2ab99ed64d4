// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/EngineQuery.h"

#include <QProcess>

#include "app/worker/WorkerProcess.h"

namespace arcmeter::app {
namespace {

constexpr int answerMs = 60'000;

[[noreturn]] void refuse(const QString& sentence) {
    throw Error(ErrorCode::internal, sentence.toStdString());
}

QByteArray answerOf(const QString& engine, const QStringList& arguments, const QByteArray& question,
                    int patienceMs) {
    QProcess process;
    process.start(engine, arguments);
    if (!process.waitForStarted()) {
        refuse(QStringLiteral("%1 could not be started: %2.").arg(engine, process.errorString()));
    }
    process.write(question);
    process.closeWriteChannel();
    if (!process.waitForFinished(patienceMs)) {
        process.kill();
        process.waitForFinished(1000);
        refuse(QStringLiteral("%1 gave no plan within %2 s.").arg(engine).arg(patienceMs / 1000));
    }
    const QByteArray answer = process.readAllStandardOutput();
    if (!answer.isEmpty()) return answer;
    const QString said = QString::fromUtf8(process.readAllStandardError()).trimmed();
    const QString how = describeExit(engine, process.exitStatus() == QProcess::CrashExit, process.exitCode());
    refuse(said.isEmpty() ? how : QStringLiteral("%1 It said: %2").arg(how, said));
}

/// Nullopt for a line that is neither a plan nor an error.
std::optional<PlanAnswer> planAnswer(const QByteArray& line) {
    const protocol::ParsedLine parsed = protocol::parse_line(line.toStdString());
    if (!parsed.event) return std::nullopt;
    if (const auto* plan = std::get_if<protocol::Plan>(&parsed.event->body)) return PlanAnswer{*plan, {}};
    if (const auto* error = std::get_if<protocol::ErrorEvent>(&parsed.event->body)) {
        return PlanAnswer{std::nullopt, QString::fromStdString(error->message)};
    }
    return std::nullopt;
}

}  // namespace

std::vector<PlanAnswer> queryPlans(const QString& engine, const std::vector<protocol::RunConfig>& configs) {
    std::vector<PlanAnswer> answers(configs.size());
    std::vector<std::size_t> asked;
    QByteArray questions;
    for (std::size_t i = 0; i < configs.size(); ++i) {
        const auto problems = protocol::validate(configs[i]);
        if (!problems.empty()) {
            answers[i].problem = QString::fromStdString(problems.front().message);
            continue;
        }
        asked.push_back(i);
        questions += QByteArray::fromStdString(to_json(configs[i]).dump()) + '\n';
    }
    if (asked.empty()) return answers;
    const int patienceMs = answerMs + static_cast<int>(asked.size()) * 1000;
    const QByteArray lines =
        answerOf(engine, {QStringLiteral("plan"), QStringLiteral("--serve")}, questions, patienceMs);
    std::size_t next = 0;
    for (const QByteArray& line : lines.split('\n')) {
        if (line.trimmed().isEmpty() || next == asked.size()) continue;
        if (auto answer = planAnswer(line)) answers[asked[next++]] = std::move(*answer);
    }
    if (next != asked.size()) {
        refuse(QStringLiteral("%1 gave %2 plans for %3 configurations.")
                   .arg(engine)
                   .arg(next)
                   .arg(asked.size()));
    }
    return answers;
}

namespace {

protocol::Plan askForPlan(const QString& engine, const nlohmann::json& question) {
    const QByteArray answer =
        answerOf(engine, {QStringLiteral("plan"), QStringLiteral("--config"), QStringLiteral("-")},
                 QByteArray::fromStdString(question.dump()) + '\n', answerMs);
    for (const QByteArray& line : answer.split('\n')) {
        if (line.trimmed().isEmpty()) continue;
        const protocol::ParsedLine parsed = protocol::parse_line(line.toStdString());
        if (!parsed.problem.empty()) {
            refuse(
                QStringLiteral("%1 gave no plan: %2.").arg(engine, QString::fromStdString(parsed.problem)));
        }
        if (!parsed.event) continue;
        if (const auto* plan = std::get_if<protocol::Plan>(&parsed.event->body)) return *plan;
        if (const auto* error = std::get_if<protocol::ErrorEvent>(&parsed.event->body)) {
            throw Error(error->code, error->message, error->hint);
        }
    }
    refuse(QStringLiteral("%1 gave no plan.").arg(engine));
}

}  // namespace

protocol::Plan queryPlan(const QString& engine, const protocol::RunConfig& config) {
    return askForPlan(engine, to_json(config));
}

protocol::Plan queryLimit(const QString& engine, const protocol::RunConfig& config, protocol::Limit limit) {
    nlohmann::json question = to_json(config);
    question["find"] = std::string(to_string(limit));
    protocol::Plan plan = askForPlan(engine, question);
    if (!plan.limit) refuse(QStringLiteral("%1 cannot search for limits.").arg(engine));
    return plan;
}

}  // namespace arcmeter::app
