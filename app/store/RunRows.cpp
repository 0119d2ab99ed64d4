// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/RunRows.h"

#include <QHash>
#include <QSet>
#include <QVariant>
#include <algorithm>
#include <cmath>
#include <set>

#include "app/store/Connection.h"
#include "app/store/StepSeries.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using nlohmann::json;

constexpr double bytesPerMib = 1024.0 * 1024.0;

const QString& runColumns() {
    static const QString columns = QStringLiteral(
        "id, created_at, state, host, device, hardware, driver, engine, engine_version, model, dataset, "
        "parallelism, "
        "sample_ratio, precision, batch_size_per_device, num_classes, nodes, devices_per_node, method, "
        "fc_type, loss, "
        "samples_per_s, samples_per_s_min, samples_per_s_max, samples_per_s_stddev, samples_per_s_ci95, "
        "repeats, "
        "peak_device_memory_bytes, peak_host_memory_bytes, final_loss, accuracy, flops_per_sample, "
        "launcher, communication_ms, communication_bytes_per_step, partial, "
        "failure_code, "
        "failure, "
        "program_version, note");
    return columns;
}

/// Reads columns in order and shares equal strings, so that 50,000 rows hold each name once.
class RowReader {
public:
    void start(const QSqlQuery& query) {
        m_query = &query;
        m_column = 0;
    }
    QString text() {
        const QString value = next().toString();
        return *m_pool.insert(value);
    }
    qint64 whole() { return next().toLongLong(); }
    std::optional<qint64> maybeWhole() {
        const QVariant value = next();
        return value.isNull() ? std::nullopt : std::optional(value.toLongLong());
    }
    std::optional<double> maybeReal() {
        const QVariant value = next();
        return value.isNull() ? std::nullopt : std::optional(value.toDouble());
    }

private:
    QVariant next() { return m_query->value(m_column++); }

    const QSqlQuery* m_query = nullptr;
    int m_column = 0;
    QSet<QString> m_pool;
};

/// Device memory is the figure on a GPU; on the CPU it is the process's own.
std::optional<double> memoryMib(const QString& device, std::optional<qint64> devicePeak,
                                std::optional<qint64> hostPeak) {
    const bool cpu = device == QStringLiteral("cpu");
    const std::optional<qint64> bytes = cpu && hostPeak ? hostPeak : devicePeak;
    return bytes ? std::optional(static_cast<double>(*bytes) / bytesPerMib) : std::nullopt;
}

HistoryRow runFrom(RowReader& reader) {
    static const QString arcmeter = QStringLiteral("Arcmeter");
    HistoryRow row;
    row.source = arcmeter;
    row.id = reader.whole();
    row.createdAt = reader.text();
    row.state = runStateFromString(reader.text());
    row.host = reader.text();
    row.device = reader.text();
    row.hardware = reader.text();
    row.driver = reader.text();
    row.framework = frameworkName(reader.text());
    row.frameworkVersion = row.engineVersion = reader.text();
    row.model = reader.text();
    row.dataset = reader.text();
    row.parallelism = reader.text();
    row.sampleRatio = reader.maybeReal();
    row.precision = reader.text();
    row.batchSizePerDevice = reader.whole();
    row.numClasses = reader.maybeWhole();
    row.nodes = reader.whole();
    row.devicesPerNode = reader.whole();
    row.method = reader.text();
    row.fcType = reader.text();
    row.loss = reader.text();
    row.samplesPerSecond = reader.maybeReal();
    row.min = reader.maybeReal();
    row.max = reader.maybeReal();
    row.stddev = reader.maybeReal();
    row.ci95 = reader.maybeReal();
    row.repeats = reader.maybeWhole();
    const std::optional<qint64> devicePeak = reader.maybeWhole();
    const std::optional<qint64> hostPeak = reader.maybeWhole();
    row.memoryMib = memoryMib(row.device, devicePeak, hostPeak);
    row.finalLoss = reader.maybeReal();
    row.accuracy = reader.maybeReal();
    row.flopsPerSample = reader.maybeReal();
    row.launcher = reader.text();
    row.communicationMs = reader.maybeReal();
    row.communicationBytesPerStep = reader.maybeWhole();
    row.partial = reader.whole() != 0;
    row.failureCode = reader.text();
    row.failure = reader.text();
    row.programVersion = reader.text();
    row.note = reader.text();
    return row;
}

