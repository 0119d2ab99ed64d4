// SPDX-License-Identifier: Apache-2.0
// The commands of arcmeter-engine. Each returns the process's exit code and writes errors as one line on
// standard error, but for `run` and `plan`, whose errors are events.
#pragma once

#include <string>

namespace arcmeter::worker {

struct RunOptions {
    std::string config;          ///< a file; "-": one JSON line on standard input
    bool stop_on_close = false;  ///< stop when standard input is closed
    bool probe = false;          ///< see train::RunContext
};
int run_command(const RunOptions& options);

struct PlanOptions {
    std::string config;
    std::string
        find;  ///< "batch-size" or "num-classes": the largest value that fits; empty: plan what is given
    bool serve = false;  ///< a RunConfig line in, a plan or error line out, until standard input ends
};
int plan_command(const PlanOptions& options);

int devices_command(bool json);
int version_command();

/// Time and algorithm of every launch of one step, after `iterations` steps.
int profile_command(const std::string& config, int iterations);

}  // namespace arcmeter::worker
