// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/LogFacts.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStringList>

namespace arcmeter::app {
namespace {

/// "network='r100'" of a Namespace, "'num_classes': 85742" of a dictionary.
const QRegularExpression& argumentPattern() {
    static const QRegularExpression pattern(QStringLiteral("'?\\b(\\w+)'?(?:=|: )(?:'([^']*)'|([-+.\\w]+))"));
    return pattern;
}

/// The dataset's own name where a program has another for it.
QString datasetName(const QString& text) {
    const QString name = QFileInfo(text).fileName();
    if (name.startsWith(QStringLiteral("glint360k"))) return QStringLiteral("glint360k");
    const bool emore = name == QStringLiteral("emore") || name == QStringLiteral("faces_emore");
    return emore ? QStringLiteral("face_emore") : name;
}

/// "r100_glint360k" and "resnet100" are the network r100.
QString modelName(const QString& text) {
    static const QRegularExpression resnet(QStringLiteral("^i?r(?:esnet)?_?(18|34|50|100|200)(?:\\D.*)?$"));
    const QRegularExpressionMatch match = resnet.match(text);
    return match.hasMatch() ? QLatin1Char('r') + match.captured(1) : text;
}

}  // namespace

void LogFacts::note(const QString& name, const QString& value) {
    if (!value.isEmpty() && value != QStringLiteral("None") && !m_values.contains(name))
        m_values.insert(name, value);
}

void LogFacts::read(const QString& line) {
    static const QRegularExpression setting(QStringLiteral("^Training: [-\\d]+ [\\d:,]+-: (\\w+) +(.+)$"));
    static const QRegularExpression classes(QStringLiteral("^num_classes:? +(\\d+)\\s*$"));
    static const QRegularExpression gpus(QStringLiteral("^gpu num: +(\\d+)\\s*$"));
    if (line.contains(QStringLiteral("oneflow"), Qt::CaseInsensitive)) m_saysOneFlow = true;
    if (line.contains(QStringLiteral("samples/sec"))) m_speedometer = true;
    if (const auto match = setting.match(line); match.hasMatch()) {
        note(match.captured(1), match.captured(2).trimmed());
    } else if (const auto found = classes.match(line); found.hasMatch()) {
        note(QStringLiteral("num_classes"), found.captured(1));
    } else if (const auto count = gpus.match(line); count.hasMatch()) {
        note(QStringLiteral("gpus"), count.captured(1));
    } else if (line.contains(QStringLiteral("Namespace("))) {
        for (auto it = argumentPattern().globalMatch(line); it.hasNext();) {
            const QRegularExpressionMatch argument = it.next();
            note(argument.captured(1), argument.captured(2) + argument.captured(3));
        }
    }
}

void LogFacts::readPath(const QString& file) {
    static const QRegularExpression folder(QStringLiteral("^(\\d+)n(\\d+)g$"));
    static const QRegularExpression name(QStringLiteral("^([A-Za-z0-9]+)_b(\\d+)_(fp16|fp32)_\\d+\\.log$"));
    const QFileInfo info(file);
    if (const auto match = folder.match(info.absoluteDir().dirName()); match.hasMatch()) {
        note(QStringLiteral("path_nodes"), match.captured(1));
        note(QStringLiteral("path_gpus"), match.captured(2));
    }
    if (const auto match = name.match(info.fileName()); match.hasMatch()) {
        note(QStringLiteral("path_model"), match.captured(1));
        note(QStringLiteral("path_batch"), match.captured(2));
        note(QStringLiteral("path_precision"), match.captured(3));
    }
}

QString LogFacts::value(const QStringList& names) const {
    for (const QString& name : names) {
        if (const QString found = m_values.value(name); !found.isEmpty()) return found;
    }
    return {};
}

std::optional<qint64> LogFacts::number(const QStringList& names) const {
    for (const QString& name : names) {
        bool ok = false;
        const qint64 found = m_values.value(name).toLongLong(&ok);
        if (ok && found > 0) return found;
    }
    return std::nullopt;
}

bool LogFacts::isOn(const QString& name) const {
    const QString text = m_values.value(name);
    return text == QStringLiteral("True") || text == QStringLiteral("1");
}

QString LogFacts::parallelism() const {
    const double ratio = value({QStringLiteral("sample_rate"), QStringLiteral("sample_ratio")}).toDouble();
    switch (m_format) {
        case ImportFormat::OneFlowLog:
            if (isOn(QStringLiteral("partial_fc"))) return QStringLiteral("partial_fc");
            if (isOn(QStringLiteral("model_parallel"))) return QStringLiteral("model");
            return m_values.contains(QStringLiteral("model_parallel")) ? QStringLiteral("data") : QString();
        case ImportFormat::MxnetLog:
            // train_parall.py counts the classes of a context; train.py, which is data parallel, has none.
            if (m_speedometer && m_values.contains(QStringLiteral("ctx_num_classes")))
                return QStringLiteral("model");
            if (m_speedometer)
                return m_values.contains(QStringLiteral("network")) ? QStringLiteral("data") : QString();
            [[fallthrough]];
        default:
            if (ratio <= 0) return {};
            return ratio < 1 ? QStringLiteral("partial_fc") : QStringLiteral("model");
    }
}

QString LogFacts::precision() const {
    if (value({QStringLiteral("fp16_scale")}).toDouble() > 0) return QStringLiteral("fp16");
    for (const char* name : {"use_fp16", "fp16"}) {
        if (!m_values.contains(QLatin1String(name))) continue;
        return isOn(QLatin1String(name)) ? QStringLiteral("fp16") : QStringLiteral("fp32");
    }
    return m_values.value(QStringLiteral("path_precision"));
}

std::optional<qint64> LogFacts::devicesInAll() const {
    const auto total = number({QStringLiteral("total_batch_size")});
    const auto own = number({QStringLiteral("batch_size")});
    if (total && own && *total % *own == 0) return *total / *own;
    return std::nullopt;
}

std::optional<qint64> LogFacts::batchSize(std::optional<qint64> devices) const {
    if (const auto total = number({QStringLiteral("train_batch_size")});
        total && devices && *total % *devices == 0)
        return *total / *devices;
    QStringList names{QStringLiteral("per_batch_size"), QStringLiteral("path_batch")};
    // The Speedometer's trainings call the batch of all GPUs of a node batch_size.
    if (!m_speedometer || m_format == ImportFormat::ArcfaceTorchLog)
        names.insert(1, QStringLiteral("batch_size"));
    return number(names);
}

double LogFacts::speedFactor() const {
    if (m_format != ImportFormat::MxnetLog || !m_speedometer) return 1;
    return static_cast<double>(
        number({QStringLiteral("num_workers"), QStringLiteral("path_nodes")}).value_or(1));
}

HistoryRow LogFacts::row() const {
    HistoryRow row;
    row.kind = HistoryRow::Kind::Imported;
    const bool torchLike = m_format == ImportFormat::ArcfaceTorchLog;
    row.framework = m_format == ImportFormat::MxnetLog ? QStringLiteral("MXNet (deepinsight/insightface)")
                    : torchLike && !m_saysOneFlow      ? QStringLiteral("PyTorch (arcface_torch)")
                                                       : QStringLiteral("OneFlow");
    row.model = modelName(value({QStringLiteral("network"), QStringLiteral("path_model")}));
    row.dataset = isOn(QStringLiteral("use_synthetic_data"))
                      ? QStringLiteral("synthetic")
                      : datasetName(value({QStringLiteral("dataset"), QStringLiteral("rec")}));
    row.parallelism = parallelism();
    if (row.parallelism == QStringLiteral("partial_fc")) {
        bool ok = false;
        const double ratio =
            value({QStringLiteral("sample_rate"), QStringLiteral("sample_ratio")}).toDouble(&ok);
        if (ok && ratio > 0) row.sampleRatio = ratio;
    }
    row.precision = precision();
    row.nodes =
        number({QStringLiteral("num_nodes"), QStringLiteral("num_workers"), QStringLiteral("path_nodes")});
    row.devicesPerNode = number({QStringLiteral("device_num_per_node"), QStringLiteral("gpus"),
                                 QStringLiteral("ctx_num"), QStringLiteral("path_gpus")});
    std::optional<qint64> devices = devicesInAll();
    if (devices && !row.devicesPerNode && !row.nodes) {
        row.nodes = 1;
        row.devicesPerNode = devices;
    }
    if (row.nodes && row.devicesPerNode) devices = *row.nodes * *row.devicesPerNode;
    if (!row.nodes && row.devicesPerNode && m_format == ImportFormat::OneFlowLog)
        devices = row.devicesPerNode;
    row.batchSizePerDevice = batchSize(devices);
    row.numClasses = number({QStringLiteral("num_classes")});
    row.loss = value({QStringLiteral("loss")});
    return row;
}

}  // namespace arcmeter::app
