// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <iostream>

#include "engine/backend/backend.h"
#include "engine/train/event_writer.h"
#include "engine/train/find_limit.h"
#include "engine/train/overhead_store.h"
#include "engine/train/run_plan.h"
#include "engine/worker/commands.h"
#include "engine/worker/config_source.h"

namespace arcmeter::worker {
namespace {

protocol::EventBody plan_of(const PlanRequest& request) {
    protocol::require_valid(request.config);
    const backend::BackendChoice choice = backend::choose_planning_backend(request.config.device);
    choice.backend->require_precision(request.config.precision);
    const backend::Overhead overhead = train::known_overhead(*choice.backend, request.config.world_size());
    if (!request.find) return train::plan_run(request.config, *choice.backend, {.overhead = overhead}).plan;
    return train::find_limit(request.config, *request.find, *choice.backend,
                             {.overhead = overhead, .curve_points = request.curve_points});
}

protocol::ErrorEvent as_event(ErrorCode code, const std::string& message, const std::string& hint) {
    protocol::ErrorEvent event;
    event.code = code;
    event.message = message;
    event.hint = hint;
    event.can_go_on = true;
    return event;
}

/// Answers one question; an error is an answer too.
template <typename Read>
int answer(train::EventWriter& events, Read&& read) {
    try {
        events.write(plan_of(read()));
        return exit_done;
    } catch (const Error& error) {
        events.write(as_event(error.code(), error.what(), error.hint()));
        return exit_code_of(error.code());
    } catch (const std::exception& error) {
        events.write(as_event(ErrorCode::internal, std::string("Internal error: ") + error.what(), {}));
        return exit_failed;
    }
}

}  // namespace

int plan_command(const PlanOptions& options) {
    train::EventWriter events(STDOUT_FILENO);
    if (!options.serve) {
        return answer(events, [&] {
            PlanRequest request = parse_plan_request(read_text(options.config), name_of(options.config));
            if (!options.find.empty())
                request.find = protocol::enum_from_string<protocol::Limit>(options.find);
            return request;
        });
    }
    std::string line;
    while (!events.broken() && std::getline(std::cin, line)) {
        answer(events, [&] { return parse_plan_request(line, "standard input"); });
    }
    return exit_done;
}

}  // namespace arcmeter::worker
