// SPDX-License-Identifier: Apache-2.0
#include "engine/data/set_verifier.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "engine/data/face_dataset.h"
#include "engine/data/jpeg.h"
#include "engine/data/parallel_for.h"

namespace arcmeter::data {

namespace {

/// Collects damage from all threads; keeps the first by offset, so the report does not depend on their order.
class Findings {
public:
    void add(std::uint64_t offset, const std::string& problem) {
        const std::lock_guard lock(mutex_);
        offsets_.push_back(offset);
        if (!first_offset_ || offset < *first_offset_) {
            first_offset_ = offset;
            first_problem_ = problem;
        }
    }

    void add_without_offset(const std::string& problem) {
        const std::lock_guard lock(mutex_);
        if (other_problem_.empty()) other_problem_ = problem;
    }

    void report(VerifyResult& result) {
        std::sort(offsets_.begin(), offsets_.end());
        const auto distinct = std::unique(offsets_.begin(), offsets_.end());
        result.bad_records = distinct - offsets_.begin();
        result.first_bad_offset = first_offset_;
        result.first_problem = first_offset_ ? first_problem_ : other_problem_;
        result.ok = result.first_problem.empty();
    }

private:
    std::mutex mutex_;
    std::vector<std::uint64_t> offsets_;  // one record may be found bad by several checks
    std::optional<std::uint64_t> first_offset_;
    std::string first_problem_, other_problem_;
};

/// The chain of records from the file's first byte to its last; stops at the first break.
std::int64_t count_records(const RecordReader& records, Findings& findings) {
    std::int64_t count = 0;
    try {
        for (std::uint64_t offset = 0; offset < records.file_size(); offset = records.skip(offset)) ++count;
    } catch (const RecordError& error) {
        findings.add(error.offset(), error.what());
    }
    return count;
}

class SetVerifier {
public:
    SetVerifier(const FaceDataset& set, int threads, Findings& findings)
        : set_(set),
          threads_(threads),
          findings_(findings),
          decoders_(static_cast<std::size_t>(threads)),
          labels_(static_cast<std::size_t>(set.size()), no_label) {}

    void check_images(const Progress& progress) {
        constexpr std::int64_t block = 4096;
        for (std::int64_t first = 0; first < set_.size(); first += block) {
            const std::int64_t count = std::min(block, set_.size() - first);
            parallel_for(count, threads_,
                         [&](int thread, std::int64_t i) { check_image(thread, first + i); });
            if (progress) progress(first + count, set_.size());
        }
    }

    /// The k-th identity record holds the key range of one identity's images, which share one label.
    void check_identity_records() {
        const auto keys = set_.identity_records();
        if (!keys) return;
        std::vector<std::uint8_t> scratch;
        for (std::uint64_t key = keys->begin; key < keys->end; ++key) {
            const auto position = set_.index().position_of(key);
            if (!position) {
                findings_.add_without_offset("train.idx of " + set_.folder().string() +
                                             " lacks identity record " + std::to_string(key));
                return;
            }
            const std::uint64_t offset = set_.index().offset(*position);
            try {
                check_identity_record(key, offset, scratch);
            } catch (const RecordError& error) {
                findings_.add(error.offset(), error.what());
            }
        }
    }

    std::int64_t images() const {
        return std::count_if(labels_.begin(), labels_.end(), [](auto label) { return label != no_label; });
    }
    std::int64_t identities() const {
        std::vector<bool> has_image(static_cast<std::size_t>(set_.num_classes()));
        for (const std::int32_t label : labels_) {
            if (label != no_label) has_image[static_cast<std::size_t>(label)] = true;
        }
        return std::count(has_image.begin(), has_image.end(), true);
    }

private:
    static constexpr std::int32_t no_label = -1;

    struct Decoder {
        JpegDecoder jpeg;
        std::vector<std::uint8_t> scratch;
        std::vector<std::uint8_t> pixels = std::vector<std::uint8_t>(image_bytes);
    };

    void check_image(int thread, std::int64_t index) {
        Decoder& decoder = decoders_[static_cast<std::size_t>(thread)];
        try {
            const LabelledImage image = set_.image(index, decoder.scratch);
            decoder.jpeg.decode(image.jpeg, image_side, image_side, decoder.pixels.data(),
                                set_.describe(image));
            labels_[static_cast<std::size_t>(index)] = image.label;
        } catch (const Error& error) {
            findings_.add(set_.offset_of(index), error.what());
        }
    }

    void check_identity_record(std::uint64_t key, std::uint64_t offset,
                               std::vector<std::uint8_t>& scratch) const {
        const auto& path = set_.records().path();
        const ImageRecord record =
            parse_image_record(set_.records().read(offset, scratch).payload, path, offset);
        const auto wrong = [&](const std::string& what) {
            return RecordError(path, offset, "identity record " + std::to_string(key) + " " + what);
        };
        if (record.flag < 2 || !record.image.empty()) throw wrong("is not two labels without an image");
        const float images_end = static_cast<float>(set_.size() + 1);
        const float begin = record.labels[0], end = record.labels[1];
        if (!(begin >= 1 && begin <= end && end <= images_end)) {
            throw wrong("names images outside 1 to " + std::to_string(set_.size()));
        }
        // Above 2^24 the range is rounded, and only the images' labels tell where an identity ends.
        if (images_end < static_cast<float>(max_dataset_classes)) check_one_label(begin, end, wrong);
    }

    template <typename Wrong>
    void check_one_label(float begin, float end, const Wrong& wrong) const {
        std::int32_t label = no_label;
        for (auto i = static_cast<std::size_t>(begin) - 1; i + 1 < static_cast<std::size_t>(end); ++i) {
            if (labels_[i] == no_label) continue;
            if (label != no_label && labels_[i] != label) throw wrong("names images of more than one class");
            label = labels_[i];
        }
    }

    const FaceDataset& set_;
    int threads_;
    Findings& findings_;
    std::vector<Decoder> decoders_;
    std::vector<std::int32_t> labels_;  // of each image; no_label where it is bad
};

void verify_open_set(const FaceDataset& set, int threads, const Progress& progress, Findings& findings,
                     VerifyResult& result) {
    set.records().advise(Access::sequential);
    result.bytes = set.records().file_size();
    SetVerifier verifier(set, threads, findings);
    verifier.check_images(progress);
    verifier.check_identity_records();
    result.images = verifier.images();
    result.identities = verifier.identities();
    result.records = count_records(set.records(), findings);
    const auto listed = static_cast<std::int64_t>(set.index().size());
    if (result.records != listed) {
        findings.add_without_offset("train.rec of " + set.folder().string() + " holds " +
                                    std::to_string(result.records) + " records but train.idx lists " +
                                    std::to_string(listed));
    }
}

}  // namespace

SetInfo set_info(const std::filesystem::path& folder) {
    const FaceDataset set(folder);
    const auto identities = set.identity_records();
    return {set.num_classes(),
            set.size(),
            identities ? static_cast<std::int64_t>(identities->end - identities->begin) : 0,
            static_cast<std::int64_t>(set.index().size()),
            set.records().file_size(),
            set.index_was_rebuilt()};
}

VerifyResult verify_set(const std::filesystem::path& folder, int threads, const Progress& progress) {
    Findings findings;
    VerifyResult result;
    try {
        const FaceDataset set(folder);
        verify_open_set(set, threads > 0 ? threads : core_count(), progress, findings, result);
    } catch (const RecordError& error) {  // record 0 or, without train.idx, the chain of records
        findings.add(error.offset(), error.what());
    }
    findings.report(result);
    return result;
}

}  // namespace arcmeter::data
