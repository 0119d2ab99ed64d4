// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/weights_commands.h"

#include <memory>

#include "engine/protocol/error.h"
#include "engine/train/run_plan.h"
#include "engine/weights/embed.h"
#include "engine/weights/gradients.h"
#include "engine/weights/model_weights.h"
#include "engine/worker/config_source.h"

namespace arcmeter::worker {
namespace {

constexpr const char* config_help = "JSON file; - reads one line from standard input";

void add_weights(CLI::App& app, int& result) {
    struct Options {
        std::string config;
        std::string output;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("weights", "Write the initial weights of a configuration");
    command->add_option("--config", options->config, config_help)->required();
    command->add_option("--output", options->output, "Safetensors file to write")->required();
    command->callback([options, &result] {
        const protocol::RunConfig config = read_config(options->config);
        protocol::require_valid(config);
        weights::OutputFile output(options->output);
        const train::StepGraph step = train::build_step_graph(config, train::resolve_num_classes(config));
        weights::save_initial_weights(output, config, step.graph);
        result = exit_done;
    });
}

void add_embed(CLI::App& app, int& result) {
    const auto options = std::make_shared<weights::EmbedOptions>();
    CLI::App* command = app.add_subcommand("embed", "Write the embeddings of given images");
    command->add_option("--weights", options->weights, "Safetensors file with arcface_torch's tensor names")
        ->required();
    command->add_option("--input", options->input, "NPY file, float [n, 3, 112, 112], already normalised")
        ->required();
    command->add_option("--output", options->output, "NPY file to write, float32 [n, embedding size]")
        ->required();
    command->add_option("--batch-size", options->batch_size, "Images at a time")
        ->check(CLI::Range(1, 65'536));
    command->add_option("--model", options->model, "The network, instead of telling it from the weights");
    command->callback([options, &result] {
        weights::embed(*options);
        result = exit_done;
    });
}

void add_gradients(CLI::App& app, int& result) {
    struct Options {
        std::string config;
        weights::GradientsOptions gradients;
    };
    const auto options = std::make_shared<Options>();
    weights::GradientsOptions& gradients = options->gradients;
    CLI::App* command =
        app.add_subcommand("gradients", "Write the gradients of one training step, without an update");
    command->add_option("--config", options->config, config_help)->required();
    command->add_option("--weights", gradients.weights, "Safetensors file, with head.weight")->required();
    command->add_option("--input", gradients.input, "NPY file, float [n, 3, 112, 112], already normalised")
        ->required();
    command->add_option("--labels", gradients.labels, "NPY file, integers [n]")->required();
    command->add_option("--output", gradients.output, "Safetensors file to write")->required();
    command->add_flag("--poison", gradients.poison,
                      "For tests: NaN in all memory that lives within one step");
    command->callback([options, &result] {
        options->gradients.config = read_config(options->config);
        weights::write_gradients(options->gradients);
        result = exit_done;
    });
}

}  // namespace

void add_weights_commands(CLI::App& app, int& result) {
    add_weights(app, result);
    add_embed(app, result);
    add_gradients(app, result);
}

}  // namespace arcmeter::worker
