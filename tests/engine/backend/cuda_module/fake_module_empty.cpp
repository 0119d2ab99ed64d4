// SPDX-License-Identifier: Apache-2.0
// A library that is no CUDA module.
extern "C" __attribute__((visibility("default"))) int not_the_entry() {
    return 0;
}
