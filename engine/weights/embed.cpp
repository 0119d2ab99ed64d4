// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/embed.h"

#include <algorithm>

#include "engine/protocol/error.h"
#include "engine/train/run_plan.h"
#include "engine/weights/images.h"
#include "engine/weights/model_weights.h"
#include "engine/weights/npy.h"

namespace arcmeter::weights {

void embed(const EmbedOptions& options) {
    OutputFile output(options.output);
    const NpyFile input(options.input);
    const std::int64_t images = image_count(input);
    const SafetensorsFile file(options.weights);
    protocol::RunConfig config = options.model ? config_of(file, *options.model) : config_of(file);
    config.batch_size_per_device = std::min(options.batch_size, images);
    protocol::require_valid(config);

    const backend::BackendChoice choice = backend::choose_backend(config.device);
    const graph::Graph graph = train::build_inference_graph(config);
    const auto executor = choice.backend->make_executor(graph, train::executor_options(config));
    load_weights(file, graph, *executor);

    const std::int64_t width = graph.tensor(graph.embedding).shape.c;
    NpyWriter<float> writer(output, {images, width});
    std::vector<float> batch(static_cast<std::size_t>(config.batch_size_per_device * image_elements));
    for (std::int64_t first = 0; first < images; first += config.batch_size_per_device) {
        // A last batch that is not full ends in the images of the one before; inference keeps rows apart.
        const std::int64_t count = std::min(config.batch_size_per_device, images - first);
        input.read_floats(first * image_elements,
                          std::span(batch).first(static_cast<std::size_t>(count * image_elements)));
        backend::StepInput step;
        step.float_images = batch.data();
        executor->submit(step);
        executor->drain();
        const std::vector<float> rows = executor->read_tensor(graph.embedding);
        writer.append(std::span(rows).first(static_cast<std::size_t>(count * width)));
    }
    writer.commit();
}

}  // namespace arcmeter::weights
