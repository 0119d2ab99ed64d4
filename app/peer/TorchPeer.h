// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the PyTorch peer: the program that is shipped in resources/peers, and a Python with torch for it.
#pragma once

#include <QObject>
#include <QProcess>
#include <QTimer>
#include <optional>

#include "app/peer/PeerEngine.h"

namespace arcmeter::app {

/// What was found; where nothing was, one sentence why.
struct TorchFinding {
    std::optional<PeerEngine> engine;
    QString reason;
};

/// The peer's engine.py: beside an installed or built program (../share/arcmeter/peers/pytorch). Empty where
/// it is not there.
QString torchPeerProgram();

/// The Python to ask: `chosen` (a setting) where it is not empty, else the environment variable
/// ARCMETER_TORCH_PYTHON, else python3.
QString torchPython(const QString& chosen);

class TorchPeer : public QObject {
    Q_OBJECT

public:
    explicit TorchPeer(QObject* parent = nullptr);
    ~TorchPeer() override;

    /// Starts Python and asks for its packages, importing none; answered() follows, at most 20 s later. A
    /// question that was asked before is dropped.
    void ask(const QString& chosen);

signals:
    void answered(const arcmeter::app::TorchFinding& finding);

private:
    void finish();
    void drop();
    void fail(const QString& reason);

    QProcess* m_process = nullptr;
    QTimer m_patience;
    QString m_python;
};

/// The same, waited for: what the command line uses.
TorchFinding findTorchPeer(const QString& chosen);

}  // namespace arcmeter::app
