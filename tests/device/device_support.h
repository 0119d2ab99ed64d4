// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "engine/backend/cuda/device_probe.h"

/// First in every test here.
#define ARCMETER_NEEDS_DEVICE()                                                              \
    if (const auto probe = ::arcmeter::backend::cuda::probe_devices(); probe.usable.empty()) \
    GTEST_SKIP() << probe.reason
