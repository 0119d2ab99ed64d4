// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/Comparison.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>

#include "app/compare/ComparedFields.h"
#include "app/store/RunStore.h"
#include "engine/protocol/error.h"
#include "engine/protocol/repeat_statistics.h"

namespace arcmeter::app {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Comparison)
};

std::vector<double> repeatsOf(const RunStore& store, const RowReference& member) {
    if (member.kind == HistoryRow::Kind::Run) return store.details(member.id).figures.repeats;
    return member.kind == HistoryRow::Kind::Imported ? store.importedRepeats(member.id)
                                                     : std::vector<double>{};
}

/// A published or imported figure without repeats is one repeat of its group.
void addRepeats(const RunStore& store, const RowReference& member, ComparedColumn& column) {
    std::vector<double> repeats = repeatsOf(store, member);
    if (repeats.empty()) {
        if (const auto figure = store.row(member).samplesPerSecond) repeats = {*figure};
    }
    column.repeats.insert(column.repeats.end(), repeats.begin(), repeats.end());
}

/// Pooled rows share one figure: the median of all their repeats.
void poolFigures(ComparedColumn& column) {
    if (column.members.size() < 2 || column.repeats.empty()) return;
    const protocol::RepeatStatistics statistics = protocol::repeat_statistics(column.repeats);
    column.row.samplesPerSecond = statistics.median;
    column.row.publishedFigure.clear();
    column.row.min = statistics.min;
    column.row.max = statistics.max;
    column.row.stddev = statistics.ci95 ? std::optional(statistics.stddev) : std::nullopt;
    column.row.ci95 = statistics.ci95;
    column.row.repeats = static_cast<qint64>(column.repeats.size());
}

std::optional<double> numberIn(const Cell& cell) {
    if (const auto* whole = std::get_if<qint64>(&cell)) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&cell)) return *real;
    return std::nullopt;
}

bool isKnown(const Cell& cell) {
    return !std::holds_alternative<std::monostate>(cell);
}

}  // namespace

QString ComparedColumn::reference() const {
    QStringList names;
    for (const RowReference& member : members) names << toString(member);
    return names.join(QLatin1Char('+'));
}

QString ComparedColumn::title() const {
    return QStringList{reference(), row.framework, row.model}.join(QLatin1Char(' ')).simplified();
}

ComparedColumn loadColumn(const RunStore& store, const std::vector<RowReference>& members) {
    ComparedColumn column;
    column.members = members;
    column.row = store.row(members.front());
    if (column.row.kind == HistoryRow::Kind::Run) {
        column.details = store.details(column.row.id);
        column.diagnosis = diagnose(*column.details, store.telemetry(column.row.id));
    }
    for (const RowReference& member : members) addRepeats(store, member, column);
    poolFigures(column);
    return column;
}

std::vector<RowReference> columnFromString(const QString& text) {
    std::vector<RowReference> members;
    for (const QString& part : text.split(QLatin1Char('+'))) {
        const auto reference = rowReferenceFromString(part);
        if (!reference) {
            throw Error(
                ErrorCode::invalid_config,
                QStringLiteral("'%1' is no row; allowed: 12 (a run), ref:17 (a published row), imp:5 (an "
                               "imported one), 12+13 (pooled).")
                    .arg(text)
                    .toStdString());
        }
        if (std::find(members.begin(), members.end(), *reference) == members.end())
            members.push_back(*reference);
    }
    return members;
}

std::optional<double> Comparison::ratio(const ComparedField& field, std::size_t column) const {
    const auto value = numberIn(field.values.at(column)), base = numberIn(field.values.at(baseline));
    return value && base && *base != 0 ? std::optional(*value / *base) : std::nullopt;
}

std::optional<double> Comparison::delta(const ComparedField& field, std::size_t column) const {
    const auto value = numberIn(field.values.at(column)), base = numberIn(field.values.at(baseline));
    return value && base ? std::optional(*value - *base) : std::nullopt;
}

Comparison compare(std::vector<ComparedColumn> columns, std::size_t baseline) {
    if (columns.empty()) throw Error(ErrorCode::invalid_config, "There is nothing to compare.");
    if (baseline >= columns.size())
        throw Error(ErrorCode::invalid_config, "The baseline is none of the rows compared.");
    Comparison out;
    out.columns = std::move(columns);
    out.baseline = baseline;
    out.fields = comparedFields(out.columns);
    for (ComparedField& field : out.fields) {
        const bool someKnown = std::any_of(field.values.begin(), field.values.end(), isKnown);
        field.differs =
            someKnown && std::any_of(field.values.begin(), field.values.end(),
                                     [&field](const Cell& each) { return each != field.values.front(); });
        const auto first = std::find_if(field.values.begin(), field.values.end(), isKnown);
        field.contradicts = std::any_of(first, field.values.end(),
                                        [&](const Cell& each) { return isKnown(each) && each != *first; });
    }
    std::erase_if(out.fields, [](const ComparedField& field) {
        return std::none_of(field.values.begin(), field.values.end(), isKnown);
    });
    for (const ComparedColumn& column : out.columns)
        out.verdicts.push_back(verdictBetween(out.columns[baseline].repeats, column.repeats));
    return out;
}

