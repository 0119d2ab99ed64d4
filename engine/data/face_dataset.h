// SPDX-License-Identifier: Apache-2.0
// A training set in insightface form: a folder with train.rec, train.idx and property.
//
// Record 0 has flag 2 and the labels (first identity record, one past the last); records 1 .. labels[0]-1 are
// the images; each identity record has flag 2 and the labels (first image, one past the last) of one
// identity. A set whose record 0 is itself an image is a plain list: every record is an image.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/data/record_index.h"
#include "engine/data/record_io.h"

namespace arcmeter::data {

/// Width and height of every image; what the networks take.
inline constexpr int image_side = 112;
inline constexpr std::size_t image_bytes = std::size_t{3} * image_side * image_side;

/// Float32 labels cannot tell larger class numbers apart.
inline constexpr std::int64_t max_dataset_classes = 1 << 24;

/// One line 'classes,height,width'.
struct SetProperty {
    std::int64_t classes = 0;
    std::int64_t height = 0;
    std::int64_t width = 0;
};

/// The file `property` of a set. Errors: data_missing if it or its folder is not there, data_corrupt if it
/// does not say 1 .. 2^24 classes of 112x112.
SetProperty read_property(const std::filesystem::path& folder);

struct LabelledImage {
    std::int32_t label = 0;              ///< 0 .. num_classes-1
    std::span<const std::uint8_t> jpeg;  ///< in the mapped file, or in the caller's scratch
    std::uint64_t key = 0;               ///< of its record in train.idx
    std::uint64_t offset = 0;            ///< of its record in train.rec
};

/// Range of record keys, [begin, end).
struct KeyRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

/// Opening reads train.idx and record 0 only, so that sets of many millions of images open in a second or
/// two; an image's label is checked when the image is read. Const methods may be called from any thread.
class FaceDataset {
public:
    /// Errors: data_missing for a folder or file that is not there, data_corrupt for what is not as described
    /// above.
    explicit FaceDataset(const std::filesystem::path& folder);

    std::int64_t num_classes() const { return property_.classes; }
    std::int64_t size() const { return static_cast<std::int64_t>(image_count_); }

    /// Image number `index` of size(). The result may point into `scratch`; it holds until scratch is used
    /// again.
    LabelledImage image(std::int64_t index, std::vector<std::uint8_t>& scratch) const;

    /// Where the record of image number `index` starts in train.rec.
    std::uint64_t offset_of(std::int64_t index) const {
        return index_.offset(first_image_ + static_cast<std::uint64_t>(index));
    }

    /// What to call an image in a message: file, record, byte.
    std::string describe(const LabelledImage& image) const;

    /// Keys of the identity records; none in a plain list.
    std::optional<KeyRange> identity_records() const { return identity_records_; }
    bool index_was_rebuilt() const { return index_was_rebuilt_; }
    const std::filesystem::path& folder() const { return folder_; }
    const RecordReader& records() const { return records_; }
    const RecordIndex& index() const { return index_; }

private:
    void find_images();
    void find_images_of_header(const ImageRecord& header);
    bool has_image(std::uint64_t key) const;
    std::int32_t checked_label(float label, std::uint64_t key, std::uint64_t offset) const;

    std::filesystem::path folder_;
    RecordReader records_;
    SetProperty property_;
    bool index_was_rebuilt_;
    RecordIndex index_;
    std::uint64_t first_image_ = 0;  ///< position in index_
    std::uint64_t image_count_ = 0;
    std::optional<KeyRange> identity_records_;
};

/// A key stored as a float32 label is exact up to 2^24 only. Finds the exact key of the first record without
/// an image (the first identity record) from its rounded value; nullopt if it is not within the rounding.
std::optional<std::uint64_t> exact_image_end(float rounded_end, std::uint64_t record_count,
                                             const std::function<bool(std::uint64_t)>& has_image);

}  // namespace arcmeter::data