HistoryRow publishedFrom(RowReader& reader) {
    HistoryRow row;
    row.kind = HistoryRow::Kind::Published;
    row.id = reader.whole();
    row.source = reader.text();
    row.sourceUrl = reader.text();
    row.framework = reader.text();
    row.frameworkVersion = reader.text();
    row.model = reader.text();
    row.dataset = reader.text();
    row.parallelism = reader.text();
    row.sampleRatio = reader.maybeReal();
    row.precision = reader.text();
    row.nodes = reader.maybeWhole();
    row.devicesPerNode = reader.maybeWhole();
    row.batchSizePerDevice = reader.maybeWhole();
    const std::optional<qint64> batchIsMax = reader.maybeWhole();
    if (batchIsMax) row.batchIsMax = *batchIsMax != 0;
    row.numClasses = reader.maybeWhole();
    row.samplesPerSecond = reader.maybeReal();
    row.publishedFigure = reader.text();
    row.memoryMib = reader.maybeReal();
    row.maxNumClasses = reader.maybeWhole();
    row.hardware = reader.text();
    return row;
}

QStringList tagsOf(Connection& connection, qint64 runId) {
    QStringList tags;
    QSqlQuery query =
        connection.run(QStringLiteral("SELECT tag FROM tag WHERE run_id = ? ORDER BY tag"), {runId});
    while (query.next()) tags << query.value(0).toString();
    return tags;
}

QHash<qint64, QStringList> allTags(Connection& connection) {
    QHash<qint64, QStringList> tags;
    QSqlQuery query = connection.run(QStringLiteral("SELECT run_id, tag FROM tag ORDER BY tag"));
    while (query.next()) tags[query.value(0).toLongLong()] << query.value(1).toString();
    return tags;
}

[[noreturn]] void noSuchRun(qint64 runId) {
    throw Error(ErrorCode::invalid_config, "There is no run " + std::to_string(runId) + " in this database.",
                "arcmeter-cli history list shows what there is.");
}

/// An event stored as JSON; nullopt where it is absent or no longer understood.
template <typename Body>
std::optional<Body> eventFrom(const QString& text) {
    if (text.isEmpty()) return std::nullopt;
    const protocol::ParsedLine parsed = protocol::parse_line(text.toStdString());
    if (!parsed.event) return std::nullopt;
    const Body* body = std::get_if<Body>(&parsed.event->body);
    return body ? std::optional(*body) : std::nullopt;
}

/// The fields this program knows: a run of an older or newer program must not be lost for the others.
protocol::RunConfig understood(const json& stored) {
    json known = json::object();
    protocol::RunConfig config;
    for (const auto& [key, value] : stored.items()) {
        json more = known;
        more[key] = value;
        try {
            config = protocol::run_config_from_json(more);
            known = std::move(more);
        } catch (const Error&) {
            continue;
        }
    }
    return config;
}

void readEvents(Connection& connection, qint64 runId, RunDetails& details) {
    details.plan = eventFrom<protocol::Plan>(
        connection.text(QStringLiteral("SELECT plan FROM run WHERE id = ?"), {runId}));
    QSqlQuery query = connection.run(
        QStringLiteral("SELECT hello, environment FROM environment WHERE run_id = ?"), {runId});
    if (!query.next()) return;
    details.hello = eventFrom<protocol::Hello>(query.value(0).toString());
    details.environment = eventFrom<protocol::Environment>(query.value(1).toString());
}

void readPreflight(Connection& connection, qint64 runId, RunDetails& details) {
    QSqlQuery query = connection.run(
        QStringLiteral("SELECT item, value, sentence, warning FROM preflight WHERE run_id = ? ORDER BY item"),
        {runId});
    while (query.next()) {
        details.preflight.push_back({query.value(0).toString(), query.value(1).toString(),
                                     query.value(2).toString(), query.value(3).toBool()});
    }
}

