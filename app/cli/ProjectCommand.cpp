// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ProjectCommand.h"

#include <cmath>

#include "app/cli/Terminal.h"
#include "app/export/TableExporter.h"
#include "app/paths/AppPaths.h"
#include "app/projection/Series.h"
#include "app/projection/Validation.h"
#include "app/store/ReferenceResults.h"
#include "app/store/RunStore.h"

namespace arcmeter::app::cli {
namespace {

using nlohmann::json;
using protocol::Parallelism;

constexpr int mostDevices = 4096;

QString share(double value) {
    return QString::number(value * 100, 'f', 1) + QStringLiteral(" %");
}

QString milliseconds(double seconds) {
    return QString::number(seconds * 1e3, 'f', 2);
}

QStringList lineOf(const ProjectionRow& row) {
    const ProjectedPoint& point = row.point;
    const std::string_view parallelism = to_string(row.parallelism);
    QString error = QStringLiteral("-");
    if (row.error()) error = (*row.error() < 0 ? QString() : QStringLiteral("+")) + share(*row.error());
    return {QString::fromUtf8(parallelism.data(), static_cast<qsizetype>(parallelism.size())),
            QString::number(point.devices),
            QString::number(point.nodes),
            figureText(point.samplesPerS),
            QString::number(point.speedup, 'f', 2),
            share(point.efficiency),
            milliseconds(point.stepS),
            milliseconds(point.communicationS),
            milliseconds(point.exposedS),
            row.measured ? figureText(*row.measured) : QStringLiteral("-"),
            error};
}

/// Mean distance from what was measured, of the projection and of plain linear scaling.
QString errorText(const std::vector<ProjectionRow>& rows, const MeasuredStep& step) {
    double projected = 0;
    double linear = 0;
    int count = 0;
    for (const ProjectionRow& row : rows) {
        if (!row.measured || row.point.devices == step.devices) continue;
        const double perDevice = step.head.batchPerDevice / step.total();
        projected += std::abs(*row.error());
        linear += std::abs(perDevice * row.point.devices / *row.measured - 1);
        ++count;
    }
    if (count == 0) return {};
    return QStringLiteral("Against %1 measured rows: mean error %2, of plain linear scaling %3.\n")
        .arg(count)
        .arg(share(projected / count), share(linear / count));
}

QString tableText(const ProjectionBase& base, const std::vector<ProjectionRow>& rows) {
    std::vector<QStringList> lines{
        {QStringLiteral("parallelism"), QStringLiteral("devices"), QStringLiteral("nodes"),
         QStringLiteral("projected samples/s"), QStringLiteral("speedup"), QStringLiteral("efficiency"),
         QStringLiteral("step ms"), QStringLiteral("communication ms"), QStringLiteral("waited for ms"),
         QStringLiteral("measured samples/s"), QStringLiteral("error")}};
    for (const ProjectionRow& row : rows) lines.push_back(lineOf(row));
    const QString head =
        QStringLiteral(
            "Projected, not measured: from %1 on %2 device(s), %3 devices a node,\n%4 within a "
            "node, %5 between nodes%6.\n\n")
            .arg(seriesTitle(base.row))
            .arg(base.step.devices)
            .arg(base.topology.devicesPerNode)
            .arg(base.topology.intra.title, base.topology.inter.title,
                 base.step.partsMeasured ? QString()
                                         : QStringLiteral("; the step's parts follow FLOPs and bytes"));
    return head + alignedTable(lines, {false, true, true, true, true, true, true, true, true, true, true}) +
           errorText(rows, base.step);
}

json linkJson(const Link& link) {
    return {{"id", link.id.toStdString()},
            {"bytes_per_s", link.bytesPerS},
            {"latency_s", link.latencyS},
            {"source", link.source.toStdString()}};
}

json projectionJson(const ProjectionBase& base, const std::vector<ProjectionRow>& rows) {
    json object;
    object["kind"] = "projected";
    object["intra_link"] = linkJson(base.topology.intra);
    object["link"] = linkJson(base.topology.inter);
    object["parts_measured"] = base.step.partsMeasured;
    const QByteArray points = renderTable(projectionTable(base, rows), TableFormat::Json);
    object["points"] = json::parse(points.constBegin(), points.constEnd());
    return object;
}

QString signedShare(double value) {
    return (value < 0 ? QString() : QStringLiteral("+")) + share(value);
}

QString validationText(const Validation& validation) {
    std::vector<QStringList> lines{
        {QStringLiteral("model"), QStringLiteral("dataset"), QStringLiteral("parallelism"),
         QStringLiteral("batch"), QStringLiteral("devices"), QStringLiteral("published"),
         QStringLiteral("projected"), QStringLiteral("error"), QStringLiteral("linear scaling's")}};
    for (const ValidatedRow& each : validation.rows) {
        const HistoryRow& row = each.row;
        lines.push_back({row.model, row.dataset, row.parallelism,
                         QString::number(row.batchSizePerDevice.value_or(0)), QString::number(each.devices),
                         row.publishedFigure, QString::number(each.projected, 'f', 2),
                         signedShare(each.error), signedShare(each.linearError)});
    }
    return QStringLiteral(
               "Projected from the one-device row of each series, by constants that were not fitted.\n\n") +
           alignedTable(lines, {false, false, false, true, true, true, true, true, true}) +
           QStringLiteral("%1 rows: mean error %2, worst %3; of plain linear scaling %4.\n")
               .arg(validation.rows.size())
               .arg(share(validation.meanError()), share(validation.worstError()),
                    share(validation.meanLinearError()));
}

json validationJson(const Validation& validation) {
    json rows = json::array();
    for (const ValidatedRow& each : validation.rows) {
        rows.push_back({{"model", each.row.model.toStdString()},
                        {"dataset", each.row.dataset.toStdString()},
                        {"parallelism", each.row.parallelism.toStdString()},
                        {"batch_size_per_device", each.row.batchSizePerDevice.value_or(0)},
                        {"devices", each.devices},
                        {"published_samples_per_s", *each.row.samplesPerSecond},
                        {"projected_samples_per_s", each.projected},
                        {"error", each.error},
                        {"linear_error", each.linearError}});
    }
    return {{"kind", "projected"},
            {"rows", rows},
            {"mean_error", validation.meanError()},
            {"worst_error", validation.worstError()},
            {"mean_linear_error", validation.meanLinearError()}};
}

}  // namespace

ProjectCommand::ProjectCommand(CLI::App& app)
    : m_command(
          app.add_subcommand("project", "What more devices would give, projected from a measured run")) {
    const LinkCatalog catalog = LinkCatalog::load();
    const auto names = [&](Link::Scope scope) {
        return " [" + catalog.ids(scope).join(QStringLiteral(", ")).toStdString() + "]";
    };
    m_command->add_option("--from", m_from, "The run's number, or ref: and the number of a published row");
    m_command->add_flag(
        "--published", m_published,
        "Instead: project every published OneFlow row from its series' one-device row, with errors");
    m_command->add_option("--link", m_link, "Between machines" + names(Link::Scope::Network));
    m_command->add_option("--intra-link", m_intraLink, "Within a machine" + names(Link::Scope::Node));
    m_command->add_option("--devices-per-node", m_devicesPerNode, "Devices of a machine")
        ->check(CLI::Range(1, 64));
    m_command->add_option("--devices", m_devices, "Numbers of devices: 1,8,64 [1 to 4096]")
        ->delimiter(',')
        ->check(CLI::Range(1, mostDevices));
    m_command
        ->add_option("--parallelism", m_parallelisms,
                     "data, model, partial_fc, several with commas; the run's own when left out")
        ->delimiter(',')
        ->check(CLI::IsMember({"data", "model", "partial_fc"}));
    m_command->add_option("--db", m_database, "The run database");
    m_command->add_flag("--json", m_json, "Print one JSON object");
    m_command->footer(
        "\nExamples:\n"
        "  arcmeter-cli project --from 12 --link infiniband-400 --devices 8,64,512\n"
        "  arcmeter-cli project --from ref:7 --parallelism data,model,partial_fc\n"
        "  arcmeter-cli project --published");
}

int ProjectCommand::execute() {
    try {
        if (m_published == !m_from.empty()) {
            throw Error(ErrorCode::invalid_config, "project needs --from or --published, one of them.");
        }
        return m_published ? validate() : project();
    } catch (const Error& error) {
        return m_json ? reportErrorEvent(error) : reportError(error);
    }
}

std::vector<Parallelism> ProjectCommand::parallelisms(const ProjectionBase& base) const {
    if (m_parallelisms.empty()) return {base.step.head.parallelism};
    std::vector<Parallelism> out;
    for (const std::string& name : m_parallelisms)
        out.push_back(*protocol::enum_from_string<Parallelism>(name));
    return out;
}

std::vector<int> ProjectCommand::devices() const {
    return m_devices.empty() ? usualDeviceCounts() : m_devices;
}

int ProjectCommand::validate() const {
    const Validation validation =
        validateProjection(shippedReferenceResults(), QStringLiteral("OneFlow"), LinkCatalog::load());
    print(m_json ? QString::fromStdString(validationJson(validation).dump()) + QLatin1Char('\n')
                 : validationText(validation));
    return exit_done;
}

int ProjectCommand::project() const {
    const LinkCatalog catalog = LinkCatalog::load();
    const RunStore store(m_database.empty() ? paths::defaultDatabase() : QString::fromStdString(m_database));
    const TopologyChoice choice{QString::fromStdString(m_intraLink), QString::fromStdString(m_link),
                                m_devicesPerNode};
    const ProjectionBase base = projectionBase(store, QString::fromStdString(m_from), choice, catalog);
    const std::vector<ProjectionRow> rows =
        projectionRows(base, parallelisms(base), devices(), store.history(), catalog);
    print(m_json ? QString::fromStdString(projectionJson(base, rows).dump()) + QLatin1Char('\n')
                 : tableText(base, rows));
    return exit_done;
}

}  // namespace arcmeter::app::cli
