// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <iostream>

#include "engine/data/dataset_command.h"
#include "engine/protocol/error.h"
#include "engine/worker/commands.h"
#include "engine/worker/weights_commands.h"

namespace {

using namespace arcmeter;

int run_cli(int argc, char** argv) {
    CLI::App app{"arcmeter-engine: trains one repeat of one configuration and reports it as JSON lines."};
    app.require_subcommand(0, 1);
    bool version = false;
    app.add_flag("--version", version, "What is built in and, of what is not there, why");
    int result = exit_done;

    worker::RunOptions run;
    CLI::App* run_app =
        app.add_subcommand("run", "Train and measure one repeat; events go to standard output");
    run_app->add_option("--config", run.config, "JSON file; - reads one line from standard input")
        ->default_val("-");
    run_app->add_flag("--stop-on-close", run.stop_on_close, "Stop when standard input is closed");
    run_app->add_flag("--probe", run.probe,
                      "Start beyond memory_limit too: a search judges by the measured peak");
    run_app->callback([&] { result = worker::run_command(run); });

    worker::PlanOptions plan;
    CLI::App* plan_app = app.add_subcommand("plan", "Parameters, FLOPs and memory of a configuration");
    plan_app->add_option("--config", plan.config, "JSON file; - reads one line from standard input")
        ->default_val("-");
    plan_app->add_flag("--serve", plan.serve, "Answer one configuration a line until standard input ends");
    plan_app->add_option("--find", plan.find, "Find the largest value that fits")
        ->check(CLI::IsMember({"batch-size", "num-classes"}));
    plan_app->callback([&] { result = worker::plan_command(plan); });

    bool json = false;
    CLI::App* devices_app = app.add_subcommand("devices", "Devices this machine can train on");
    devices_app->add_flag("--json", json, "One JSON object");
    devices_app->callback([&] { result = worker::devices_command(json); });

    std::string profile_config = "-";
    int profile_iterations = 5;
    CLI::App* profile_app = app.add_subcommand("profile", "Time and algorithm of every launch of a step");
    profile_app->add_option("--config", profile_config, "JSON file; - reads one line from standard input");
    profile_app->add_option("--iterations", profile_iterations, "Steps to average over")
        ->check(CLI::Range(1, 10000));
    profile_app->callback([&] { result = worker::profile_command(profile_config, profile_iterations); });

    worker::add_weights_commands(app, result);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_done : exit_usage;
    }
    if (version) return worker::version_command();
    if (app.get_subcommands().empty()) {
        std::cerr << app.help();
        return exit_usage;
    }
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc > 1 && std::string_view(argv[1]) == "dataset") return data::dataset_main(argc - 1, argv + 1);
        return run_cli(argc, argv);
    } catch (const Error& error) {
        std::cerr << error.what() << '\n';
        return exit_code_of(error.code());
    } catch (const std::exception& error) {
        std::cerr << "Internal error: " << error.what() << '\n';
        return exit_failed;
    }
}
