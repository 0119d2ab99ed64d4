// SPDX-License-Identifier: Apache-2.0
// Commands that let others check our arithmetic against theirs: weights in and out, embeddings, gradients of
// one step.
#pragma once

#include <CLI/CLI.hpp>

namespace arcmeter::worker {

/// Adds `weights`, `embed` and `gradients` to the program; their callbacks put the exit code into `result`.
void add_weights_commands(CLI::App& app, int& result);

}  // namespace arcmeter::worker
