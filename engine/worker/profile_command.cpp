// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "engine/data/synthetic_source.h"
#include "engine/protocol/error.h"
#include "engine/train/run_plan.h"
#include "engine/worker/commands.h"
#include "engine/worker/config_source.h"

namespace arcmeter::worker {

int profile_command(const std::string& source, int iterations) {
    const protocol::RunConfig config = read_config(source);
    protocol::require_valid(config);
    backend::BackendChoice choice = backend::choose_backend(config.device);
    choice.backend->require_precision(config.precision);
    const train::PlannedRun planned = train::plan_run(config, *choice.backend);
    train::require_fits(planned.plan);
    backend::ExecutorOptions options = train::executor_options(planned.config);
    options.time_launches = true;
    const auto executor = choice.backend->make_executor(planned.step.graph, options);
    executor->initialise(static_cast<std::uint64_t>(config.seed));
    data::SyntheticSource batches(static_cast<std::int32_t>(config.batch_size_per_device),
                                  static_cast<std::int32_t>(planned.plan.num_classes), 0);
    for (int step = 0; step < iterations; ++step) {
        const data::Batch& batch = batches.next();
        backend::StepInput input;
        input.step = static_cast<std::uint64_t>(step);
        input.learning_rate = config.learning_rate;
        input.images = batch.images;
        input.labels = batch.labels;
        input.batch = batch.id;
        executor->submit(input);
    }
    executor->drain();
    std::printf("mean of %d steps\toperation\tname\talgorithm\n", iterations);
    for (const std::string& line : executor->describe()) std::printf("%s\n", line.c_str());
    if (const std::string note = executor->note(); !note.empty()) std::fprintf(stderr, "%s\n", note.c_str());
    return exit_done;
}

}  // namespace arcmeter::worker
