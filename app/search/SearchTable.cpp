// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/search/SearchTable.h"

#include "app/version/Version.h"

namespace arcmeter::app {
namespace {

QString text(std::string_view view) {
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

}  // namespace

Table searchTable(const std::vector<SearchProbe>& probes, const protocol::RunConfig& config,
                  protocol::Limit limit) {
    Table table;
    table.columns = {QStringLiteral("find"),
                     QStringLiteral("value"),
                     QStringLiteral("outcome"),
                     QStringLiteral("planned_memory_bytes"),
                     QStringLiteral("peak_device_memory_bytes"),
                     QStringLiteral("samples_per_s"),
                     QStringLiteral("run_id"),
                     QStringLiteral("model"),
                     QStringLiteral("parallelism"),
                     QStringLiteral("precision"),
                     QStringLiteral("memory_limit_bytes"),
                     QStringLiteral("recompute"),
                     QStringLiteral("program_version")};
    for (const SearchProbe& probe : probes) {
        std::optional<qint64> memoryLimit;
        if (config.memory_limit_bytes) memoryLimit = *config.memory_limit_bytes;
        table.rows.push_back({cell(text(to_string(limit))), probe.value, cell(toString(probe.outcome)),
                              cell(probe.plannedBytes), cell(probe.peakBytes), cell(probe.samplesPerSecond),
                              probe.runId, cell(QString::fromStdString(config.model)),
                              cell(text(to_string(config.parallelism))),
                              cell(text(to_string(config.precision))), cell(memoryLimit),
                              cell(text(to_string(config.recompute))), cell(programVersion())});
    }
    return table;
}

}  // namespace arcmeter::app
