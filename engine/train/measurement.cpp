// SPDX-License-Identifier: Apache-2.0
#include "engine/train/measurement.h"

#include <algorithm>

namespace arcmeter::train {
namespace {

constexpr std::size_t recent_iterations = 50;

void add_parts(protocol::StepParts& sums, const protocol::StepParts& parts) {
    sums.data_wait += parts.data_wait;
    sums.forward += parts.forward;
    sums.head += parts.head;
    sums.backward += parts.backward;
    sums.communication += parts.communication;
    sums.optimizer += parts.optimizer;
}

protocol::StepParts mean_parts(protocol::StepParts sums, std::int64_t count) {
    const double share = count > 0 ? 1.0 / static_cast<double>(count) : 0;
    sums.data_wait *= share;
    sums.forward *= share;
    sums.head *= share;
    sums.backward *= share;
    sums.communication *= share;
    sums.optimizer *= share;
    return sums;
}

}  // namespace

void Measurement::set_communication(Communication communication) {
    const std::lock_guard lock(mutex_);
    communication_ = std::move(communication);
}

void Measurement::begin(Time now) {
    const std::lock_guard lock(mutex_);
    begin_ = last_ = now;
}

protocol::Step Measurement::add(std::int64_t iteration, const backend::StepReport& report,
                                double data_wait_ms, std::int64_t device_memory, std::int64_t host_memory,
                                Time now) {
    protocol::Step step;
    step.iteration = iteration;
    step.step_ms = report.step_ms + data_wait_ms;
    step.samples_per_s =
        step.step_ms > 0 ? static_cast<double>(batch_ * world_size_) * 1e3 / step.step_ms : 0;
    step.parts = report.parts;
    step.parts.data_wait = data_wait_ms;
    step.loss = report.loss;
    step.accuracy = report.accuracy;
    step.device_memory_bytes = device_memory;
    step.host_memory_bytes = host_memory;

    const std::lock_guard lock(mutex_);
    iterations_ = iteration;
    peak_device_memory_ = std::max(peak_device_memory_, device_memory);
    peak_host_memory_ = std::max(peak_host_memory_, host_memory);
    recent_.emplace_back(report.loss, report.accuracy);
    if (recent_.size() > recent_iterations) recent_.pop_front();
    if (iteration > warmup_) {
        add_parts(part_sums_, step.parts);
        for (std::size_t request = 0; request < report.collective_ms.size(); ++request) {
            communication_.collectives.at(communication_.of_request.at(request)).ms +=
                report.collective_ms[request];
        }
        last_ = now;
    }
    return step;
}

void Measurement::end(Time now) {
    const std::lock_guard lock(mutex_);
    last_ = now;
    ended_ = true;
}

protocol::Result Measurement::result() const {
    const std::lock_guard lock(mutex_);
    protocol::Result result;
    result.measured_iterations = measured();
    const double seconds = std::chrono::duration<double>(last_ - begin_).count();
    if (result.measured_iterations > 0 && seconds > 0) {
        result.samples_per_s =
            static_cast<double>(result.measured_iterations * batch_ * world_size_) / seconds;
        result.repeats = {result.samples_per_s};
    }
    result.min = result.max = result.samples_per_s;
    result.parts = mean_parts(part_sums_, result.measured_iterations);
    result.peak_device_memory_bytes = peak_device_memory_;
    result.peak_host_memory_bytes = peak_host_memory_;
    for (const auto& [loss, accuracy] : recent_) {
        result.final_loss += loss / static_cast<double>(recent_.size());
        result.accuracy += accuracy / static_cast<double>(recent_.size());
    }
    result.batch_size_per_device = batch_;
    result.world_size = world_size_;
    for (protocol::Collective collective : communication_.collectives) {
        collective.ms = result.measured_iterations > 0
                            ? collective.ms / static_cast<double>(result.measured_iterations)
                            : 0;
        result.communication_bytes_per_step += collective.bytes;
        result.collectives.push_back(std::move(collective));
    }
    result.partial = !ended_;
    return result;
}

}  // namespace arcmeter::train