namespace {

/// What every table says of where its figures come from, whether it differs or not.
bool isProvenance(const ComparedField& field) {
    static const QStringList names{QStringLiteral("method"), QStringLiteral("hardware"),
                                   QStringLiteral("driver"), QStringLiteral("framework_version"),
                                   QStringLiteral("program_version")};
    return names.contains(field.name);
}

std::vector<Cell> dates(const Comparison& comparison, qsizetype cells) {
    std::vector<Cell> row{cell(QStringLiteral("date_utc"))};
    for (const ComparedColumn& column : comparison.columns) row.push_back(cell(column.row.createdAt));
    row.resize(static_cast<std::size_t>(cells));
    return row;
}

}  // namespace

Table comparisonTable(const Comparison& comparison, bool all) {
    Table table;
    table.name = QStringLiteral("arcmeter_comparison");
    table.columns << QStringLiteral("field");
    const QString base = comparison.columns[comparison.baseline].reference();
    for (const ComparedColumn& column : comparison.columns) table.columns << column.title();
    for (const char* sign : {" / ", " - "}) {
        for (const ComparedColumn& column : comparison.columns)
            table.columns << column.reference() + QLatin1String(sign) + base;
    }
    for (const ComparedField& field : comparison.fields) {
        if (!all && !field.differs && !field.isFigure() && !isProvenance(field)) continue;
        std::vector<Cell> cells{cell(field.name)};
        cells.insert(cells.end(), field.values.begin(), field.values.end());
        for (std::size_t c = 0; c < comparison.columns.size(); ++c)
            cells.push_back(field.isFigure() ? cell(comparison.ratio(field, c)) : Cell{});
        for (std::size_t c = 0; c < comparison.columns.size(); ++c)
            cells.push_back(field.isFigure() ? cell(comparison.delta(field, c)) : Cell{});
        table.rows.push_back(std::move(cells));
    }
    table.rows.push_back(dates(comparison, table.columns.size()));
    std::vector<Cell> verdicts{cell(QStringLiteral("verdict"))};
    for (std::size_t c = 0; c < comparison.columns.size(); ++c)
        verdicts.push_back(c == comparison.baseline ? cell(QStringLiteral("baseline"))
                                                    : cell(verdictText(comparison.verdicts[c])));
    verdicts.resize(static_cast<std::size_t>(table.columns.size()));
    table.rows.push_back(std::move(verdicts));
    return table;
}

namespace {

/// Everything that must be equal for two columns' repeats to be repeats of one measurement.
QStringList identityOf(const ComparedColumn& column) {
    const HistoryRow& row = column.row;
    const auto number = [](const auto& value) { return value ? QString::number(*value) : QString(); };
    QStringList identity{row.framework,
                         row.frameworkVersion,
                         row.model,
                         row.dataset,
                         row.parallelism,
                         number(row.sampleRatio),
                         row.precision,
                         number(row.nodes),
                         number(row.devicesPerNode),
                         number(row.batchSizePerDevice),
                         number(row.numClasses),
                         row.method,
                         row.hardware,
                         row.host,
                         row.driver,
                         row.engineVersion};
    if (!column.details) return identity;
    protocol::RunConfig config = column.details->config;
    config.repeat = 0;
    return identity << QString::fromStdString(protocol::to_json(config).dump());
}

}  // namespace

std::vector<std::vector<std::size_t>> alikeColumns(const std::vector<ComparedColumn>& columns) {
    std::vector<std::vector<std::size_t>> groups;
    QHash<QStringList, std::size_t> known;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const QStringList identity = identityOf(columns[c]);
        const auto found = known.constFind(identity);
        if (found == known.constEnd()) {
            known.insert(identity, groups.size());
            groups.push_back({c});
        } else {
            groups[*found].push_back(c);
        }
    }
    return groups;
}

QString verdictLine(const Comparison& comparison, std::size_t column) {
    return Words::tr("%1 against %2: %3")
        .arg(comparison.columns[column].title(), comparison.columns[comparison.baseline].title(),
             verdictText(comparison.verdicts[column]));
}

}  // namespace arcmeter::app
