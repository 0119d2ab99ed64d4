// SPDX-License-Identifier: Apache-2.0
#include "engine/data/set_maker.h"

#include <string>
#include <vector>

#include "engine/data/face_painter.h"
#include "engine/data/jpeg.h"
#include "engine/data/output_set.h"
#include "engine/data/parallel_for.h"
#include "engine/protocol/error.h"

namespace arcmeter::data {

namespace {

constexpr int jpeg_quality = 95;
constexpr std::int64_t max_images = (std::int64_t{1} << 31) - (1 << 25);

void check_range(const char* field, std::int64_t value, std::int64_t highest) {
    if (value >= 1 && value <= highest) return;
    throw Error(ErrorCode::invalid_config, std::string(field) + " is " + std::to_string(value) +
                                               ", allowed is 1 to " + std::to_string(highest));
}

void check(const MakeOptions& options) {
    check_range("identities", options.identities, max_dataset_classes);
    check_range("images_per_identity", options.images_per_identity, 100'000);
    check_range("identities x images_per_identity", options.identities * options.images_per_identity,
                max_images);
    if (options.output.empty())
        throw Error(ErrorCode::invalid_config, "output is empty, it must name a folder");
}

/// Flag 2 and the keys [begin, end): what record 0 and the identity records hold.
std::vector<std::uint8_t> range_record(std::uint64_t id, std::int64_t begin, std::int64_t end) {
    ImageRecord record;
    record.flag = 2;
    record.labels = {static_cast<float>(begin), static_cast<float>(end)};
    record.id = id;
    return serialize_image_record(record);
}

/// What one thread needs to draw images.
struct Painter {
    JpegEncoder encoder;
    std::vector<std::uint8_t> pixels = std::vector<std::uint8_t>(image_bytes);

    std::vector<std::uint8_t> image_record(const MakeOptions& options, std::int64_t image) {
        const auto identity = static_cast<std::uint64_t>(image / options.images_per_identity);
        const auto number = static_cast<std::uint64_t>(image % options.images_per_identity);
        paint_face(face_traits(options.seed, identity), face_conditions(options.seed, identity, number),
                   pixels.data());
        const auto jpeg = encoder.encode(pixels.data(), image_side, image_side, jpeg_quality);
        ImageRecord record;
        record.labels = {static_cast<float>(identity)};
        record.id = static_cast<std::uint64_t>(image) + 1;
        record.image = jpeg;
        return serialize_image_record(record);
    }
};

/// Draws blocks of images on all threads and writes each block in order.
void write_images(const MakeOptions& options, std::int64_t images, OutputSet& output,
                  const Progress& progress) {
    const int threads = options.threads > 0 ? options.threads : core_count();
    std::vector<Painter> painters(static_cast<std::size_t>(threads));
    std::vector<std::vector<std::uint8_t>> block(static_cast<std::size_t>(threads) * 64);
    const auto block_size = static_cast<std::int64_t>(block.size());
    for (std::int64_t first = 0; first < images; first += block_size) {
        const std::int64_t count = std::min(block_size, images - first);
        parallel_for(count, threads, [&](int thread, std::int64_t i) {
            block[static_cast<std::size_t>(i)] =
                painters[static_cast<std::size_t>(thread)].image_record(options, first + i);
        });
        for (std::int64_t i = 0; i < count; ++i) output.add(block[static_cast<std::size_t>(i)]);
        if (progress) progress(first + count, images);
    }
}

}  // namespace

MakeResult make_set(const MakeOptions& options, const Progress& progress) {
    check(options);
    const std::int64_t images = options.identities * options.images_per_identity;
    OutputSet output(options.output);
    output.add(range_record(0, images + 1, images + 1 + options.identities));
    write_images(options, images, output, progress);
    for (std::int64_t identity = 0; identity < options.identities; ++identity) {
        const std::int64_t begin = 1 + identity * options.images_per_identity;
        output.add(range_record(static_cast<std::uint64_t>(images + 1 + identity), begin,
                                begin + options.images_per_identity));
    }
    const MakeResult result{options.identities, images, output.bytes_written()};
    output.commit({options.identities, image_side, image_side});
    return result;
}

}  // namespace arcmeter::data
