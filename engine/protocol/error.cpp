// SPDX-License-Identifier: Apache-2.0
#include "engine/protocol/error.h"

#include <array>
#include <utility>

namespace arcmeter {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 9> names{{
    {ErrorCode::invalid_config, "invalid_config"},
    {ErrorCode::out_of_memory, "out_of_memory"},
    {ErrorCode::device_unavailable, "device_unavailable"},
    {ErrorCode::device_fault, "device_fault"},
    {ErrorCode::data_missing, "data_missing"},
    {ErrorCode::data_corrupt, "data_corrupt"},
    {ErrorCode::rank_lost, "rank_lost"},
    {ErrorCode::timeout, "timeout"},
    {ErrorCode::internal, "internal"},
}};

}  // namespace

std::string_view to_string(ErrorCode code) {
    for (const auto& [value, name] : names) {
        if (value == code) return name;
    }
    return "internal";
}

std::optional<ErrorCode> error_code_from_string(std::string_view name) {
    for (const auto& [value, text] : names) {
        if (text == name) return value;
    }
    return std::nullopt;
}

std::string Error::with_full_stop(std::string message) {
    const std::string_view ends = ".!?";
    if (!message.empty() && ends.find(message.back()) == std::string_view::npos) message += '.';
    return message;
}

int exit_code_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_config:
            return exit_usage;
        case ErrorCode::device_unavailable:
            return exit_no_device;
        default:
            return exit_failed;
    }
}

}  // namespace arcmeter
