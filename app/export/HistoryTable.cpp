// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/HistoryTable.h"

#include <functional>

namespace arcmeter::app {
namespace {

using Row = HistoryRow;

template <typename Source>
struct Column {
    const char* name;
    std::function<Cell(const Source&)> value;
};

bool isRun(const Row& row) {
    return row.kind == Row::Kind::Run;
}

bool isPublished(const Row& row) {
    return row.kind == Row::Kind::Published;
}

Cell figure(const Row& row) {
    if (!row.publishedFigure.isEmpty()) return NumberText{row.publishedFigure};
    return cell(row.samplesPerSecond);
}

Cell gpuMemory(const Row& row) {
    const bool cpu = row.device == QStringLiteral("cpu");
    const bool otherRun = isRun(row) && row.device != QStringLiteral("cuda");
    return cpu || otherRun ? Cell{} : cell(row.memoryMib);
}

Cell gpus(const Row& row) {
    return row.device == QStringLiteral("cpu") ? Cell{qint64(0)} : cell(row.devicesPerNode);
}

/// Processes that trained together: one a device.
Cell worldSize(const Row& row) {
    return row.nodes && row.devicesPerNode ? Cell{*row.nodes * *row.devicesPerNode} : Cell{};
}

template <typename Value>
Cell runOnly(const Row& row, const Value& value) {
    return isRun(row) ? Cell{value} : Cell{};
}

const std::vector<Column<Row>>& historyColumns() {
    static const std::vector<Column<Row>> columns{
        {"source", [](const Row& r) { return cell(r.source); }},
        {"framework", [](const Row& r) { return cell(r.framework); }},
        {"framework_version", [](const Row& r) { return cell(r.frameworkVersion); }},
        {"model", [](const Row& r) { return cell(r.model); }},
        {"dataset", [](const Row& r) { return cell(r.dataset); }},
        {"parallelism", [](const Row& r) { return cell(r.parallelism); }},
        {"sample_ratio", [](const Row& r) { return cell(r.sampleRatio); }},
        {"precision", [](const Row& r) { return cell(r.precision); }},
        {"nodes", [](const Row& r) { return cell(r.nodes); }},
        {"gpus_per_node", gpus},
        {"batch_size_per_device", [](const Row& r) { return cell(r.batchSizePerDevice); }},
        {"batch_is_max", [](const Row& r) { return cell(r.batchIsMax); }},
        {"num_classes", [](const Row& r) { return cell(r.numClasses); }},
        {"samples_per_s", figure},
        {"samples_per_s_min", [](const Row& r) { return cell(r.min); }},
        {"samples_per_s_max", [](const Row& r) { return cell(r.max); }},
        {"samples_per_s_stddev", [](const Row& r) { return cell(r.stddev); }},
        {"samples_per_s_ci95", [](const Row& r) { return cell(r.ci95); }},
        {"memory_mib_per_gpu", gpuMemory},
        {"max_num_classes", [](const Row& r) { return cell(r.maxNumClasses); }},
        {"hardware", [](const Row& r) { return cell(r.hardware); }},
        {"run_id", [](const Row& r) { return runOnly(r, r.id); }},
        {"date_utc", [](const Row& r) { return cell(r.createdAt); }},
        {"state", [](const Row& r) { return r.state ? cell(toString(*r.state)) : Cell{}; }},
        {"partial", [](const Row& r) { return isPublished(r) ? Cell{} : Cell{r.partial}; }},
        {"method", [](const Row& r) { return cell(r.method); }},
        {"repeats", [](const Row& r) { return cell(r.repeats); }},
        {"device", [](const Row& r) { return cell(r.device); }},
        {"driver", [](const Row& r) { return cell(r.driver); }},
        {"host", [](const Row& r) { return cell(r.host); }},
        {"launcher", [](const Row& r) { return cell(r.launcher); }},
        {"world_size", worldSize},
        {"communication_ms", [](const Row& r) { return cell(r.communicationMs); }},
        {"communication_bytes_per_step", [](const Row& r) { return cell(r.communicationBytesPerStep); }},
        {"peak_memory_mib", [](const Row& r) { return cell(r.memoryMib); }},
        {"fc_type", [](const Row& r) { return cell(r.fcType); }},
        {"loss", [](const Row& r) { return cell(r.loss); }},
        {"final_loss", [](const Row& r) { return cell(r.finalLoss); }},
        {"accuracy", [](const Row& r) { return cell(r.accuracy); }},
        {"engine_version", [](const Row& r) { return cell(r.engineVersion); }},
        {"program_version", [](const Row& r) { return cell(r.programVersion); }},
        {"failure_code", [](const Row& r) { return cell(r.failureCode); }},
        {"failure", [](const Row& r) { return cell(r.failure); }},
        {"tags", [](const Row& r) { return cell(r.tags.join(QStringLiteral("; "))); }},
        {"note", [](const Row& r) { return cell(r.note); }},
        {"source_url", [](const Row& r) { return cell(r.sourceUrl); }},
        {"row", [](const Row& r) { return cell(toString(referenceOf(r))); }},
        {"imported_from", [](const Row& r) { return cell(r.importedFrom); }},
    };
    return columns;
}

using protocol::Step;

const std::vector<Column<Step>>& stepColumns() {
    static const std::vector<Column<Step>> columns{
        {"repeat", [](const Step& s) { return Cell{qint64(s.repeat)}; }},
        {"iteration", [](const Step& s) { return Cell{qint64(s.iteration)}; }},
        {"samples_per_s", [](const Step& s) { return cell(s.samples_per_s); }},
        {"step_ms", [](const Step& s) { return cell(s.step_ms); }},
        {"data_wait_ms", [](const Step& s) { return cell(s.parts.data_wait); }},
        {"forward_ms", [](const Step& s) { return cell(s.parts.forward); }},
        {"head_ms", [](const Step& s) { return cell(s.parts.head); }},
        {"backward_ms", [](const Step& s) { return cell(s.parts.backward); }},
        {"communication_ms", [](const Step& s) { return cell(s.parts.communication); }},
        {"optimizer_ms", [](const Step& s) { return cell(s.parts.optimizer); }},
        {"loss", [](const Step& s) { return cell(s.loss); }},
        {"accuracy", [](const Step& s) { return cell(s.accuracy); }},
        {"device_memory_bytes", [](const Step& s) { return Cell{qint64(s.device_memory_bytes)}; }},
        {"host_memory_bytes", [](const Step& s) { return Cell{qint64(s.host_memory_bytes)}; }},
    };
    return columns;
}

}  // namespace

Table historyTable(const std::vector<HistoryRow>& rows) {
    Table table;
    table.name = QStringLiteral("arcmeter_results");
    for (const auto& column : historyColumns()) table.columns << QLatin1String(column.name);
    table.rows.reserve(rows.size());
    for (const HistoryRow& row : rows) {
        std::vector<Cell> cells;
        cells.reserve(historyColumns().size());
        for (const auto& column : historyColumns()) cells.push_back(column.value(row));
        table.rows.push_back(std::move(cells));
    }
    return table;
}

Table stepsTable(const RunDetails& details, const std::vector<Step>& steps) {
    const Row& run = details.row;
    Table table;
    table.name = QStringLiteral("arcmeter_steps_of_run_%1").arg(run.id);
    for (const auto& column : stepColumns()) table.columns << QLatin1String(column.name);
    const std::vector<std::pair<const char*, Cell>> provenance{
        {"run_id", run.id},
        {"date_utc", cell(run.createdAt)},
        {"method", cell(run.method)},
        {"model", cell(run.model)},
        {"dataset", cell(run.dataset)},
        {"parallelism", cell(run.parallelism)},
        {"precision", cell(run.precision)},
        {"batch_size_per_device", cell(run.batchSizePerDevice)},
        {"num_classes", cell(run.numClasses)},
        {"hardware", cell(run.hardware)},
        {"driver", cell(run.driver)},
        {"host", cell(run.host)},
        {"engine_version", cell(run.engineVersion)},
        {"program_version", cell(run.programVersion)},
    };
    for (const auto& [name, value] : provenance) table.columns << QLatin1String(name);
    table.rows.reserve(steps.size());
    for (const Step& step : steps) {
        std::vector<Cell> cells;
        for (const auto& column : stepColumns()) cells.push_back(column.value(step));
        for (const auto& [name, value] : provenance) cells.push_back(value);
        table.rows.push_back(std::move(cells));
    }
    return table;
}

}  // namespace arcmeter::app
