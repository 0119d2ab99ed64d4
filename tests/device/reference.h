// SPDX-License-Identifier: Apache-2.0
// What the CPU computes in FP32 in the steps that the device tests run: loss and a sketch of every tensor
// after one step of whole networks, and the losses of 50 steps. Computed where it is needed, or read from the
// file that the environment variable ARCMETER_DEVICE_REFERENCE names and device_reference has written: a
// machine with a GPU that is lent by the minute need not wait for a CPU that has no oneDNN.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/backend/backend.h"
#include "engine/train/step_graph.h"
#include "tests/engine/backend/sketch.h"

namespace arcmeter::backend::test {

struct StepReference {
    double loss = 0;
    std::map<std::string, Sketch> tensors;  ///< see persistent_values()
};

/// One step of a published network with four images.
inline constexpr std::uint64_t whole_step_seed = 5;
train::StepGraph whole_step(const std::string& model, protocol::Precision precision);

/// Fifty steps that learn one batch of eight images.
inline constexpr int curve_steps = 50;
train::StepGraph curve_step(protocol::Precision precision);
inline constexpr std::uint64_t curve_seed = 7;
/// Losses from the executor's present state on.
std::vector<double> curve_of(Executor& executor, const train::StepGraph& step);

/// On the CPU, from the file or by itself. Throws std::runtime_error with what is wrong with the file.
StepReference step_reference(const std::string& model);
std::vector<double> curve_reference();

/// What device_reference writes: all of it, computed here.
std::string reference_json();

}  // namespace arcmeter::backend::test
