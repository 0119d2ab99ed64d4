// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/model_weights.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>
#include <set>

#include "engine/backend/initialise.h"
#include "engine/models/iresnet.h"
#include "engine/protocol/error.h"

namespace arcmeter::weights {
namespace {

using graph::OpKind;
using graph::Role;
using graph::TensorId;

constexpr double arcface_torch_bn_eps = 1e-5;
constexpr double arcface_torch_input_scale = 1 / 127.5;
constexpr const char* class_centres_name = "head.weight";

[[noreturn]] void throw_corrupt(const SafetensorsFile& file, const std::string& what) {
    throw Error(ErrorCode::data_corrupt, file.path().string() + " cannot be used: " + what + ".");
}

std::string text_of(const TensorShape& shape) {
    std::string out;
    for (const std::int64_t size : shape) out += (out.empty() ? "" : ", ") + std::to_string(size);
    return "[" + out + "]";
}

models::StageUnits units_in(const SafetensorsFile& file) {
    models::StageUnits units{};
    for (std::size_t stage = 0; stage < units.size(); ++stage) {
        const auto has_unit = [&](int unit) {
            return file.tensors().count("layer" + std::to_string(stage + 1) + "." + std::to_string(unit) +
                                        ".conv1.weight") != 0;
        };
        while (has_unit(units[stage])) ++units[stage];
    }
    return units;
}

std::string text_of(const models::StageUnits& units) {
    std::string out = std::to_string(units[0]);
    for (std::size_t i = 1; i < units.size(); ++i) out.append(" ").append(std::to_string(units[i]));
    return out;
}

std::string iresnet_of(const SafetensorsFile& file) {
    const models::StageUnits units = units_in(file);
    std::string known;
    for (const protocol::ModelInfo& model : protocol::models()) {
        const std::string name(model.name);
        const auto expected = models::iresnet_units(name);
        if (!expected) continue;
        if (*expected == units) return name;
        known += (known.empty() ? "" : ", ") + name + " " + text_of(*expected);
    }
    throw_corrupt(file, "its stages have " + text_of(units) + " units; known: " + known);
}

std::optional<double> number_in(const SafetensorsFile& file, const std::string& key) {
    const auto found = file.metadata().find(key);
    if (found == file.metadata().end()) return std::nullopt;
    const std::string& text = found->second;
    double value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status != std::errc{} || end != text.data() + text.size() || !(value > 0 && value <= 1)) {
        throw_corrupt(file, "its metadata has " + key + " '" + text.substr(0, 40) +
                                "'; allowed: a number above 0 to 1");
    }
    return value;
}

std::optional<protocol::FcType> fc_type_in(const SafetensorsFile& file, const std::string& model) {
    const auto found = file.metadata().find("fc_type");
    if (found == file.metadata().end()) return std::nullopt;
    const auto type = protocol::enum_from_string<protocol::FcType>(found->second);
    const std::vector<protocol::FcType>& known = protocol::find_model(model)->fc_types;
    if (!type || std::find(known.begin(), known.end(), *type) == known.end()) {
        throw_corrupt(file, "its metadata has fc_type '" + found->second.substr(0, 40) + "', which " + model +
                                " has not");
    }
    return type;
}

std::string exact_text(double value) {
    char text[32];
    const auto result = std::to_chars(text, text + sizeof text, value);
    return {text, result.ptr};
}

Metadata metadata_of(const protocol::RunConfig& config) {
    return {{"model", config.model},
            {"fc_type", std::string(to_string(config.effective_fc_type()))},
            {"bn_eps", exact_text(config.effective_bn_eps())},
            {"input_scale", exact_text(config.input_scale)}};
}

bool is_stored(Role role) {
    return role == Role::parameter || role == Role::buffer || role == Role::class_centre;
}

std::vector<TensorId> stored_tensors(const graph::Graph& graph) {
    std::vector<TensorId> ids;
    for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
        if (is_stored(graph.tensors()[i].role)) ids.push_back(static_cast<TensorId>(i));
    }
    return ids;
}

/// How many dimensions each tensor has in a file, from the operations that read it.
std::vector<int> ranks_of(const graph::Graph& graph) {
    std::vector<int> ranks(graph.tensors().size(), 1);
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        if (graph.tensors()[i].role == Role::class_centre) ranks[i] = 2;
    }
    for (const graph::Operation& op : graph.operations()) {
        const bool convolution = op.kind == OpKind::convolution || op.kind == OpKind::depthwise_convolution;
        if (convolution) ranks[static_cast<std::size_t>(op.input(1))] = 4;
        if (op.kind == OpKind::linear) ranks[static_cast<std::size_t>(op.input(1))] = 2;
    }
    return ranks;
}

TensorShape shape_of_rank(const graph::Shape& shape, int rank) {
    switch (rank) {
        case 4:
            return {shape.n, shape.c, shape.h, shape.w};
        case 2:
            return {shape.n, shape.c};
        default:
            return {shape.c};
    }
}