void readErrors(Connection& connection, qint64 runId, RunDetails& details) {
    QSqlQuery query = connection.run(
        QStringLiteral(
            "SELECT code, message, hint, rank, last_lines FROM error WHERE run_id = ? ORDER BY id"),
        {runId});
    while (query.next()) {
        const QString lines = query.value(4).toString();
        details.errors.push_back({query.value(0).toString(), query.value(1).toString(),
                                  query.value(2).toString(), query.value(3).toInt(),
                                  lines.isEmpty() ? QStringList() : lines.split(QLatin1Char('\n'))});
    }
}

}  // namespace

std::vector<HistoryRow> readRuns(Connection& connection) {
    const QHash<qint64, QStringList> tags = allTags(connection);
    std::vector<HistoryRow> rows;
    RowReader reader;
    QSqlQuery query = connection.run(
        QStringLiteral("SELECT %1 FROM run WHERE deleted_at IS NULL ORDER BY id DESC").arg(runColumns()));
    while (query.next()) {
        reader.start(query);
        rows.push_back(runFrom(reader));
        rows.back().tags = tags.value(rows.back().id);
    }
    return rows;
}

HistoryRow readRun(Connection& connection, qint64 runId) {
    RowReader reader;
    QSqlQuery query = connection.run(
        QStringLiteral("SELECT %1 FROM run WHERE deleted_at IS NULL AND id = ?").arg(runColumns()), {runId});
    if (!query.next()) noSuchRun(runId);
    reader.start(query);
    HistoryRow row = runFrom(reader);
    row.tags = tagsOf(connection, runId);
    return row;
}

std::vector<HistoryRow> readPublished(Connection& connection) {
    std::vector<HistoryRow> rows;
    RowReader reader;
    QSqlQuery query = connection.run(QStringLiteral(
        "SELECT id, source, source_url, framework, framework_version, model, dataset, parallelism, "
        "sample_ratio, precision, nodes, gpus_per_node, batch_size_per_device, batch_is_max, "
        "num_classes, samples_per_s, samples_per_s_text, memory_mib_per_gpu, max_num_classes, hardware "
        "FROM reference_result ORDER BY id"));
    while (query.next()) {
        reader.start(query);
        rows.push_back(publishedFrom(reader));
    }
    return rows;
}

protocol::RunConfig readConfig(Connection& connection, qint64 runId) {
    const QString text = connection.text(QStringLiteral("SELECT config FROM run WHERE id = ?"), {runId});
    if (text.isEmpty()) noSuchRun(runId);
    const json stored = json::parse(text.toStdString(), nullptr, false);
    if (!stored.is_object()) {
        throw Error(ErrorCode::data_corrupt,
                    "The stored configuration of run " + std::to_string(runId) + " cannot be read.");
    }
    return understood(stored);
}

std::vector<protocol::Result> readResults(Connection& connection, qint64 runId) {
    std::vector<protocol::Result> results;
    QSqlQuery query = connection.run(
        QStringLiteral("SELECT result FROM repeat_launch WHERE run_id = ? AND result IS NOT NULL "
                       "ORDER BY repeat"),
        {runId});
    while (query.next()) {
        if (auto result = eventFrom<protocol::Result>(query.value(0).toString())) results.push_back(*result);
    }
    return results;
}

RunDetails readDetails(Connection& connection, qint64 runId) {
    RunDetails details;
    details.row = readRun(connection, runId);
    details.config = readConfig(connection, runId);
    QSqlQuery query =
        connection.run(QStringLiteral("SELECT preset, ended_at FROM run WHERE id = ?"), {runId});
    if (query.next()) {
        details.presetId = query.value(0).toString();
        details.endedAt = query.value(1).toString();
    }
    details.repeats = readResults(connection, runId);
    details.figures = figuresOf(details.repeats);
    details.stepCount =
        connection.number(QStringLiteral("SELECT sum(steps) FROM step_series WHERE run_id = ?"), {runId});
    readEvents(connection, runId, details);
    readPreflight(connection, runId, details);
    readErrors(connection, runId, details);
    return details;
}

