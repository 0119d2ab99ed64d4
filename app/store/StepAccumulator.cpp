// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/StepAccumulator.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace arcmeter::app {
namespace {

constexpr std::array<double protocol::StepParts::*, 6> allParts{
    &protocol::StepParts::data_wait, &protocol::StepParts::forward,       &protocol::StepParts::head,
    &protocol::StepParts::backward,  &protocol::StepParts::communication, &protocol::StepParts::optimizer};

}  // namespace

StepAccumulator::StepAccumulator(const protocol::RunConfig& config)
    : m_warmup(config.effective_warmup()),
      m_samplesPerStep(config.batch_size_per_device * config.world_size()),
      m_config(config) {}

void StepAccumulator::add(const protocol::Step& step) {
    m_devicePeak = std::max<qint64>(m_devicePeak, step.device_memory_bytes);
    m_hostPeak = std::max<qint64>(m_hostPeak, step.host_memory_bytes);
    const auto slot = static_cast<std::size_t>(m_seen % static_cast<qint64>(lastCount));
    m_losses[slot] = step.loss;
    m_accuracies[slot] = step.accuracy;
    ++m_seen;
    if (step.iteration <= m_warmup || !(step.step_ms > 0) || !std::isfinite(step.step_ms)) return;
    ++m_measured;
    m_milliseconds += step.step_ms;
    for (const auto part : allParts) m_parts.*part += step.parts.*part;
}

std::optional<double> StepAccumulator::samplesPerSecond() const {
    if (m_measured == 0) return std::nullopt;
    return static_cast<double>(m_samplesPerStep * m_measured) * 1000.0 / m_milliseconds;
}

std::optional<protocol::Result> StepAccumulator::result(int repeat) const {
    const std::optional<double> speed = samplesPerSecond();
    if (!speed) return std::nullopt;
    protocol::Result result;
    result.samples_per_s = *speed;
    result.repeats = {*speed};
    result.min = *speed;
    result.max = *speed;
    for (const auto part : allParts) result.parts.*part = m_parts.*part / static_cast<double>(m_measured);
    result.peak_device_memory_bytes = m_devicePeak;
    result.peak_host_memory_bytes = m_hostPeak;
    const auto kept = std::min<std::ptrdiff_t>(m_seen, lastCount);
    result.final_loss =
        std::accumulate(m_losses.begin(), m_losses.begin() + kept, 0.0) / static_cast<double>(kept);
    result.accuracy =
        std::accumulate(m_accuracies.begin(), m_accuracies.begin() + kept, 0.0) / static_cast<double>(kept);
    result.world_size = m_config.world_size();
    result.repeat = repeat;
    result.measured_iterations = m_measured;
    result.batch_size_per_device = m_config.batch_size_per_device;
    result.num_classes = m_config.num_classes.value_or(0);
    result.partial = true;
    return result;
}

}  // namespace arcmeter::app