std::vector<NamedShape> named_shapes(const graph::Graph& graph, const std::vector<TensorId>& ids) {
    const std::vector<int> ranks = ranks_of(graph);
    std::vector<NamedShape> out;
    for (const TensorId id : ids) {
        const graph::Tensor& tensor = graph.tensor(id);
        out.push_back({tensor.name, shape_of_rank(tensor.shape, ranks[static_cast<std::size_t>(id)])});
    }
    return out;
}

/// "a, b and 3 more".
std::string some_of(const std::vector<std::string>& names) {
    constexpr std::size_t shown = 3;
    std::string out;
    for (std::size_t i = 0; i < std::min(shown, names.size()); ++i) out += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > shown) out += " and " + std::to_string(names.size() - shown) + " more";
    return out;
}

bool is_ignored(const std::string& name, bool has_head) {
    return name.ends_with(".num_batches_tracked") || (name == class_centres_name && !has_head);
}

void check_names(const SafetensorsFile& file, const std::vector<NamedShape>& expected) {
    std::set<std::string> known;
    std::vector<std::string> missing;
    for (const NamedShape& tensor : expected) {
        known.insert(tensor.name);
        if (!file.tensors().count(tensor.name)) missing.push_back(tensor.name);
    }
    std::vector<std::string> superfluous;
    for (const auto& [name, stored] : file.tensors()) {
        if (!known.count(name) && !is_ignored(name, known.count(class_centres_name) != 0))
            superfluous.push_back(name);
    }
    if (missing.empty() && superfluous.empty()) return;
    std::string what;
    if (!missing.empty()) what = "it lacks " + some_of(missing);
    if (!superfluous.empty()) {
        what += (what.empty() ? "" : " and ") + ("it holds " + some_of(superfluous)) +
                ", which the network has not";
    }
    throw_corrupt(file, what);
}

void check_shapes(const SafetensorsFile& file, const std::vector<NamedShape>& expected) {
    for (const NamedShape& tensor : expected) {
        const TensorShape& found = file.tensors().at(tensor.name).shape;
        if (found != tensor.shape) {
            throw_corrupt(file, "tensor " + tensor.name + " has the shape " + text_of(found) +
                                    "; the network needs " + text_of(tensor.shape));
        }
    }
}

using ValuesOf = std::function<std::vector<float>(TensorId)>;

void save(OutputFile& file, const protocol::RunConfig& config, const graph::Graph& graph,
          const ValuesOf& values_of) {
    const std::vector<TensorId> ids = stored_tensors(graph);
    SafetensorsWriter writer(file, named_shapes(graph, ids), metadata_of(config));
    for (const TensorId id : ids) writer.append(values_of(id));
    writer.commit();
}

}  // namespace

std::string model_of(const SafetensorsFile& file) {
    const auto has = [&](const char* name) { return file.tensors().count(name) != 0; };
    if (has("layer1.0.conv1.weight")) return iresnet_of(file);
    if (has("gdc.conv.weight")) return "y1";
    if (has("conv_sep.layers.0.weight")) return "mbf";
    throw_corrupt(file,
                  "its tensors are of no network known here (arcface_torch's r18 to r200 and mbf, and y1)");
}

protocol::RunConfig config_of(const SafetensorsFile& file) {
    return config_of(file, model_of(file));
}

protocol::RunConfig config_of(const SafetensorsFile& file, const std::string& model) {
    protocol::RunConfig config;
    config.model = model;
    protocol::require_valid(config);
    config.fc_type = fc_type_in(file, model);
    config.bn_eps = number_in(file, "bn_eps");
    if (!config.bn_eps && model != "y1") config.bn_eps = arcface_torch_bn_eps;
    const double default_scale = model == "y1" ? config.input_scale : arcface_torch_input_scale;
    config.input_scale = number_in(file, "input_scale").value_or(default_scale);
    return config;
}

TensorShape file_shape(const graph::Graph& graph, TensorId id) {
    return shape_of_rank(graph.tensor(id).shape, ranks_of(graph)[static_cast<std::size_t>(id)]);
}

void load_weights(const SafetensorsFile& file, const graph::Graph& graph, backend::Executor& executor) {
    const std::vector<TensorId> ids = stored_tensors(graph);
    const std::vector<NamedShape> expected = named_shapes(graph, ids);
    check_names(file, expected);
    check_shapes(file, expected);
    for (const TensorId id : ids) executor.write_tensor(id, file.read(graph.tensor(id).name));
}

void save_weights(OutputFile& file, const protocol::RunConfig& config, const graph::Graph& graph,
                  backend::Executor& executor) {
    save(file, config, graph, [&](TensorId id) { return executor.read_tensor(id); });
}

void save_initial_weights(OutputFile& file, const protocol::RunConfig& config, const graph::Graph& graph) {
    save(file, config, graph, [&](TensorId id) {
        const graph::Tensor& tensor = graph.tensor(id);
        std::vector<float> values(static_cast<std::size_t>(tensor.shape.elements()));
        backend::fill_initial(
            tensor, backend::tensor_key(static_cast<std::uint64_t>(config.seed), tensor.name), values);
        return values;
    });
}

}  // namespace arcmeter::weights
