// SPDX-License-Identifier: Apache-2.0
// Prints what the device tests compare with, see reference.h. Needs no GPU.
#include <cstdio>
#include <exception>

#include "tests/device/reference.h"

int main() {
    try {
        std::puts(arcmeter::backend::test::reference_json().c_str());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "device_reference: %s\n", error.what());
        return 1;
    }
    return 0;
}
