// SPDX-License-Identifier: Apache-2.0
// The Python dictionary at the head of an NPY file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace arcmeter::weights {

struct NpyHeader {
    std::string descr;  ///< '<f4'
    bool fortran_order = false;
    std::vector<std::int64_t> shape;
};

/// Reads "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" and white space after it. Throws
/// std::invalid_argument saying what is wrong.
NpyHeader parse_npy_header(std::string_view text);

/// Magic, version 1.0, length and dictionary, padded so that the data starts at a multiple of 64 bytes.
std::string npy_header_bytes(const NpyHeader& header);

}  // namespace arcmeter::weights
