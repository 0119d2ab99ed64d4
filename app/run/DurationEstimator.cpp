// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/DurationEstimator.h"

#include <QCoreApplication>
#include <QSysInfo>
#include <QThread>
#include <algorithm>

namespace arcmeter::app {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(DurationEstimator)
};

constexpr double launchMs = 2000;  // process start, allocation, first touch of the weights
constexpr double guessedFlopsPerCore =
    2e10;  // what a common core reaches on these networks; right within a factor 3

QString text(std::string_view value) {
    return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
}

bool likeDevice(const HistoryRow& run, const protocol::RunConfig& config,
                const std::optional<protocol::Plan>& plan) {
    const QString device =
        plan && !plan->device.empty() ? text(plan->device) : text(to_string(config.device));
    return device == QStringLiteral("auto") || run.device == device;
}

bool likeWork(const HistoryRow& run, const protocol::RunConfig& config) {
    return run.model == text(config.model) && run.precision == text(to_string(config.precision)) &&
           run.nodes == config.nodes && run.devicesPerNode == config.devices_per_node;
}

bool alike(const HistoryRow& run, const protocol::RunConfig& config) {
    const bool sameClasses = !config.num_classes || run.numClasses == config.num_classes;
    return likeWork(run, config) && run.batchSizePerDevice == config.batch_size_per_device && sameClasses &&
           run.parallelism == text(to_string(config.parallelism)) &&
           (run.dataset == text(protocol::synthetic_dataset)) == config.is_synthetic();
}

double nearness(const HistoryRow& run, const protocol::RunConfig& config) {
    const auto batch = static_cast<double>(run.batchSizePerDevice.value_or(1));
    const auto wanted = static_cast<double>(config.batch_size_per_device);
    return std::max(batch, wanted) / std::max(1.0, std::min(batch, wanted));
}

}  // namespace

DurationEstimator::DurationEstimator(std::vector<HistoryRow> runs, const QString& host)
    : m_host(host.isEmpty() ? QSysInfo::machineHostName() : host) {
    refresh(std::move(runs));
}

void DurationEstimator::refresh(std::vector<HistoryRow> runs) {
    std::erase_if(runs, [this](const HistoryRow& run) {
        return run.state != RunState::Finished || !run.samplesPerSecond || *run.samplesPerSecond <= 0 ||
               run.host != m_host || !engineOf(run).isEmpty();
    });
    std::sort(runs.begin(), runs.end(), [](const HistoryRow& a, const HistoryRow& b) { return a.id > b.id; });
    m_runs = std::move(runs);
}

std::optional<DurationEstimator::Speed> DurationEstimator::speedOfLikeRun(
    const protocol::RunConfig& config, const std::optional<protocol::Plan>& plan) const {
    const HistoryRow* nearest = nullptr;
    for (const HistoryRow& run : m_runs) {
        if (!likeDevice(run, config, plan) || !likeWork(run, config)) continue;
        if (alike(run, config)) {
            return Speed{*run.samplesPerSecond, Words::tr("an earlier run of the same configuration")};
        }
        if (!nearest || nearness(run, config) < nearness(*nearest, config)) nearest = &run;
    }
    if (!nearest) return std::nullopt;
    return Speed{*nearest->samplesPerSecond, Words::tr("an earlier run of the same network")};
}

std::optional<DurationEstimator::Speed> DurationEstimator::speedByWork(const protocol::RunConfig& config,
                                                                       const protocol::Plan& plan) const {
    const auto work = static_cast<double>(plan.flops_per_sample + plan.head_flops_per_sample);
    if (work <= 0) return std::nullopt;
    for (const HistoryRow& run : m_runs) {
        if (!likeDevice(run, config, plan) || !run.flopsPerSample) continue;
        if (run.precision != text(to_string(config.precision))) continue;
        return Speed{*run.samplesPerSecond * *run.flopsPerSample / work,
                     Words::tr("an earlier run of another network")};
    }
    if (plan.estimated_samples_per_s > 0) return Speed{plan.estimated_samples_per_s, Words::tr("the plan")};
    if (plan.device != "cpu") return std::nullopt;
    const int cores =
        config.cpu_threads > 0 ? static_cast<int>(config.cpu_threads) : QThread::idealThreadCount();
    return Speed{guessedFlopsPerCore * cores / work, Words::tr("the number of CPU cores, a guess")};
}

std::optional<DurationEstimator::Speed> DurationEstimator::speed(
    const protocol::RunConfig& config, const std::optional<protocol::Plan>& plan) const {
    if (const auto known = speedOfLikeRun(config, plan)) return known;
    return plan ? speedByWork(config, *plan) : std::nullopt;
}

std::optional<DurationEstimate> DurationEstimator::estimate(const protocol::RunConfig& config,
                                                            const std::optional<protocol::Plan>& plan) const {
    const std::optional<Speed> known = speed(config, plan);
    if (!known) return std::nullopt;
    const double samples = static_cast<double>(config.effective_iterations()) *
                           static_cast<double>(config.batch_size_per_device * config.world_size());
    const double repeatMs = samples / known->samplesPerSecond * 1000 + launchMs;
    const double totalMs = repeatMs * static_cast<double>(config.effective_repeats());
    constexpr double yearMs = 365.0 * 24 * 3600 * 1000;
    return DurationEstimate{static_cast<qint64>(std::min(totalMs, yearMs)), known->basis};
}

QString durationText(qint64 milliseconds) {
    const qint64 seconds = (milliseconds + 500) / 1000;
    if (seconds < 90) return QStringLiteral("about %1 s").arg(std::max<qint64>(1, seconds));
    const qint64 minutes = (seconds + 30) / 60;
    if (minutes < 90) return QStringLiteral("about %1 min").arg(minutes);
    const qint64 tens = (minutes + 5) / 10 * 10;
    if (tens % 60 == 0) return QStringLiteral("about %1 h").arg(tens / 60);
    return QStringLiteral("about %1 h %2 min").arg(tens / 60).arg(tens % 60);
}

}  // namespace arcmeter::app
