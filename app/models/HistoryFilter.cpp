// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/HistoryFilter.h"

namespace arcmeter::app {
namespace {

bool matches(const QString& wanted, const QString& value) {
    return wanted.isEmpty() || value.compare(wanted, Qt::CaseInsensitive) == 0;
}

bool holdsWord(const HistoryRow& row, const QString& word) {
    for (const QString* text :
         {&row.model, &row.dataset, &row.framework, &row.frameworkVersion, &row.parallelism, &row.precision,
          &row.hardware, &row.source, &row.host, &row.method, &row.device, &row.note, &row.failure,
          &row.createdAt, &row.loss, &row.importedFrom}) {
        if (text->contains(word, Qt::CaseInsensitive)) return true;
    }
    if (row.state && toString(*row.state).contains(word, Qt::CaseInsensitive)) return true;
    for (const QString& tag : row.tags) {
        if (tag.contains(word, Qt::CaseInsensitive)) return true;
    }
    return toString(referenceOf(row)) == word;
}

}  // namespace

bool HistoryFilter::accepts(const HistoryRow& row) const {
    const bool isRun = row.kind == HistoryRow::Kind::Run;
    if (show == Show::Runs && !isRun) return false;
    if (show == Show::Published && row.kind != HistoryRow::Kind::Published) return false;
    if (show == Show::Imported && row.kind != HistoryRow::Kind::Imported) return false;
    if (!matches(model, row.model) || !matches(dataset, row.dataset) || !matches(precision, row.precision))
        return false;
    if (!matches(device, row.device) || !matches(framework, row.framework)) return false;
    // Published tables say more than the name: "partial_fc (class-sharded)".
    if (!parallelism.isEmpty() && !row.parallelism.startsWith(parallelism, Qt::CaseInsensitive)) return false;
    if (!tag.isEmpty() && !row.tags.contains(tag, Qt::CaseInsensitive)) return false;
    if (state && row.state != state) return false;
    for (const QString& word : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (!holdsWord(row, word)) return false;
    }
    return true;
}

}  // namespace arcmeter::app
