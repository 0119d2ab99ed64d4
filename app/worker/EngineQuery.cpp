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

QByteArray answerOf(const QString& engine, const QByteArray& question) {
    QProcess process;
    process.start(engine, {QStringLiteral("plan"), QStringLiteral("--config"), QStringLiteral("-")});
    if (!process.waitForStarted()) {
        refuse(QStringLiteral("%1 could not be started: %2.").arg(engine, process.errorString()));
    }
    process.write(question);
    process.closeWriteChannel();
    if (!process.waitForFinished(answerMs)) {
        process.kill();
        process.waitForFinished(1000);
        refuse(QStringLiteral("%1 gave no plan within %2 s.").arg(engine).arg(answerMs / 1000));
    }
    const QByteArray answer = process.readAllStandardOutput();
    if (!answer.isEmpty()) return answer;
    const QString said = QString::fromUtf8(process.readAllStandardError()).trimmed();
    const QString how = describeExit(engine, process.exitStatus() == QProcess::CrashExit, process.exitCode());
    refuse(said.isEmpty() ? how : QStringLiteral("%1 It said: %2").arg(how, said));
}

}  // namespace

namespace {

protocol::Plan askForPlan(const QString& engine, const nlohmann::json& question) {
    const QByteArray answer = answerOf(engine, QByteArray::fromStdString(question.dump()) + '\n');
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
