// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/gradients.h"

#include "engine/protocol/error.h"
#include "engine/train/run_plan.h"
#include "engine/weights/images.h"
#include "engine/weights/model_weights.h"
#include "engine/weights/npy.h"

namespace arcmeter::weights {
namespace {

constexpr std::string_view gradient_suffix = ".grad";

[[noreturn]] void throw_corrupt(const std::filesystem::path& path, const std::string& what) {
    throw Error(ErrorCode::data_corrupt, path.string() + " cannot be used: " + what + ".");
}

std::int64_t classes_in(const SafetensorsFile& file, const protocol::RunConfig& config) {
    const auto found = file.tensors().find("head.weight");
    if (found == file.tensors().end()) throw_corrupt(file.path(), "it lacks head.weight, the class centres");
    const TensorShape& shape = found->second.shape;
    if (shape.empty() || shape[0] < 1 || shape[0] > protocol::max_num_classes) {
        throw_corrupt(file.path(), "its head.weight holds no class");
    }
    if (config.num_classes && *config.num_classes != shape[0]) {
        throw Error(ErrorCode::invalid_config, "num_classes is " + std::to_string(*config.num_classes) +
                                                   "; allowed: " + std::to_string(shape[0]) +
                                                   ", the rows of head.weight in " + file.path().string() +
                                                   ".");
    }
    return shape[0];
}

protocol::RunConfig checked_config(const GradientsOptions& options, const SafetensorsFile& file,
                                   std::int64_t batch) {
    protocol::RunConfig config = options.config;
    config.batch_size_per_device = batch;
    const protocol::RunConfig stored = config_of(file);
    if (stored.model != config.model) {
        throw Error(ErrorCode::invalid_config, "model is " + config.model + "; allowed: " + stored.model +
                                                   ", the network in " + file.path().string() + ".");
    }
    if (!config.bn_eps) config.bn_eps = stored.bn_eps;
    protocol::require_valid(config);
    if (config.effective_fc_type() == protocol::FcType::e) {
        throw Error(ErrorCode::invalid_config,
                    "fc_type is E, whose dropout no other program can repeat; allowed: FC for r18 to r200.");
    }
    if (config.parallelism == protocol::Parallelism::partial_fc) {
        throw Error(
            ErrorCode::invalid_config,
            "parallelism is partial_fc, whose sample no other program can repeat; allowed: data, model.");
    }
    return config;
}

std::vector<std::int32_t> read_labels(const std::filesystem::path& path, std::int64_t batch,
                                      std::int64_t classes) {
    const NpyFile file(path);
    if (file.shape() != std::vector<std::int64_t>{batch}) {
        throw_corrupt(path,
                      "it does not hold one label for each of the " + std::to_string(batch) + " images");
    }
    std::vector<std::int32_t> labels;
    for (const std::int64_t label : file.read_integers()) {
        if (label < 0 || label >= classes) {
            throw_corrupt(path, "it holds the label " + std::to_string(label) + "; allowed: 0 to " +
                                    std::to_string(classes - 1));
        }
        labels.push_back(static_cast<std::int32_t>(label));
    }
    return labels;
}

struct Gradient {
    graph::TensorId id;
    NamedShape as_stored;
};

/// Every gradient of the graph, under the name and in the shape of what it is the gradient of.
std::vector<Gradient> gradients_of(const graph::Graph& graph) {
    std::vector<Gradient> out;
    for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
        const graph::Tensor& tensor = graph.tensors()[i];
        if (tensor.role != graph::Role::gradient && tensor.role != graph::Role::class_gradient) continue;
        const std::string name = tensor.name.substr(0, tensor.name.size() - gradient_suffix.size());
        out.push_back({static_cast<graph::TensorId>(i), {name, file_shape(graph, graph.find(name))}});
    }
    return out;
}

void save_gradients(OutputFile& output, const graph::Graph& graph, backend::Executor& executor, float loss) {
    const std::vector<Gradient> gradients = gradients_of(graph);
    std::vector<NamedShape> shapes;
    for (const Gradient& gradient : gradients) shapes.push_back(gradient.as_stored);
    shapes.push_back({"loss", {}});
    SafetensorsWriter writer(output, shapes, {});
    for (const Gradient& gradient : gradients) writer.append(executor.read_tensor(gradient.id));
    writer.append(std::span(&loss, 1));
    writer.commit();
}

}  // namespace

void write_gradients(const GradientsOptions& options) {
    OutputFile output(options.output);
    const NpyFile input(options.input);
    const std::int64_t batch = image_count(input);
    const SafetensorsFile file(options.weights);
    const protocol::RunConfig config = checked_config(options, file, batch);
    const std::int64_t classes = classes_in(file, config);
    const std::vector<std::int32_t> labels = read_labels(options.labels, batch, classes);
    std::vector<float> images(static_cast<std::size_t>(input.elements()));
    input.read_floats(0, images);

    const backend::BackendChoice choice = backend::choose_backend(config.device);
    choice.backend->require_precision(config.precision);
    const train::StepGraph step =
        train::build_step_graph(config, classes,
                                {.float_input = true,
                                 .keep_class_gradient = true,
                                 .update = false,
                                 .class_chunk_bytes = choice.backend->class_chunk_bytes()});
    backend::ExecutorOptions executor_options = train::executor_options(config);
    executor_options.poison_activations = options.poison;
    const auto executor = choice.backend->make_executor(step.graph, executor_options);
    load_weights(file, step.graph, *executor);

    backend::StepInput step_input;
    step_input.float_images = images.data();
    step_input.labels = labels.data();
    executor->submit(step_input);
    executor->drain();
    save_gradients(output, step.graph, *executor, static_cast<float>(executor->collect().at(0).loss));
}

}  // namespace arcmeter::weights
