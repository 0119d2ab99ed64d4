// SPDX-License-Identifier: Apache-2.0
// Stands in for the CUDA toolkit's header where kernels are compiled by a C++ compiler to run on the CPU.
// Declares what this project uses, nothing more.
#pragma once

#include "cuda_emulation/api.h"
#include "cuda_emulation/device.h"
#include "cuda_emulation/types.h"
