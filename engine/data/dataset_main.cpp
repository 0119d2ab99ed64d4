// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <string>

#include "engine/data/dataset_command.h"
#include "engine/protocol/error.h"

namespace arcmeter::data {

namespace {

/// On a terminal one line that is redrawn, elsewhere a line now and then.
class ProgressPrinter {
public:
    explicit ProgressPrinter(const char* verb) : verb_(verb), is_terminal_(::isatty(STDERR_FILENO) == 1) {}

    void operator()(std::int64_t done, std::int64_t total) {
        const auto now = Clock::now();
        const auto pause = is_terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(5000);
        if (done < total && now - last_ < pause) return;
        last_ = now;
        std::cerr << (is_terminal_ ? "\r" : "") << verb_ << " " << done << " of " << total << " images"
                  << (is_terminal_ && done < total ? "" : "\n") << std::flush;
    }

private:
    using Clock = std::chrono::steady_clock;
    const char* verb_;
    bool is_terminal_;
    Clock::time_point last_ = Clock::now();
};

std::string megabytes(const nlohmann::json& bytes) {
    char text[32];
    std::snprintf(text, sizeof(text), "%.1f MB", bytes.get<double>() / 1e6);
    return text;
}

void print_made(const nlohmann::json& made) {
    std::cout << made["folder"].get<std::string>() << ": " << made["images"] << " images of "
              << made["identities"] << " identities, " << megabytes(made["bytes"]) << "\n";
}

void print_info(const nlohmann::json& info) {
    std::cout << info["folder"].get<std::string>() << "\n"
              << "  classes           " << info["num_classes"] << "\n"
              << "  images            " << info["images"] << "\n"
              << "  identity records  " << info["identity_records"] << "\n"
              << "  train.rec         " << megabytes(info["bytes"]) << ", " << info["records"] << " records\n"
              << "  train.idx         "
              << (info["index_was_rebuilt"].get<bool>() ? "missing, found again by reading train.rec"
                                                        : "present")
              << "\n";
}

void print_verified(const nlohmann::json& found) {
    std::cout << found["folder"].get<std::string>() << ": " << (found["ok"].get<bool>() ? "whole" : "damaged")
              << ", " << found["images"] << " images of " << found["identities"] << " identities in "
              << found["records"] << " records, " << megabytes(found["bytes"]) << ", " << found["bad_records"]
              << " bad records";
    if (!found["first_bad_offset"].is_null())
        std::cout << ", the first at byte " << found["first_bad_offset"];
    std::cout << "\n";
}

void print(const nlohmann::json& result, bool as_json, void (*print_text)(const nlohmann::json&)) {
    if (as_json) {
        // A path need not be UTF-8, JSON must be.
        std::cout << result.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    } else {
        print_text(result);
    }
    std::cout << std::flush;
}

int run_make(const MakeOptions& options, bool as_json) {
    print(dataset_make(options, ProgressPrinter("made")), as_json, print_made);
    return exit_done;
}

int run_info(const std::string& folder, bool as_json) {
    print(dataset_info(folder), as_json, print_info);
    return exit_done;
}

int run_verify(const std::string& folder, bool as_json) {
    const nlohmann::json found = dataset_verify(folder, ProgressPrinter("read"));
    print(found, as_json, print_verified);
    if (found["ok"].get<bool>()) return exit_done;
    std::cerr << found["problem"].get<std::string>() << "\n";
    return exit_failed;
}

int run_reporting_errors(const std::function<int()>& command) {
    try {
        return command();
    } catch (const Error& error) {
        std::cerr << error.what();
        if (!error.hint().empty()) std::cerr << " " << error.hint();
        std::cerr << "\n";
        return exit_code_of(error.code());
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return exit_failed;
    }
}

}  // namespace

int dataset_main(int argc, char** argv) {
    CLI::App cli("Make, describe and check training sets in insightface form", "arcmeter-engine dataset");
    cli.require_subcommand(1);
    MakeOptions make_options;
    std::string output, folder;
    bool as_json = false;

    CLI::App* make = cli.add_subcommand("make", "Draw procedural faces and write them as a set");
    make->add_option("--identities", make_options.identities, "People to draw")->required();
    make->add_option("--images-per-identity", make_options.images_per_identity, "Images of each")->required();
    make->add_option("--output", output, "New or empty folder")->required();
    make->add_option("--seed", make_options.seed, "The same seed gives the same set")->capture_default_str();
    CLI::App* info = cli.add_subcommand("info", "Say what a set holds, without reading its images");
    CLI::App* verify = cli.add_subcommand("verify", "Read every record and decode every image");
    for (CLI::App* command : {info, verify})
        command->add_option("folder", folder, "The set's folder")->required();
    for (CLI::App* command : {make, info, verify})
        command->add_flag("--json", as_json, "Print one JSON object");

    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? exit_done : exit_usage;
    }
    make_options.output = output;
    return run_reporting_errors([&] {
        if (make->parsed()) return run_make(make_options, as_json);
        return info->parsed() ? run_info(folder, as_json) : run_verify(folder, as_json);
    });
}

}  // namespace arcmeter::data
