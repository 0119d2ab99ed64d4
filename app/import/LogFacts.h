// SPDX-License-Identifier: GPL-3.0-or-later
// What a training log says of its configuration besides the throughput.
#pragma once

#include <QHash>
#include <QString>

#include "app/import/ImportPreview.h"

namespace arcmeter::app {

class LogFacts {
public:
    explicit LogFacts(ImportFormat format) : m_format(format) {}

    /// Takes what one line says: arguments ("Called with argument: Namespace(network='r100', ...)"), settings
    /// ("Training: ...-: network                  r50"), "num_classes 85742", "gpu num: 8". The first word
    /// counts.
    void read(const QString& line);

    /// What the file's name and folder say, by DLPerf's names: .../2n8g/r100_b64_fp32_1.log.
    void readPath(const QString& file);

    HistoryRow row() const;  ///< everything but the figures; what is not told stays unknown

    /// MXNet's Speedometer tells each node's own throughput: times the nodes. Else 1.
    double speedFactor() const;

private:
    void note(const QString& name, const QString& value);
    QString value(const QStringList& names) const;
    std::optional<qint64> number(const QStringList& names) const;
    bool isOn(const QString& name) const;
    QString parallelism() const;
    QString precision() const;
    std::optional<qint64> batchSize(std::optional<qint64> devices) const;
    std::optional<qint64> devicesInAll() const;

    ImportFormat m_format;
    QHash<QString, QString> m_values;
    bool m_saysOneFlow = false;  ///< arcface_oneflow logs like arcface_torch
    bool m_speedometer = false;
};

}  // namespace arcmeter::app
