// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/ComparedFields.h"

#include <algorithm>
#include <functional>

#include "engine/protocol/run_config.h"

namespace arcmeter::app {
namespace {

using Column = ComparedColumn;
using Value = std::function<Cell(const Column&)>;

void add(std::vector<ComparedField>& fields, FieldGroup group, const QString& name,
         const std::vector<Column>& columns, const Value& value) {
    ComparedField field{group, name, {}, false};
    for (const Column& column : columns) field.values.push_back(value(column));
    fields.push_back(std::move(field));
}

protocol::Result resultOfColumn(const Column& column) {
    return resultOf(column.details->repeats, column.details->figures);
}

/// A part of the step in ms, of runs whose engine tells it.
Value part(double protocol::StepParts::*member) {
    return [member](const Column& column) -> Cell {
        if (!column.details || column.details->repeats.empty()) return {};
        const double value = resultOfColumn(column).parts.*member;
        return value > 0 ? cell(value) : Cell{};
    };
}

void addFigures(std::vector<ComparedField>& fields, const std::vector<Column>& columns) {
    const auto figure = [&](const char* name, const Value& value) {
        add(fields, FieldGroup::Figures, QLatin1String(name), columns, value);
    };
    figure("samples_per_s", [](const Column& c) { return cell(c.row.samplesPerSecond); });
    figure("samples_per_s_min", [](const Column& c) { return cell(c.row.min); });
    figure("samples_per_s_max", [](const Column& c) { return cell(c.row.max); });
    figure("samples_per_s_stddev", [](const Column& c) { return cell(c.row.stddev); });
    figure("samples_per_s_ci95", [](const Column& c) { return cell(c.row.ci95); });
    figure("repeats", [](const Column& c) { return cell(c.row.repeats); });
    figure("samples_per_s_per_device", [](const Column& c) -> Cell {
        const qint64 devices = c.row.nodes.value_or(0) * c.row.devicesPerNode.value_or(0);
        if (!c.row.samplesPerSecond || devices <= 0) return {};
        return cell(*c.row.samplesPerSecond / static_cast<double>(devices));
    });
    figure("memory_mib", [](const Column& c) { return cell(c.row.memoryMib); });
    figure("model_flops_utilization",
           [](const Column& c) { return c.diagnosis ? cell(c.diagnosis->arithmetic) : Cell{}; });
    figure("memory_bandwidth_utilization",
           [](const Column& c) { return c.diagnosis ? cell(c.diagnosis->memory) : Cell{}; });
    figure("forward_ms", part(&protocol::StepParts::forward));
    figure("backward_ms", part(&protocol::StepParts::backward));
    figure("head_ms", part(&protocol::StepParts::head));
    figure("optimizer_ms", part(&protocol::StepParts::optimizer));
    figure("communication_ms", part(&protocol::StepParts::communication));
    figure("data_wait_ms", part(&protocol::StepParts::data_wait));
    figure("final_loss", [](const Column& c) { return cell(c.row.finalLoss); });
    figure("accuracy", [](const Column& c) { return cell(c.row.accuracy); });
    figure("max_num_classes", [](const Column& c) { return cell(c.row.maxNumClasses); });
    figure("bottleneck", [](const Column& c) {
        return c.diagnosis ? cell(bottleneckTitle(c.diagnosis->bottleneck)) : Cell{};
    });
}

/// What rows of every kind have.
void addSharedConfiguration(std::vector<ComparedField>& fields, const std::vector<Column>& columns) {
    const auto field = [&](const char* name, const Value& value) {
        add(fields, FieldGroup::Configuration, QLatin1String(name), columns, value);
    };
    field("framework", [](const Column& c) { return cell(c.row.framework); });
    field("model", [](const Column& c) { return cell(c.row.model); });
    field("fc_type", [](const Column& c) { return cell(c.row.fcType); });
    field("loss", [](const Column& c) { return cell(c.row.loss); });
    field("dataset", [](const Column& c) { return cell(c.row.dataset); });
    field("num_classes", [](const Column& c) { return cell(c.row.numClasses); });
    field("parallelism", [](const Column& c) { return cell(c.row.parallelism); });
    field("sample_ratio", [](const Column& c) { return cell(c.row.sampleRatio); });
    field("precision", [](const Column& c) { return cell(c.row.precision); });
    field("batch_size_per_device", [](const Column& c) { return cell(c.row.batchSizePerDevice); });
    field("nodes", [](const Column& c) { return cell(c.row.nodes); });
    field("devices_per_node", [](const Column& c) { return cell(c.row.devicesPerNode); });
    field("device", [](const Column& c) { return cell(c.row.device); });
    field("method", [](const Column& c) { return cell(c.row.method); });
}

Cell configCell(const Column& column, std::string_view name) {
    if (!column.details) return {};
    const nlohmann::json config = protocol::to_json(column.details->config);
    const auto found = config.find(std::string(name));
    if (found == config.end() || found->is_null()) return {};
    if (found->is_string()) return cell(QString::fromStdString(found->get<std::string>()));
    if (found->is_boolean()) return found->get<bool>();
    if (found->is_number_integer()) return qint64(found->get<std::int64_t>());
    if (found->is_number()) return cell(found->get<double>());
    return cell(QString::fromStdString(found->dump()));
}

/// The rest of a run's configuration, as the command line names it.
void addOwnConfiguration(std::vector<ComparedField>& fields, const std::vector<Column>& columns) {
    for (const protocol::ConfigField& each : protocol::config_fields()) {
        const QString name = QString::fromUtf8(each.name.data(), static_cast<qsizetype>(each.name.size()));
        const bool there = std::any_of(fields.begin(), fields.end(),
                                       [&name](const ComparedField& field) { return field.name == name; });
        if (name == QStringLiteral("repeat") || (there && name != QStringLiteral("repeats"))) continue;
        add(fields, FieldGroup::Configuration,
            name == QStringLiteral("repeats") ? QStringLiteral("repeats_asked") : name, columns,
            [&each](const Column& column) { return configCell(column, each.name); });
    }
}

Value environment(const std::function<Cell(const protocol::Environment&)>& value) {
    return [value](const Column& column) -> Cell {
        if (!column.details || !column.details->environment) return {};
        return value(*column.details->environment);
    };
}

void addEnvironment(std::vector<ComparedField>& fields, const std::vector<Column>& columns) {
    using Machine = protocol::Environment;
    const auto field = [&](const QString& name, const Value& value) {
        add(fields, FieldGroup::Environment, name, columns, value);
    };
    const auto text = [](const std::string& value) { return cell(QString::fromStdString(value)); };
    field(QStringLiteral("hardware"), [](const Column& c) { return cell(c.row.hardware); });
    field(QStringLiteral("driver"), [](const Column& c) { return cell(c.row.driver); });
    field(QStringLiteral("host"), [](const Column& c) { return cell(c.row.host); });
    field(QStringLiteral("framework_version"), [](const Column& c) { return cell(c.row.frameworkVersion); });
    field(QStringLiteral("program_version"), [](const Column& c) { return cell(c.row.programVersion); });
    field(QStringLiteral("os"), environment([text](const Machine& m) { return text(m.os); }));
    field(QStringLiteral("cpu"), environment([text](const Machine& m) { return text(m.cpu); }));
    field(QStringLiteral("cpu_cores"),
          environment([](const Machine& m) { return Cell{qint64(m.cpu_cores)}; }));
    field(QStringLiteral("governor"), environment([text](const Machine& m) { return text(m.governor); }));
    field(QStringLiteral("load_average"), environment([](const Machine& m) { return cell(m.load_average); }));
    field(QStringLiteral("memory_bytes"),
          environment([](const Machine& m) { return Cell{qint64(m.memory_bytes)}; }));
    field(QStringLiteral("commit"), environment([text](const Machine& m) { return text(m.commit); }));
    field(QStringLiteral("launcher"), environment([text](const Machine& m) { return text(m.launcher); }));
    std::vector<std::string> libraries;
    for (const Column& column : columns) {
        if (!column.details || !column.details->environment) continue;
        for (const auto& [name, version] : column.details->environment->libraries) libraries.push_back(name);
    }
    std::sort(libraries.begin(), libraries.end());
    libraries.erase(std::unique(libraries.begin(), libraries.end()), libraries.end());
    for (const std::string& name : libraries) {
        field(QString::fromStdString(name), environment([name, text](const Machine& m) -> Cell {
                  const auto found = m.libraries.find(name);
                  return found == m.libraries.end() ? Cell{} : text(found->second);
              }));
    }
}

}  // namespace

std::vector<ComparedField> comparedFields(const std::vector<ComparedColumn>& columns) {
    std::vector<ComparedField> fields;
    addFigures(fields, columns);
    addSharedConfiguration(fields, columns);
    addOwnConfiguration(fields, columns);
    addEnvironment(fields, columns);
    return fields;
}

}  // namespace arcmeter::app
