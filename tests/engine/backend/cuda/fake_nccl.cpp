// SPDX-License-Identifier: Apache-2.0
// A library that says which version of NCCL it is, and has nothing else.
extern "C" __attribute__((visibility("default"))) int ncclGetVersion(int* version) {
    *version = FAKE_NCCL_VERSION;
    return 0;
}
