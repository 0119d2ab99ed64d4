// SPDX-License-Identifier: Apache-2.0
// The one exception type of the engine, with the codes of the worker protocol's `error` event.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace arcmeter {

enum class ErrorCode {
    invalid_config,
    out_of_memory,
    device_unavailable,
    device_fault,
    data_missing,
    data_corrupt,
    rank_lost,
    timeout,
    internal,
};

std::string_view to_string(ErrorCode code);
std::optional<ErrorCode> error_code_from_string(std::string_view name);

/// Process exit code that belongs to an error: 2 invalid config, 4 the device asked for is not here, else 1.
int exit_code_of(ErrorCode code);

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_stopped = 3;
inline constexpr int exit_no_device = 4;

/// `what()` is one clear sentence for a person: the field or file, the value, what is allowed. `hint` says
/// what to try next and may be empty. A message without a full stop gets one, so that both can be shown one
/// after the other.
class Error : public std::runtime_error {
public:
    Error(ErrorCode code, std::string message, std::string hint = {})
        : std::runtime_error(with_full_stop(std::move(message))), code_(code), hint_(std::move(hint)) {}

    ErrorCode code() const { return code_; }
    const std::string& hint() const { return hint_; }

private:
    static std::string with_full_stop(std::string message);

    ErrorCode code_;
    std::string hint_;
};

}  // namespace arcmeter
