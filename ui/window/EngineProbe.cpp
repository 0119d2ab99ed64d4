// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/EngineProbe.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace arcmeter::ui {

std::optional<MachineFacts> machineFacts(const QByteArray& json) {
    const QJsonObject answer = QJsonDocument::fromJson(json).object();
    if (!answer.contains(QStringLiteral("devices"))) return std::nullopt;
    const QJsonObject cuda = answer.value(QStringLiteral("cuda")).toObject();
    MachineFacts facts;
    facts.cudaAvailable = cuda.value(QStringLiteral("available")).toBool();
    facts.cudaReason = cuda.value(QStringLiteral("reason")).toString();
    for (const QJsonValue& value : answer.value(QStringLiteral("devices")).toArray()) {
        const QJsonObject device = value.toObject();
        const bool isCpu = device.value(QStringLiteral("kind")).toString() == QLatin1String("cpu");
        if (facts.device.isEmpty() || isCpu != facts.cudaAvailable) {
            facts.device = device.value(QStringLiteral("name")).toString();
        }
        if (!isCpu) continue;
        for (const QJsonValue& name : device.value(QStringLiteral("precisions")).toArray()) {
            facts.cpuPrecisions << name.toString();
        }
    }
    return facts;
}

EngineProbe::EngineProbe(QObject* parent) : QObject(parent) {}

void EngineProbe::ask(const QString& engine) {
    delete m_process;
    m_process = new QProcess(this);
    connect(m_process, &QProcess::finished, this, &EngineProbe::finish);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            emit failed(
                tr("%1 could not be started: %2.").arg(m_process->program(), m_process->errorString()));
        }
    });
    m_process->start(engine, {QStringLiteral("devices"), QStringLiteral("--json")});
    m_process->closeWriteChannel();
}

void EngineProbe::finish() {
    const auto facts = machineFacts(m_process->readAllStandardOutput());
    if (facts) {
        emit answered(*facts);
        return;
    }
    const QString words = QString::fromUtf8(m_process->readAllStandardError()).trimmed().right(300);
    const QString name = QFileInfo(m_process->program()).fileName();
    emit failed(words.isEmpty() ? tr("%1 does not say which devices it sees.").arg(name)
                                : tr("%1 does not say which devices it sees: %2").arg(name, words));
}

}  // namespace arcmeter::ui
