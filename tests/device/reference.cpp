// SPDX-License-Identifier: Apache-2.0
#include "tests/device/reference.h"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "engine/train/run_plan.h"
#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend::test {
namespace {

using Json = nlohmann::json;
using protocol::Precision;

constexpr const char* models[] = {"r18", "r100", "y1", "mbf"};

/// So low that one batch of eight images is learned over most of the steps, not in the first five.
constexpr double curve_learning_rate = 2e-6;

StepReference computed_step(const std::string& model) {
    const train::StepGraph step = whole_step(model, Precision::fp32);
    const auto executor = executor_of(step, Products::library, {.poison_activations = true});
    executor->initialise(whole_step_seed);
    const Batch batch(step);
    const StepReport report = run_step(*executor, batch.input(0));
    return {report.loss, sketches_of(persistent_values(*executor, step.graph))};
}

std::vector<double> computed_curve() {
    const train::StepGraph step = curve_step(Precision::fp32);
    const auto executor = executor_of(step, Products::library, {});
    executor->initialise(curve_seed);
    return curve_of(*executor, step);
}

/// The file's content; null where there is none.
const Json& file() {
    static const Json content = [] {
        const char* path = std::getenv("ARCMETER_DEVICE_REFERENCE");
        if (!path || !*path) return Json();
        std::ifstream stream(path);
        Json read = Json::parse(stream, nullptr, false);
        if (!read.is_object() || !read.contains("steps") || !read.contains("curve"))
            throw std::runtime_error(std::string(path) + " is not what device_reference writes");
        return read;
    }();
    return content;
}

Json json_of(const Sketch& sketch) {
    Json json = Json::array({sketch.norm});
    for (const double sum : sketch.sums) json.push_back(sum);
    return json;
}

Sketch sketch_from(const Json& json) {
    Sketch sketch;
    if (!json.is_array() || json.size() != sketch.sums.size() + 1)
        throw std::runtime_error("ARCMETER_DEVICE_REFERENCE: a sketch does not have " +
                                 std::to_string(sketch.sums.size() + 1) + " numbers");
    sketch.norm = json.at(0).get<double>();
    for (std::size_t k = 0; k < sketch.sums.size(); ++k) sketch.sums[k] = json.at(k + 1).get<double>();
    return sketch;
}

}  // namespace

train::StepGraph whole_step(const std::string& model, Precision precision) {
    protocol::RunConfig config;
    config.model = model;
    config.precision = precision;
    config.batch_size_per_device = 4;
    return train::build_step_graph(config, 100, {.keep_class_gradient = true});
}

train::StepGraph curve_step(Precision precision) {
    protocol::RunConfig config;
    config.model = "y1";
    config.precision = precision;
    config.batch_size_per_device = 8;
    return train::build_step_graph(config, 20, {});
}

std::vector<double> curve_of(Executor& executor, const train::StepGraph& step) {
    const Batch batch(step, 3);
    std::vector<double> losses;
    for (int i = 0; i < curve_steps; ++i) {
        losses.push_back(
            run_step(executor, batch.input(static_cast<std::uint64_t>(i), curve_learning_rate)).loss);
    }
    return losses;
}

StepReference step_reference(const std::string& model) {
    if (file().is_null()) return computed_step(model);
    const Json& step = file().at("steps").at(model);
    StepReference reference{step.at("loss").get<double>(), {}};
    for (const auto& [name, sketch] : step.at("tensors").items())
        reference.tensors[name] = sketch_from(sketch);
    return reference;
}

std::vector<double> curve_reference() {
    return file().is_null() ? computed_curve() : file().at("curve").get<std::vector<double>>();
}

std::string reference_json() {
    Json all;
    for (const char* model : models) {
        const StepReference reference = computed_step(model);
        Json& step = all["steps"][model];
        step["loss"] = reference.loss;
        for (const auto& [name, sketch] : reference.tensors) step["tensors"][name] = json_of(sketch);
    }
    all["curve"] = computed_curve();
    return all.dump();
}

}  // namespace arcmeter::backend::test
