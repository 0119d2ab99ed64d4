// SPDX-License-Identifier: GPL-3.0-or-later
// A program besides arcmeter-engine that speaks the worker protocol. It runs one rank on one device.
#pragma once

#include <QString>
#include <QStringList>

namespace arcmeter::app {

struct PeerEngine {
    QString name;           ///< as its hello says and the store keeps: "pytorch"
    QString title;          ///< "PyTorch 2.11.0"
    QString program;        ///< to be started,
    QStringList arguments;  ///< with these before `run`
};

inline const QString torchEngine = QStringLiteral("pytorch");

}  // namespace arcmeter::app
