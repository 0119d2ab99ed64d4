// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/MachineQuery.h"

#include <QProcess>
#include <QThread>
#include <nlohmann/json.hpp>

#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

constexpr int answerMs = 60'000;  // the first look at a GPU can take several seconds

}  // namespace

std::optional<MachineDevices> machineFromJson(const QByteArray& bytes) {
    const auto answer = nlohmann::json::parse(bytes.constBegin(), bytes.constEnd(), nullptr, false);
    if (!answer.is_object() || !answer.contains("devices") || !answer["devices"].is_array())
        return std::nullopt;
    MachineDevices machine;
    machine.cpuCores = QThread::idealThreadCount();
    for (const auto& device : answer["devices"]) {
        if (device.is_object() && device.value("kind", "") == "cuda") ++machine.cudaDevices;
    }
    if (answer.contains("cuda") && answer["cuda"].is_object()) {
        machine.cudaReason = QString::fromStdString(answer["cuda"].value("reason", ""));
    }
    return machine;
}

MachineDevices queryMachine(const QString& engine) {
    QProcess process;
    process.start(engine, {QStringLiteral("devices"), QStringLiteral("--json")});
    process.closeWriteChannel();
    if (process.waitForFinished(answerMs)) {
        if (const auto machine = machineFromJson(process.readAllStandardOutput())) return *machine;
    } else {
        process.kill();
        process.waitForFinished(1000);
    }
    throw Error(ErrorCode::internal,
                QStringLiteral("%1 does not say which devices it sees.").arg(engine).toStdString());
}

}  // namespace arcmeter::app
