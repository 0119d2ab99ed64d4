// SPDX-License-Identifier: Apache-2.0
// Reads, decodes and mirrors the images of a FaceDataset ahead of the training step.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "engine/data/batch_source.h"
#include "engine/data/face_dataset.h"

namespace arcmeter::data {

struct LoaderOptions {
    std::int32_t batch_size = 64;  ///< samples per batch on this rank
    int rank = 0;
    int world_size = 1;
    std::uint64_t seed = 0;  ///< the same on every rank
    int data_threads = 0;    ///< 0: auto_data_threads()
    int batches_ahead = 3;   ///< decoded batches kept ready beside the one in use
    bool mirror = true;      ///< flip each image left to right with probability 1/2
};

/// Decode threads for one of `processes` on this machine: half of its share of the cores, 1 to 16. The other
/// half stays free because on a CPU the step competes for the cores, and one core decodes several thousand
/// images a second, more than a CPU trains; one GPU is fed by 8 threads.
int auto_data_threads(int processes = 1);

/// Host memory that a loader's batches take, for the memory plan.
std::size_t loader_bytes(const LoaderOptions& options);

/// Position of one sample: which image, and whether it is flipped.
struct SamplePlace {
    std::int64_t image = 0;
    bool mirrored = false;
};

/// Sample number `sample` (from 0) of the whole job. Each run of dataset_size samples is one epoch: every
/// image once, in an order of its own.
SamplePlace sample_place(std::uint64_t sample, std::uint64_t dataset_size, std::uint64_t seed, bool mirror);

/// The job's samples are dealt to the ranks in turn, so ranks never share an image within an epoch. Batches
/// go on across the end of an epoch. What comes out depends on the options except data_threads and
/// batches_ahead.
///
/// A sample that cannot be read fails the next() that would have returned it, and every later one; the
/// batches before it still come. The destructor waits for the samples being decoded at that moment, no more.
class Loader : public BatchSource {
public:
    /// Throws Error invalid_config for options that cannot work.
    Loader(std::shared_ptr<const FaceDataset> dataset, const LoaderOptions& options);
    ~Loader() override;
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;

    const Batch& next() override;

private:
    struct Slot;
    struct Claim;
    class Worker;

    void run_worker(std::stop_token stop);
    bool wait_for_claim(std::stop_token stop, Claim& claim);
    void finish(const Claim& claim, std::int32_t failed_sample, std::exception_ptr error);

    const std::shared_ptr<const FaceDataset> dataset_;
    const LoaderOptions options_;
    std::vector<Slot> slots_;

    std::mutex mutex_;  // guards everything below and each slot's counters
    std::condition_variable_any work_available_;
    std::condition_variable batch_ready_;
    std::uint64_t claim_batch_ = 0;  // batch that the next claim is from
    std::int32_t claim_sample_ = 0;  // first sample of the next claim
    std::uint64_t next_batch_ = 0;   // batch that next() returns next

    std::vector<std::jthread> threads_;  // last member: stopped and joined before anything they use goes
};

}  // namespace arcmeter::data
