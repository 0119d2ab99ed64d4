// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/RunWrites.h"

#include <QDateTime>
#include <QVariant>
#include <cmath>

#include "app/store/Connection.h"
#include "app/store/Owner.h"
#include "app/store/RunRows.h"
#include "app/store/StepAccumulator.h"
#include "app/version/Version.h"

namespace arcmeter::app {
namespace {

QString now() {
    return QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ssZ"));
}

QVariant real(double value) {
    return std::isfinite(value) ? QVariant(value) : QVariant();
}

template <typename Value>
QVariant bound(const std::optional<Value>& value) {
    return value ? QVariant::fromValue(*value) : QVariant();
}

/// Never null, for NOT NULL columns.
QString text(const QString& value) {
    return value.isNull() ? QStringLiteral("") : value;
}

QString text(std::string_view value) {
    return text(QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size())));
}

QString eventText(const protocol::EventBody& body) {
    return QString::fromStdString(protocol::to_line(protocol::Event{0, body}));
}

QString hardwareOf(const protocol::Environment& environment, qint64 devices) {
    QString name;
    for (const protocol::DeviceInfo& device : environment.devices) {
        if (device.kind == environment.device) {
            name = QString::fromStdString(device.name);
            break;
        }
    }
    if (environment.device == "cpu") {
        if (name.isEmpty()) name = QString::fromStdString(environment.cpu);
        return environment.cpu_cores > 0 ? QStringLiteral("%1, %2 cores").arg(name).arg(environment.cpu_cores)
                                         : name;
    }
    return name.isEmpty() ? name : QStringLiteral("%1x %2").arg(devices).arg(name);
}

QString driverOf(const protocol::Environment& environment) {
    for (const protocol::DeviceInfo& device : environment.devices) {
        if (device.kind == environment.device) return QString::fromStdString(device.driver);
    }
    return {};
}

std::vector<qint64> orphans(Connection& connection) {
    std::vector<qint64> dead;
    QSqlQuery query =
        connection.run(QStringLiteral("SELECT id, owner_host, owner_boot, owner_pid, owner_started FROM run "
                                      "WHERE state NOT IN ('finished', 'failed', 'stopped', 'interrupted')"));
    while (query.next()) {
        const Owner owner{query.value(1).toString(), query.value(2).toString(), query.value(3).toLongLong(),
                          query.value(4).toString()};
        if (isDead(owner)) dead.push_back(query.value(0).toLongLong());
    }
    return dead;
}

/// The result that the last repeat's worker did not live to write, from the steps it did.
void rebuildLastRepeat(Connection& connection, qint64 runId, std::vector<protocol::Result>& results) {
    const std::vector<protocol::Step> steps = readSteps(connection, runId);
    if (steps.empty()) return;
    const auto repeat = static_cast<int>(steps.back().repeat);
    for (const protocol::Result& result : results) {
        if (result.repeat == repeat) return;
    }
    StepAccumulator sums(readConfig(connection, runId));
    for (const protocol::Step& step : steps) {
        if (step.repeat == repeat) sums.add(step);
    }
    if (const auto result = sums.result(repeat)) {
        writeResult(connection, runId, *result);
        results.push_back(*result);
    }
}

void interrupt(Connection& connection, qint64 runId) {
    std::vector<protocol::Result> results = readResults(connection, runId);
    try {
        rebuildLastRepeat(connection, runId, results);
    } catch (const Error& error) {
        // Steps that cannot be read must not keep the database from opening.
        qWarning("Run %lld: %s", static_cast<long long>(runId), error.what());
    }
    RunFigures figures = figuresOf(results);
    figures.partial = true;
    RunFailure failure;
    failure.code = QStringLiteral("interrupted");
    failure.message = QStringLiteral("The program that carried this run ended before the run did.");
    writeEnd(connection, runId, RunState::Interrupted, figures, failure);
}

}  // namespace

