// SPDX-License-Identifier: Apache-2.0
#include "engine/data/loader.h"

#include <algorithm>

#include "engine/data/epoch_order.h"
#include "engine/data/jpeg.h"
#include "engine/data/random.h"

namespace arcmeter::data {

namespace {

/// Samples a thread takes at a time: few, so that a batch is spread over all threads and is ready early.
constexpr std::int32_t claim_samples = 4;

void mirror_in_place(std::uint8_t* pixels) {
    for (int row = 0; row < image_side; ++row) {
        std::uint8_t* left = pixels + static_cast<std::size_t>(row) * image_side * 3;
        std::uint8_t* right = left + (image_side - 1) * 3;
        for (; left < right; left += 3, right -= 3) std::swap_ranges(left, left + 3, right);
    }
}

void check(bool is_allowed, const char* field, std::int64_t value, const char* allowed) {
    if (is_allowed) return;
    throw Error(ErrorCode::invalid_config,
                std::string(field) + " is " + std::to_string(value) + ", allowed is " + allowed);
}

LoaderOptions checked(LoaderOptions options) {
    check(options.batch_size >= 1, "batch_size_per_device", options.batch_size, "1 or more");
    check(options.world_size >= 1, "world_size", options.world_size, "1 or more");
    check(options.rank >= 0 && options.rank < options.world_size, "rank", options.rank,
          "0 to world_size - 1");
    check(options.data_threads >= 0 && options.data_threads <= 1024, "data_threads", options.data_threads,
          "0 (automatic) to 1024");
    check(options.batches_ahead >= 1, "batches_ahead", options.batches_ahead, "1 or more");
    if (options.data_threads == 0) options.data_threads = auto_data_threads();
    return options;
}

}  // namespace

int auto_data_threads(int processes) {
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    return std::clamp(cores / (2 * std::max(1, processes)), 1, 16);
}

std::size_t loader_bytes(const LoaderOptions& options) {
    const std::size_t sample_bytes = image_bytes + sizeof(std::int32_t);
    return (static_cast<std::size_t>(options.batches_ahead) + 1) *
           static_cast<std::size_t>(options.batch_size) * sample_bytes;
}

SamplePlace sample_place(std::uint64_t sample, std::uint64_t dataset_size, std::uint64_t seed, bool mirror) {
    const std::uint64_t epoch = sample / dataset_size;
    const EpochOrder order(dataset_size, seed, epoch);
    constexpr std::uint64_t mirror_stream = 0x6d6972726f72;  // any constant no other use of the seed has
    return {static_cast<std::int64_t>(order(sample % dataset_size)),
            mirror && (hash64(seed, mirror_stream, sample) & 1) != 0};
}

struct Loader::Slot {
    std::vector<std::uint8_t> images;
    std::vector<std::int32_t> labels;
    Batch batch;
    std::int32_t samples_done = 0;
    std::int32_t failed_sample = 0;
    std::exception_ptr error;  // of failed_sample, the first of the batch that failed
};

struct Loader::Claim {
    std::uint64_t batch;
    std::int32_t begin;
    std::int32_t end;
};

/// What one thread needs to decode samples.
class Loader::Worker {
public:
    explicit Worker(const Loader& loader) : dataset_(*loader.dataset_), options_(loader.options_) {}

    void load(std::uint64_t batch, std::int32_t index, Slot& slot) {
        const auto world = static_cast<std::uint64_t>(options_.world_size);
        const auto on_this_rank =
            batch * static_cast<std::uint64_t>(options_.batch_size) + static_cast<std::uint64_t>(index);
        const auto place =
            sample_place(on_this_rank * world + static_cast<std::uint64_t>(options_.rank),
                         static_cast<std::uint64_t>(dataset_.size()), options_.seed, options_.mirror);
        const LabelledImage image = dataset_.image(place.image, scratch_);
        std::uint8_t* pixels = slot.images.data() + static_cast<std::size_t>(index) * image_bytes;
        decoder_.decode(image.jpeg, image_side, image_side, pixels, dataset_.describe(image));
        if (place.mirrored) mirror_in_place(pixels);
        slot.labels[static_cast<std::size_t>(index)] = image.label;
    }

private:
    const FaceDataset& dataset_;
    const LoaderOptions& options_;
    JpegDecoder decoder_;
    std::vector<std::uint8_t> scratch_;
};

Loader::Loader(std::shared_ptr<const FaceDataset> dataset, const LoaderOptions& options)
    : dataset_(std::move(dataset)), options_(checked(options)) {
    // One slot is in the caller's hands, the others are filled ahead.
    slots_.resize(static_cast<std::size_t>(options_.batches_ahead) + 1);
    for (Slot& slot : slots_) {
        slot.images.resize(static_cast<std::size_t>(options_.batch_size) * image_bytes);
        slot.labels.resize(static_cast<std::size_t>(options_.batch_size));
        slot.batch = {slot.images.data(), slot.labels.data(), options_.batch_size};
    }
    dataset_->records().advise(Access::random);
    for (int i = 0; i < options_.data_threads; ++i) {
        threads_.emplace_back([this](std::stop_token stop) { run_worker(std::move(stop)); });
    }
}

Loader::~Loader() {
    for (auto& thread : threads_) thread.request_stop();
}

const Batch& Loader::next() {
    std::unique_lock lock(mutex_);
    Slot& slot = slots_[next_batch_ % slots_.size()];
    batch_ready_.wait(lock, [&] { return slot.samples_done == options_.batch_size; });
    if (slot.error) std::rethrow_exception(slot.error);
    if (next_batch_ > 0) slots_[(next_batch_ - 1) % slots_.size()].samples_done = 0;
    ++next_batch_;
    work_available_.notify_all();
    return slot.batch;
}

bool Loader::wait_for_claim(std::stop_token stop, Claim& claim) {
    std::unique_lock lock(mutex_);
    // Batch next_batch_ - 1 is the caller's until the following next(): its slot is not free yet.
    const auto has_free_slot = [&] {
        const std::uint64_t first_in_use = next_batch_ == 0 ? 0 : next_batch_ - 1;
        return claim_batch_ < first_in_use + slots_.size();
    };
    if (!work_available_.wait(lock, stop, has_free_slot) || stop.stop_requested()) return false;
    claim.batch = claim_batch_;
    claim.begin = claim_sample_;
    claim.end = std::min(claim_sample_ + claim_samples, options_.batch_size);
    claim_sample_ = claim.end;
    if (claim_sample_ == options_.batch_size) {
        claim_sample_ = 0;
        ++claim_batch_;
    }
    return true;
}

void Loader::run_worker(std::stop_token stop) {
    std::unique_ptr<Worker> worker;
    Claim claim{};
    while (wait_for_claim(stop, claim)) {
        std::int32_t index = claim.begin;
        std::exception_ptr error;
        try {
            if (!worker) worker = std::make_unique<Worker>(*this);
            for (; index < claim.end; ++index)
                worker->load(claim.batch, index, slots_[claim.batch % slots_.size()]);
        } catch (...) {
            error = std::current_exception();
        }
        finish(claim, index, error);
    }
}

void Loader::finish(const Claim& claim, std::int32_t failed_sample, std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    Slot& slot = slots_[claim.batch % slots_.size()];
    slot.samples_done += claim.end - claim.begin;
    if (error && (!slot.error || failed_sample < slot.failed_sample)) {
        slot.failed_sample = failed_sample;
        slot.error = error;
    }
    if (slot.samples_done == options_.batch_size) batch_ready_.notify_one();
}

}  // namespace arcmeter::data