std::vector<protocol::Step> readSteps(Connection& connection, qint64 runId) {
    std::vector<protocol::Step> steps;
    QSqlQuery query = connection.run(QStringLiteral("SELECT repeat, data FROM step_series WHERE run_id = ? "
                                                    "ORDER BY repeat, first_iteration"),
                                     {runId});
    while (query.next()) {
        const auto piece = decodeSteps(query.value(1).toByteArray(), query.value(0).toInt());
        if (!piece) {
            throw Error(ErrorCode::data_corrupt,
                        "The stored steps of run " + std::to_string(runId) + " cannot be read.");
        }
        steps.insert(steps.end(), piece->begin(), piece->end());
    }
    return steps;
}

std::vector<protocol::Telemetry> readTelemetry(Connection& connection, qint64 runId) {
    const auto optional = [](const QVariant& value) {
        return value.isNull() ? std::nullopt : std::optional<double>(value.toDouble());
    };
    const std::string device =
        connection.text(QStringLiteral("SELECT device FROM run WHERE id = ?"), {runId}).toStdString();
    std::vector<protocol::Telemetry> rows;
    QSqlQuery query = connection.run(
        QStringLiteral("SELECT device_index, utilization, memory_used_bytes, power_w, temperature_c, "
                       "sm_clock_mhz, throttle_reasons FROM telemetry WHERE run_id = ? "
                       "ORDER BY repeat, time_ms, device_index"),
        {runId});
    while (query.next()) {
        rows.push_back({query.value(0).toLongLong(), device, query.value(1).toDouble(),
                        query.value(2).toLongLong(), optional(query.value(3)), optional(query.value(4)),
                        optional(query.value(5)), query.value(6).toString().toStdString()});
    }
    return rows;
}

/// Devices are asked once a second from a repeat's first step on, so a word's place among its device's is its
/// second.
std::vector<RepeatSecond> readThrottledSeconds(Connection& connection, qint64 runId) {
    std::set<RepeatSecond> seconds;
    QSqlQuery query = connection.run(
        QStringLiteral(
            "SELECT repeat, second FROM (SELECT repeat, throttle_reasons, row_number() OVER (PARTITION BY "
            "repeat, device_index ORDER BY time_ms) AS second FROM telemetry WHERE run_id = ?) "
            "WHERE throttle_reasons <> ''"),
        {runId});
    while (query.next()) seconds.insert({query.value(0).toLongLong(), query.value(1).toLongLong()});
    return {seconds.begin(), seconds.end()};
}

std::vector<StepWindow> readStepWindows(Connection& connection, qint64 runId) {
    const auto real = [](const QVariant& value) { return value.isNull() ? NAN : value.toDouble(); };
    std::vector<StepWindow> windows;
    QSqlQuery query = connection.run(
        QStringLiteral(
            "SELECT repeat, first_iteration, steps, samples_per_s, step_ms_mean, step_ms_min, step_ms_max, "
            "loss_mean, accuracy_mean, device_memory_bytes_max, host_memory_bytes_max FROM step_window "
            "WHERE run_id = ? ORDER BY repeat, first_iteration"),
        {runId});
    while (query.next()) {
        windows.push_back({query.value(0).toInt(), query.value(1).toLongLong(), query.value(2).toInt(),
                           real(query.value(3)), real(query.value(4)), real(query.value(5)),
                           real(query.value(6)), real(query.value(7)), real(query.value(8)),
                           query.value(9).toLongLong(), query.value(10).toLongLong()});
    }
    return windows;
}

QString frameworkName(const QString& engine) {
    if (engine == QStringLiteral("pytorch")) return QStringLiteral("PyTorch");
    return engine.isEmpty() || engine == QStringLiteral("arcmeter") ? QStringLiteral("Arcmeter") : engine;
}

QString engineOf(const HistoryRow& run) {
    if (run.framework == frameworkName({})) return {};
    return run.framework == QStringLiteral("PyTorch") ? QStringLiteral("pytorch") : run.framework;
}

}  // namespace arcmeter::app