qint64 insertRun(Connection& connection, const NewRun& run) {
    const protocol::RunConfig& config = run.config;
    const Owner owner = thisProgram();
    const bool sampled = config.parallelism == protocol::Parallelism::partial_fc;
    std::optional<qint64> classes = config.num_classes;
    if (!classes && config.is_synthetic()) classes = protocol::default_synthetic_classes;
    QSqlQuery query = connection.run(
        QStringLiteral(
            "INSERT INTO run (created_at, state, config, preset, note, program_version, model, dataset, "
            "parallelism, sample_ratio, precision, batch_size_per_device, num_classes, nodes, "
            "devices_per_node, method, fc_type, loss, launcher, engine, host, owner_host, owner_boot, "
            "owner_pid, "
            "owner_started) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "?)"),
        {now(),
         toString(RunState::Queued),
         QString::fromStdString(to_json(config).dump()),
         text(run.presetId),
         text(run.note),
         programVersion(),
         text(config.model),
         text(run.datasetName),
         text(to_string(config.parallelism)),
         sampled ? QVariant(config.sample_ratio) : QVariant(),
         text(to_string(config.precision)),
         qint64(config.batch_size_per_device),
         bound(classes),
         qint64(config.nodes),
         qint64(config.devices_per_node),
         text(to_string(config.method)),
         text(to_string(config.effective_fc_type())),
         text(to_string(config.loss)),
         text(to_string(config.launcher)),
         text(run.engine),
         text(owner.host),
         text(owner.host),
         text(owner.boot),
         owner.pid,
         text(owner.started)});
    const qint64 id = query.lastInsertId().toLongLong();
    for (const QString& tag : run.tags) {
        connection.run(QStringLiteral("INSERT OR IGNORE INTO tag (run_id, tag) VALUES (?, ?)"), {id, tag});
    }
    return id;
}

void reopenRow(Connection& connection, qint64 runId) {
    readRun(connection, runId);  // throws where there is none
    QSqlQuery query = connection.run(
        QStringLiteral(
            "SELECT state, owner_host, owner_boot, owner_pid, owner_started FROM run WHERE id = ?"),
        {runId});
    query.next();
    const RunState state = runStateFromString(query.value(0).toString()).value_or(RunState::Failed);
    const Owner owner{query.value(1).toString(), query.value(2).toString(), query.value(3).toLongLong(),
                      query.value(4).toString()};
    query.finish();
    if (!isEnded(state) && owner != thisProgram() && !isDead(owner)) {
        throw Error(ErrorCode::invalid_config,
                    "Run " + std::to_string(runId) + " still goes in another program.");
    }
    int whole = 0;
    for (const protocol::Result& result : readResults(connection, runId)) {
        if (result.partial || result.repeat != whole) break;
        ++whole;
    }
    for (const char* table : {"repeat_launch", "step_window", "step_series", "telemetry"}) {
        connection.run(
            QStringLiteral("DELETE FROM %1 WHERE run_id = ? AND repeat >= ?").arg(QLatin1String(table)),
            {runId, whole});
    }
    connection.run(QStringLiteral("DELETE FROM error WHERE run_id = ?"), {runId});
    const Owner own = thisProgram();
    connection.run(
        QStringLiteral("UPDATE run SET state = ?, ended_at = NULL, failure_code = '', failure = '', "
                       "owner_host = ?, owner_boot = ?, owner_pid = ?, owner_started = ? WHERE id = ?"),
        {toString(RunState::Queued), text(own.host), text(own.boot), own.pid, text(own.started), runId});
}

void updateState(Connection& connection, qint64 runId, RunState state) {
    connection.run(QStringLiteral("UPDATE run SET state = ? WHERE id = ?"), {toString(state), runId});
}

void writeHello(Connection& connection, qint64 runId, const protocol::Hello& hello) {
    connection.run(QStringLiteral("INSERT INTO environment (run_id, hello) VALUES (?1, ?2) "
                                  "ON CONFLICT (run_id) DO UPDATE SET hello = excluded.hello"),
                   {runId, eventText(hello)});
    connection.run(QStringLiteral("UPDATE run SET engine = ?, engine_version = ? WHERE id = ?"),
                   {text(hello.engine), text(hello.version), runId});
}

void writeEnvironment(Connection& connection, qint64 runId, const protocol::Environment& environment) {
    connection.run(QStringLiteral("INSERT INTO environment (run_id, environment) VALUES (?1, ?2) "
                                  "ON CONFLICT (run_id) DO UPDATE SET environment = excluded.environment"),
                   {runId, eventText(environment)});
    const qint64 devices =
        connection.number(QStringLiteral("SELECT devices_per_node FROM run WHERE id = ?"), {runId});
    connection.run(QStringLiteral("UPDATE run SET device = ?, hardware = ?, driver = ? WHERE id = ?"),
                   {text(environment.device), text(hardwareOf(environment, devices)),
                    text(driverOf(environment)), runId});
}

