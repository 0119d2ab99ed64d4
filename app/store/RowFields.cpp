// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/RowFields.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QHash>
#include <QRegularExpression>
#include <cmath>
#include <functional>

namespace arcmeter::app {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(RowFields)
};

/// Sets a field from non-empty text; returns what is allowed where the text is not.
using Setter = std::function<QString(HistoryRow&, const QString&)>;

Setter textTo(QString HistoryRow::*field) {
    return [field](HistoryRow& row, const QString& text) {
        row.*field = text;
        return QString();
    };
}

Setter countTo(std::optional<qint64> HistoryRow::*field) {
    return [field](HistoryRow& row, const QString& text) {
        bool ok = false;
        const qint64 value = text.toLongLong(&ok);
        if (!ok || value < 0) return Words::tr("a whole number from 0");
        row.*field = value;
        return QString();
    };
}

QString readReal(const QString& text, std::optional<double>& value) {
    bool ok = false;
    const double number = text.toDouble(&ok);
    if (!ok || !std::isfinite(number) || number < 0) return Words::tr("a number from 0");
    value = number;
    return {};
}

Setter realTo(std::optional<double> HistoryRow::*field) {
    return [field](HistoryRow& row, const QString& text) { return readReal(text, row.*field); };
}

template <typename Field>
Setter truthTo(Field HistoryRow::*field) {
    return [field](HistoryRow& row, const QString& text) {
        const bool on = text == QStringLiteral("1") || text == QStringLiteral("true");
        if (!on && text != QStringLiteral("0") && text != QStringLiteral("false")) return Words::tr("0 or 1");
        row.*field = on;
        return QString();
    };
}

/// The figure is kept as printed where that is a number in JSON too: "245.0", not "+245".
QString setFigure(HistoryRow& row, const QString& text) {
    static const QRegularExpression number(QStringLiteral("^(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][-+]?\\d+)?$"));
    const QString allowed = readReal(text, row.samplesPerSecond);
    if (!allowed.isEmpty()) return allowed;
    row.publishedFigure =
        number.match(text).hasMatch() ? text : QString::number(*row.samplesPerSecond, 'g', 12);
    return {};
}

QString setState(HistoryRow& row, const QString& text) {
    row.state = runStateFromString(text);
    return row.state ? QString() : Words::tr("finished, failed, stopped, interrupted");
}

QString setDate(HistoryRow& row, const QString& text) {
    if (!QDateTime::fromString(text, Qt::ISODate).isValid())
        return Words::tr("a date as 2026-01-31T12:00:00Z");
    row.createdAt = text;
    return {};
}

QString setTags(HistoryRow& row, const QString& text) {
    row.tags = text.split(QStringLiteral("; "), Qt::SkipEmptyParts);
    return {};
}

/// Only what can be opened as a page: it becomes a link in the window.
QString setAddress(HistoryRow& row, const QString& text) {
    if (!text.startsWith(QLatin1String("https://"))) return Words::tr("an address that begins with https://");
    row.sourceUrl = text;
    return {};
}

QString leaveOut(HistoryRow&, const QString&) {
    return {};
}

const QHash<QString, Setter>& setters() {
    using Row = HistoryRow;
    static const QHash<QString, Setter> table{
        {QStringLiteral("source"), textTo(&Row::source)},
        {QStringLiteral("source_url"), setAddress},
        {QStringLiteral("framework"), textTo(&Row::framework)},
        {QStringLiteral("framework_version"), textTo(&Row::frameworkVersion)},
        {QStringLiteral("model"), textTo(&Row::model)},
        {QStringLiteral("dataset"), textTo(&Row::dataset)},
        {QStringLiteral("parallelism"), textTo(&Row::parallelism)},
        {QStringLiteral("sample_ratio"), realTo(&Row::sampleRatio)},
        {QStringLiteral("precision"), textTo(&Row::precision)},
        {QStringLiteral("nodes"), countTo(&Row::nodes)},
        {QStringLiteral("gpus_per_node"), countTo(&Row::devicesPerNode)},
        {QStringLiteral("batch_size_per_device"), countTo(&Row::batchSizePerDevice)},
        {QStringLiteral("batch_is_max"), truthTo(&Row::batchIsMax)},
        {QStringLiteral("num_classes"), countTo(&Row::numClasses)},
        {QStringLiteral("samples_per_s"), setFigure},
        {QStringLiteral("samples_per_s_min"), realTo(&Row::min)},
        {QStringLiteral("samples_per_s_max"), realTo(&Row::max)},
        {QStringLiteral("samples_per_s_stddev"), realTo(&Row::stddev)},
        {QStringLiteral("samples_per_s_ci95"), realTo(&Row::ci95)},
        {QStringLiteral("memory_mib_per_gpu"), realTo(&Row::memoryMib)},
        {QStringLiteral("peak_memory_mib"), realTo(&Row::memoryMib)},
        {QStringLiteral("max_num_classes"), countTo(&Row::maxNumClasses)},
        {QStringLiteral("hardware"), textTo(&Row::hardware)},
        {QStringLiteral("date_utc"), setDate},
        {QStringLiteral("state"), setState},
        {QStringLiteral("partial"), truthTo(&Row::partial)},
        {QStringLiteral("method"), textTo(&Row::method)},
        {QStringLiteral("repeats"), countTo(&Row::repeats)},
        {QStringLiteral("device"), textTo(&Row::device)},
        {QStringLiteral("driver"), textTo(&Row::driver)},
        {QStringLiteral("host"), textTo(&Row::host)},
        {QStringLiteral("fc_type"), textTo(&Row::fcType)},
        {QStringLiteral("loss"), textTo(&Row::loss)},
        {QStringLiteral("final_loss"), realTo(&Row::finalLoss)},
        {QStringLiteral("accuracy"), realTo(&Row::accuracy)},
        {QStringLiteral("engine_version"), textTo(&Row::engineVersion)},
        {QStringLiteral("program_version"), textTo(&Row::programVersion)},
        {QStringLiteral("failure_code"), textTo(&Row::failureCode)},
        {QStringLiteral("failure"), textTo(&Row::failure)},
        {QStringLiteral("launcher"), textTo(&Row::launcher)},
        {QStringLiteral("world_size"), leaveOut},  // nodes times devices, which are columns too
        {QStringLiteral("communication_ms"), realTo(&Row::communicationMs)},
        {QStringLiteral("communication_bytes_per_step"), countTo(&Row::communicationBytesPerStep)},
        {QStringLiteral("tags"), setTags},
        {QStringLiteral("note"), textTo(&Row::note)},
        {QStringLiteral("run_id"), leaveOut},
        {QStringLiteral("row"), leaveOut},
        {QStringLiteral("imported_from"), leaveOut},
    };
    return table;
}

}  // namespace

bool isRowField(const QString& name) {
    return setters().contains(name);
}

QString setRowField(HistoryRow& row, const QString& name, const QString& text) {
    const auto setter = setters().constFind(name);
    if (setter == setters().constEnd()) return Words::tr("'%1' is no known column").arg(name);
    if (text.isEmpty()) return {};
    const QString allowed = (*setter)(row, text);
    if (allowed.isEmpty()) return {};
    return Words::tr("%1 is '%2'; allowed: %3").arg(name, text, allowed);
}

}  // namespace arcmeter::app
