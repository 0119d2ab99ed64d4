// SPDX-License-Identifier: GPL-3.0-or-later
// Runs, published and imported rows side by side: figures with their ratio to a baseline, configuration and
// environment with what differs marked, and a verdict from the repeats. Plain values, no signals.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "app/export/Table.h"
#include "app/statistics/Diagnosis.h"
#include "app/statistics/Verdict.h"
#include "app/store/RunRecord.h"

namespace arcmeter::app {

class RunStore;

/// One column: a row of History, or several pooled ones (their repeats together).
struct ComparedColumn {
    std::vector<RowReference> members;
    HistoryRow row;  ///< the first member; its figure is the median of all repeats when pooled
    std::optional<RunDetails> details;   ///< of the first member, where that is a run
    std::optional<Diagnosis> diagnosis;  ///< the same
    std::vector<double> repeats;         ///< samples/s of every member
    QString reference() const;           ///< "12", "ref:17", "12+13"
    QString title() const;               ///< "12 Arcmeter y1"
};

/// Throws Error where a row is not there.
ComparedColumn loadColumn(const RunStore& store, const std::vector<RowReference>& members);

/// "12", "ref:17", "imp:5", "12+13" (pooled). Throws Error(invalid_config) naming what is allowed.
std::vector<RowReference> columnFromString(const QString& text);

enum class FieldGroup { Figures, Configuration, Environment };

/// One line of a comparison.
struct ComparedField {
    FieldGroup group = FieldGroup::Figures;
    QString name;              ///< "samples_per_s", "batch_size_per_device", "driver"
    std::vector<Cell> values;  ///< one a column
    bool differs = false;      ///< two known values are not the same, or one is not known
    bool contradicts = false;  ///< two known values are not the same
    bool isFigure() const { return group == FieldGroup::Figures; }
};

struct Comparison {
    std::vector<ComparedColumn> columns;
    std::size_t baseline = 0;
    std::vector<ComparedField> fields;
    std::vector<Verdict> verdicts;  ///< one a column, against the baseline; the baseline's own means nothing

    /// Value against the baseline's; nullopt where one is not a number or the baseline's is 0.
    std::optional<double> ratio(const ComparedField& field, std::size_t column) const;
    std::optional<double> delta(const ComparedField& field, std::size_t column) const;
};

/// Throws Error(invalid_config) for no columns or a baseline that is none of them.
Comparison compare(std::vector<ComparedColumn> columns, std::size_t baseline);

/// For exports: one row a field, a column for each compared row, and for figures the ratio of each to the
/// baseline and the difference from it. With `all`, also the fields that do not differ; what says where the
/// figures come from is there in any case.
Table comparisonTable(const Comparison& comparison, bool all);

/// Columns of the same configuration on the same machine with the same software, pooled: repeats of one
/// measurement as one side. Order is kept; each lists its columns' places.
std::vector<std::vector<std::size_t>> alikeColumns(const std::vector<ComparedColumn>& columns);

/// "r100, 2 of 3": what one column's verdict against the baseline says, for people.
QString verdictLine(const Comparison& comparison, std::size_t column);

}  // namespace arcmeter::app