void writePlan(Connection& connection, qint64 runId, const protocol::Plan& plan) {
    const std::optional<qint64> classes =
        plan.num_classes > 0 ? std::optional<qint64>(plan.num_classes) : std::nullopt;
    const qint64 flops = plan.flops_per_sample + plan.head_flops_per_sample;
    connection.run(QStringLiteral("UPDATE run SET plan = ?, num_classes = coalesce(?, num_classes), "
                                  "flops_per_sample = ? WHERE id = ?"),
                   {eventText(plan), bound(classes), flops > 0 ? QVariant(flops) : QVariant(), runId});
}

void writePreflight(Connection& connection, qint64 runId, const std::vector<PreflightItem>& items) {
    for (const PreflightItem& item : items) {
        connection.run(
            QStringLiteral("INSERT OR REPLACE INTO preflight (run_id, item, value, sentence, warning) "
                           "VALUES (?, ?, ?, ?, ?)"),
            {runId, text(item.id), text(item.value), text(item.sentence), item.warning ? 1 : 0});
    }
}

void writeTelemetry(Connection& connection, qint64 runId, int repeat, qint64 timeMs,
                    const protocol::Telemetry& telemetry) {
    connection.run(
        QStringLiteral("INSERT OR REPLACE INTO telemetry (run_id, repeat, time_ms, device_index, "
                       "utilization, memory_used_bytes, power_w, temperature_c, sm_clock_mhz, "
                       "throttle_reasons) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {runId, repeat, timeMs, qint64(telemetry.device_index), real(telemetry.utilization),
         qint64(telemetry.memory_used_bytes), bound(telemetry.power_w), bound(telemetry.temperature_c),
         bound(telemetry.sm_clock_mhz), text(telemetry.throttle_reasons)});
}

void writeResult(Connection& connection, qint64 runId, const protocol::Result& result) {
    connection.run(
        QStringLiteral("INSERT OR REPLACE INTO repeat_launch (run_id, repeat, launched_at, result, "
                       "samples_per_s, partial) VALUES (?, ?, ?, ?, ?, ?)"),
        {runId, qint64(result.repeat), now(), eventText(result), real(result.samples_per_s),
         result.partial ? 1 : 0});
}

void writeError(Connection& connection, qint64 runId, const RunFailure& failure) {
    connection.run(QStringLiteral("INSERT INTO error (run_id, code, rank, message, hint, last_lines) "
                                  "VALUES (?, ?, ?, ?, ?, ?)"),
                   {runId, text(failure.code), failure.rank, text(failure.message), text(failure.hint),
                    text(failure.lastLines.join(QLatin1Char('\n')))});
}

void writeEnd(Connection& connection, qint64 runId, RunState state, const RunFigures& figures,
              const RunFailure& failure) {
    const QVariant repeats = figures.repeats.empty() ? QVariant() : QVariant(qint64(figures.repeats.size()));
    connection.run(
        QStringLiteral("UPDATE run SET state = ?, ended_at = ?, samples_per_s = ?, samples_per_s_mean = ?, "
                       "samples_per_s_min = ?, samples_per_s_max = ?, samples_per_s_stddev = ?, "
                       "samples_per_s_ci95 = ?, repeats = ?, peak_device_memory_bytes = ?, "
                       "peak_host_memory_bytes = ?, final_loss = ?, accuracy = ?, communication_ms = ?, "
                       "communication_bytes_per_step = ?, partial = ?, failure_code = ?, "
                       "failure = ? WHERE id = ?"),
        {toString(state), now(), bound(figures.samplesPerSecond), bound(figures.mean), bound(figures.min),
         bound(figures.max), bound(figures.stddev), bound(figures.ci95), repeats,
         bound(figures.peakDeviceMemoryBytes), bound(figures.peakHostMemoryBytes), bound(figures.finalLoss),
         bound(figures.accuracy), bound(figures.communicationMs), bound(figures.communicationBytesPerStep),
         figures.partial ? 1 : 0, text(failure.code), text(failure.message), runId});
    if (!failure.code.isEmpty()) writeError(connection, runId, failure);
}

int interruptOrphans(Connection& connection) {
    const std::vector<qint64> dead = orphans(connection);
    for (const qint64 runId : dead) interrupt(connection, runId);
    return static_cast<int>(dead.size());
}

}  // namespace arcmeter::app
