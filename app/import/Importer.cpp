// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/Importer.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFileInfo>

#include "app/import/TableImport.h"
#include "app/import/TextLines.h"
#include "app/import/TrainingLog.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Import)
};

[[noreturn]] void nothingKnown(const QString& file) {
    throw Error(
        ErrorCode::data_corrupt,
        QStringLiteral("%1 holds nothing that can be imported.").arg(file).toStdString(),
        "Allowed: what 'history export' writes as JSON or CSV, published rows as CSV, logs of OneFlow, "
        "MXNet and arcface_torch trainings with throughput lines.");
}

/// What every row of a file shares.
void mark(ImportPreview& preview) {
    const QString name = QFileInfo(preview.file).fileName();
    for (ImportedRow& imported : preview.rows) {
        imported.row.kind = HistoryRow::Kind::Imported;
        imported.row.importedFrom = name;
        if (imported.row.source.isEmpty()) imported.row.source = name;
    }
}

}  // namespace

ImportPreview readForImport(const QString& file) {
    const QByteArray bytes = importFileBytes(file);
    ImportPreview preview;
    preview.file = file;
    preview.sha256 = QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
    const std::vector<TextLine> lines = textLines(bytes);
    preview.lines = static_cast<qint64>(lines.size());
    if (const auto format = logFormatOf(lines)) {
        preview.format = *format;
        readTrainingLog(lines, preview);
    } else if (looksLikeRowCsv(lines)) {
        readCsvRows(lines, preview);
    } else if (looksLikeRowJson(bytes)) {
        readJsonRows(bytes, lines, preview);
    }
    if (preview.rows.empty() && preview.problems.empty()) nothingKnown(file);
    mark(preview);
    return preview;
}

QStringList problemLines(const ImportPreview& preview) {
    QStringList lines;
    for (const ImportProblem& problem : preview.problems) {
        lines << Words::tr("line %1: %2: %3").arg(problem.line).arg(problem.reason, problem.excerpt);
    }
    return lines;
}

QString toString(ImportFormat format) {
    switch (format) {
        case ImportFormat::ArcmeterJson:
            return QStringLiteral("arcmeter_json");
        case ImportFormat::PublishedCsv:
            return QStringLiteral("published_csv");
        case ImportFormat::OneFlowLog:
            return QStringLiteral("oneflow_log");
        case ImportFormat::MxnetLog:
            return QStringLiteral("mxnet_log");
        case ImportFormat::ArcfaceTorchLog:
            return QStringLiteral("arcface_torch_log");
    }
    return {};
}

QString importFormatTitle(ImportFormat format) {
    switch (format) {
        case ImportFormat::ArcmeterJson:
            return Words::tr("Arcmeter's JSON");
        case ImportFormat::PublishedCsv:
            return Words::tr("rows as CSV");
        case ImportFormat::OneFlowLog:
            return Words::tr("log of a OneFlow training");
        case ImportFormat::MxnetLog:
            return Words::tr("log of an MXNet training");
        case ImportFormat::ArcfaceTorchLog:
            return Words::tr("log of an arcface_torch training");
    }
    return {};
}

}  // namespace arcmeter::app
