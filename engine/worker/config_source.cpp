// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/config_source.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include "engine/protocol/error.h"

namespace arcmeter::worker {

namespace {

nlohmann::json parse_object(const std::string& text, const std::string& source) {
    nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
    if (object.is_discarded()) {
        throw Error(ErrorCode::invalid_config, "The configuration from " + source + " is not JSON.");
    }
    return object;
}

/// Takes a key of the request itself out of the configuration's fields.
std::optional<nlohmann::json> take(nlohmann::json& object, const char* key) {
    if (!object.is_object() || !object.contains(key)) return std::nullopt;
    nlohmann::json value = std::move(object[key]);
    object.erase(key);
    return value;
}

}  // namespace

protocol::RunConfig parse_config(const std::string& text, const std::string& source) {
    return protocol::run_config_from_json(parse_object(text, source));
}

PlanRequest parse_plan_request(const std::string& text, const std::string& source) {
    nlohmann::json object = parse_object(text, source);
    PlanRequest request;
    if (const auto find = take(object, "find")) {
        if (find->is_string())
            request.find = protocol::enum_from_string<protocol::Limit>(find->get<std::string>());
        if (!request.find)
            throw Error(ErrorCode::invalid_config, "find is not known; allowed: batch-size, num-classes.");
    }
    if (const auto points = take(object, "curve_points")) {
        const bool is_number = points->is_number_integer() && *points >= 2 && *points <= 1000;
        if (!is_number || !request.find) {
            throw Error(ErrorCode::invalid_config,
                        "curve_points is not usable; allowed: a whole number from 2 to 1000, with find.");
        }
        request.curve_points = points->get<std::int64_t>();
    }
    request.config = protocol::run_config_from_json(object);
    return request;
}

std::string read_text(const std::string& source) {
    if (source == "-") {
        std::string line;
        if (!std::getline(std::cin, line)) {
            throw Error(ErrorCode::invalid_config, "Standard input ended before a configuration line.");
        }
        return line;
    }
    std::ifstream file(source);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) {
        throw Error(ErrorCode::invalid_config, "The configuration file '" + source + "' cannot be read.");
    }
    return text.str();
}

std::string name_of(const std::string& source) {
    return source == "-" ? "standard input" : "'" + source + "'";
}

protocol::RunConfig read_config(const std::string& source) {
    return parse_config(read_text(source), name_of(source));
}

}  // namespace arcmeter::worker
