// SPDX-License-Identifier: GPL-3.0-or-later
// Asks the engine, without blocking the window, what it is and which devices it sees.
#pragma once

#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <optional>

namespace arcmeter::ui {

struct MachineFacts {
    QString device;  ///< name of the device that 'auto' would take
    bool cudaAvailable = false;
    QString cudaReason;         ///< why there is no GPU to use; empty where there is one
    QStringList cpuPrecisions;  ///< that the CPU computes in; empty when not told
};

class EngineProbe : public QObject {
    Q_OBJECT

public:
    explicit EngineProbe(QObject* parent = nullptr);
    void ask(const QString& engine);

signals:
    void answered(const arcmeter::ui::MachineFacts& facts);
    void failed(const QString& sentence);

private:
    void finish();

    QProcess* m_process = nullptr;
};

/// Reads the line that `arcmeter-engine devices --json` prints; nullopt when it is something else.
std::optional<MachineFacts> machineFacts(const QByteArray& json);

}  // namespace arcmeter::ui
