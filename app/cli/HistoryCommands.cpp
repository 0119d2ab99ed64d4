// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/HistoryCommands.h"

#include "app/cli/StoreOption.h"
#include "app/cli/Terminal.h"
#include "app/export/HistoryTable.h"
#include "app/export/TableExporter.h"
#include "app/paths/AppPaths.h"
#include "app/statistics/RunInsight.h"

namespace arcmeter::app::cli {
namespace {

using nlohmann::json;

QString qt(const std::string& text) {
    return QString::fromStdString(text);
}

QString orDash(const QString& text) {
    return text.isEmpty() ? QStringLiteral("-") : text;
}

template <typename Value>
QString whole(const std::optional<Value>& value) {
    return value ? QString::number(*value) : QStringLiteral("-");
}

QStringList listLine(const HistoryRow& row) {
    const bool run = row.kind == HistoryRow::Kind::Run;
    QString figure = row.samplesPerSecond ? figureText(*row.samplesPerSecond) : QStringLiteral("-");
    if (row.partial && row.samplesPerSecond) figure += QLatin1Char('*');
    return {toString(referenceOf(row)),
            run ? row.createdAt.left(16).replace(QLatin1Char('T'), QLatin1Char(' ')) : QStringLiteral("-"),
            run                                       ? toString(row.state.value_or(RunState::Failed))
            : row.kind == HistoryRow::Kind::Published ? QStringLiteral("published")
                                                      : QStringLiteral("imported"),
            row.framework,
            orDash(row.model),
            orDash(row.dataset),
            orDash(row.parallelism),
            orDash(row.precision),
            QStringLiteral("%1x%2").arg(whole(row.nodes), whole(row.devicesPerNode)),
            whole(row.batchSizePerDevice),
            whole(row.numClasses),
            figure,
            row.memoryMib ? QString::number(*row.memoryMib, 'f', 0) : QStringLiteral("-"),
            orDash(row.tags.join(QStringLiteral(", ")))};
}

QString listText(const std::vector<HistoryRow>& rows) {
    std::vector<QStringList> lines{
        {QStringLiteral("row"), QStringLiteral("started (UTC)"), QStringLiteral("state"),
         QStringLiteral("framework"), QStringLiteral("model"), QStringLiteral("dataset"),
         QStringLiteral("parallelism"), QStringLiteral("precision"), QStringLiteral("devices"),
         QStringLiteral("batch"), QStringLiteral("classes"), QStringLiteral("samples/s"),
         QStringLiteral("MiB"), QStringLiteral("tags")}};
    bool partial = false;
    for (const HistoryRow& row : rows) {
        lines.push_back(listLine(row));
        partial = partial || (row.partial && row.samplesPerSecond);
    }
    QString text = alignedTable(
        lines, {true, false, false, false, false, false, false, false, true, true, true, true, true, false});
    if (partial) text += QStringLiteral("* partial: the run did not come to its end\n");
    return text;
}

template <typename Body>
json eventJson(const std::optional<Body>& body) {
    return body ? to_json(protocol::EventBody(*body)) : json();
}

json detailsJson(const RunDetails& details, const RunInsight& insight) {
    json object =
        json::parse(renderTable(historyTable({details.row}), TableFormat::Json).toStdString()).at(0);
    object["config"] = to_json(details.config);
    object["ended_at"] = details.endedAt.toStdString();
    object["preset"] = details.presetId.toStdString();
    object["steps"] = details.stepCount;
    object["diagnosis"] = diagnosisJson(insight.diagnosis);
    object["notes"] = json::array();
    for (const QString& note : insightNotes(insight, details)) object["notes"].push_back(note.toStdString());
    object["hello"] = eventJson(details.hello);
    object["environment"] = eventJson(details.environment);
    object["plan"] = eventJson(details.plan);
    object["results"] = json::array();
    for (const protocol::Result& result : details.repeats) {
        object["results"].push_back(to_json(protocol::EventBody(result)));
    }
    object["preflight"] = json::array();
    for (const PreflightItem& item : details.preflight) {
        object["preflight"].push_back({{"item", item.id.toStdString()},
                                       {"value", item.value.toStdString()},
                                       {"sentence", item.sentence.toStdString()},
                                       {"warning", item.warning}});
    }
    object["errors"] = json::array();
    for (const RunFailure& failure : details.errors) {
        object["errors"].push_back({{"code", failure.code.toStdString()},
                                    {"message", failure.message.toStdString()},
                                    {"hint", failure.hint.toStdString()},
                                    {"last_lines", failure.lastLines.join(QLatin1Char('\n')).toStdString()}});
    }
    return object;
}

QString cellAsText(const Cell& cell) {
    Table table{{QStringLiteral("x")}, {{cell}}};
    return QString::fromUtf8(renderTable(table, TableFormat::Tsv)).section(QLatin1Char('\n'), 1, 1);
}

QString detailsText(const RunDetails& details, const RunInsight& insight) {
    const Table table = historyTable({details.row});
    std::vector<QStringList> lines;
    for (qsizetype c = 0; c < table.columns.size(); ++c) {
        const Cell& value = table.rows.front()[static_cast<std::size_t>(c)];
        if (!std::holds_alternative<std::monostate>(value))
            lines.push_back({table.columns[c], cellAsText(value)});
    }
    lines.push_back({QStringLiteral("steps"), QString::number(details.stepCount)});
    QString text = alignedTable(lines, {false, false});
    for (const protocol::Result& result : details.repeats) {
        text += QStringLiteral("repeat %1: %2 samples/s%3\n")
                    .arg(result.repeat + 1)
                    .arg(figureText(result.samples_per_s),
                         result.partial ? QStringLiteral(" (partial)") : QString());
    }
    text += QStringLiteral("why: %1\n").arg(diagnosisLine(insight.diagnosis));
    for (const QString& note : insightNotes(insight, details)) text += note + QLatin1Char('\n');
    for (const PreflightItem& item : details.preflight) {
        text += (item.warning ? QStringLiteral("warning: ") : QStringLiteral("before: ")) + item.sentence +
                QLatin1Char('\n');
    }
    for (const RunFailure& failure : details.errors) {
        text += QStringLiteral("error %1: %2 %3\n").arg(failure.code, failure.message, failure.hint);
        for (const QString& line : failure.lastLines)
            text += QStringLiteral("  | ") + line + QLatin1Char('\n');
    }
    return text + QStringLiteral("again: ") + qt(protocol::to_command_line(details.config)) +
           QLatin1Char('\n');
}

HistoryFilter::Show showFrom(const std::string& name) {
    if (name == "runs") return HistoryFilter::Show::Runs;
    if (name == "imported") return HistoryFilter::Show::Imported;
    return name == "published" ? HistoryFilter::Show::Published : HistoryFilter::Show::All;
}

}  // namespace

FilterOptions::FilterOptions(CLI::App& command, const std::string& showDefault) : m_show(showDefault) {
    const auto add = [&command](const char* name, std::string& value, const char* help) {
        return command.add_option(name, value, help)->group("Filters");
    };
    add("--show", m_show, "runs, published or all")
        ->check(CLI::IsMember({"runs", "published", "imported", "all"}))
        ->capture_default_str();
    add("--text", m_text, "Every word must occur somewhere in the row");
    add("--model", m_model, "r100, y1, ...");
    add("--dataset", m_dataset, "synthetic, face_emore, a folder's name");
    add("--parallelism", m_parallelism, "data, model, partial_fc");
    add("--precision", m_precision, "fp32, tf32, fp16, bf16");
    add("--device", m_device, "cpu, cuda (runs only)");
    add("--framework", m_framework, "Arcmeter, OneFlow, ...");
    add("--tag", m_tag, "Runs with this tag");
    add("--state", m_state, "finished, failed, stopped, interrupted, ...");
}

HistoryFilter FilterOptions::read() const {
    HistoryFilter filter;
    filter.show = showFrom(m_show);
    filter.text = qt(m_text);
    filter.model = qt(m_model);
    filter.dataset = qt(m_dataset);
    filter.parallelism = qt(m_parallelism);
    filter.precision = qt(m_precision);
    filter.device = qt(m_device);
    filter.framework = qt(m_framework);
    filter.tag = qt(m_tag);
    if (m_state.empty()) return filter;
    filter.state = runStateFromString(qt(m_state));
    if (!filter.state) {
        throw Error(ErrorCode::invalid_config,
                    "state is '" + m_state +
                        "'; allowed: queued, starting, preparing, warming_up, measuring, "
                        "finished, failed, stopped, interrupted.");
    }
    return filter;
}

HistoryCommands::HistoryCommands(CLI::App& app)
    : m_command(app.add_subcommand("history",
                                   "Stored runs and published results: list, show, delete, tag, export")),
      m_list(m_command->add_subcommand("list", "One line a run, newest first")),
      m_show(m_command->add_subcommand("show", "Everything about one run")),
      m_delete(m_command->add_subcommand("delete", "Delete runs for good")),
      m_tag(m_command->add_subcommand("tag", "Add tags to a run, or take them off")),
      m_export(
          m_command->add_subcommand("export", "Runs and published results as a table with their provenance")),
      m_listFilter(*m_list, "runs"),
      m_exportFilter(*m_export, "all") {
    m_command->require_subcommand(1);
    for (CLI::App* command : {m_list, m_show, m_delete, m_tag, m_export}) {
        command->add_option("--db", m_database, "The run database");
    }
    m_list->add_flag("--json", m_json, "Print one JSON object {\"rows\": [...]}");
    m_show->add_flag("--json", m_json, "Print one JSON object");
    m_show->add_option("id", m_id, "The run")->required();
    m_delete->add_option("id", m_ids, "The runs")->required();
    m_tag->add_option("id", m_id, "The run")->required();
    m_tag->add_option("tag", m_tags, "The tags")->required();
    m_tag->add_flag("--remove", m_removeTag, "Take the tags off instead");
    std::vector<std::string> formats;
    for (const TableFormat format : tableFormats()) formats.push_back(toString(format).toStdString());
    m_export->add_option("--format", m_format, "What kind of file")
        ->check(CLI::IsMember(formats))
        ->capture_default_str();
    m_export->add_option("--output,-o", m_output, "A file, written whole or not at all; - is standard output")
        ->capture_default_str();
    m_export->add_option("--steps", m_stepsOf, "Export every step of this run instead");
    m_export->footer(
        "\nExamples:\n"
        "  arcmeter-cli history export --format csv --output results.csv\n"
        "  arcmeter-cli history export --show runs --model r100 --format md\n"
        "  arcmeter-cli history export --steps 12 --format csv --output steps-of-run-12.csv");
}

int HistoryCommands::execute() {
    if (m_list->parsed()) return list();
    if (m_show->parsed()) return show();
    if (m_delete->parsed()) return remove();
    if (m_tag->parsed()) return tag();
    return exportTable();
}

int HistoryCommands::list() {
    const HistoryFilter filter = m_listFilter.read();
    const auto store = openStore(m_database);
    std::vector<HistoryRow> rows = store->history();
    std::erase_if(rows, [&](const HistoryRow& row) { return !filter.accepts(row); });
    if (m_json) {
        const QByteArray table = renderTable(historyTable(rows), TableFormat::Json);
        print(QStringLiteral("{\"rows\": ") + QString::fromUtf8(table.trimmed()) + QStringLiteral("}\n"));
    } else if (rows.empty()) {
        print(QStringLiteral("No runs match. 'arcmeter-cli run --preset quick-look' makes one.\n"));
    } else {
        print(listText(rows));
    }
    return exit_done;
}

int HistoryCommands::show() {
    const auto store = openStore(m_database);
    const RunDetails details = store->details(m_id);
    const RunInsight insight = insightOf(*store, details);
    print(m_json ? QString::fromStdString(detailsJson(details, insight).dump()) + QLatin1Char('\n')
                 : detailsText(details, insight));
    return exit_done;
}

int HistoryCommands::remove() {
    openStoreForWriting(m_database)->deleteRuns(m_ids);
    say(QStringLiteral("Deleted %1 run(s).\n").arg(m_ids.size()));
    return exit_done;
}

int HistoryCommands::tag() {
    const auto store = openStoreForWriting(m_database);
    for (const std::string& name : m_tags) {
        m_removeTag ? store->removeTag(m_id, qt(name)) : store->addTag(m_id, qt(name));
    }
    return exit_done;
}

int HistoryCommands::exportTable() {
    const HistoryFilter filter = m_exportFilter.read();
    const TableFormat format = *tableFormatFromString(qt(m_format));
    paths::requireWritable(qt(m_output));
    const auto store = openStore(m_database);
    if (m_stepsOf != 0) {
        writeTable(stepsTable(store->details(m_stepsOf), store->steps(m_stepsOf)), format, qt(m_output));
        return exit_done;
    }
    std::vector<HistoryRow> rows = store->history();
    std::erase_if(rows, [&](const HistoryRow& row) { return !filter.accepts(row); });
    writeTable(historyTable(rows), format, qt(m_output));
    return exit_done;
}

}  // namespace arcmeter::app::cli
