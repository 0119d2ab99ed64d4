// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace arcmeter::backend::cpu {

/// Bytes/s read and written by memcpy with all of OpenMP's threads between buffers far larger than the
/// caches: the best of a few runs, some 0.1 s and 192 MiB in all.
double measure_copy_rate();

}  // namespace arcmeter::backend::cpu
