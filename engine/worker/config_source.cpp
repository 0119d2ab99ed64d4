// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/config_source.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include "engine/protocol/error.h"

namespace arcmeter::worker {

protocol::RunConfig parse_config(const std::string& text, const std::string& source) {
    const nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
    if (object.is_discarded()) {
        throw Error(ErrorCode::invalid_config, "The configuration from " + source + " is not JSON.");
    }
    return protocol::run_config_from_json(object);
}

protocol::RunConfig read_config(const std::string& source) {
    if (source == "-") {
        std::string line;
        if (!std::getline(std::cin, line)) {
            throw Error(ErrorCode::invalid_config, "Standard input ended before a configuration line.");
        }
        return parse_config(line, "standard input");
    }
    std::ifstream file(source);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) {
        throw Error(ErrorCode::invalid_config, "The configuration file '" + source + "' cannot be read.");
    }
    return parse_config(text.str(), "'" + source + "'");
}

}  // namespace arcmeter::worker
