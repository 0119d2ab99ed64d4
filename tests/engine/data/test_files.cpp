// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/data/test_files.h"

#include <stdlib.h>

#include <fstream>
#include <sstream>

#include "engine/data/jpeg.h"
#include "engine/data/set_maker.h"

namespace arcmeter::data::test {

TempFolder::TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "arcmeter-data-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void write_text(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string read_text(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

void poke(const std::filesystem::path& path, std::uint64_t offset, const Bytes& bytes) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(offset));
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

Bytes grey_jpeg(int brightness, int width, int height) {
    const Bytes pixels(static_cast<std::size_t>(width * height * 3), static_cast<std::uint8_t>(brightness));
    return JpegEncoder().encode(pixels.data(), width, height, 95);
}

ImageRecord labelled(float label, std::span<const std::uint8_t> image) {
    ImageRecord record;
    record.labels = {label};
    record.image = image;
    return record;
}

ImageRecord with_labels(std::vector<float> labels, std::span<const std::uint8_t> image) {
    ImageRecord record;
    record.flag = static_cast<std::uint32_t>(labels.size());
    record.labels = std::move(labels);
    record.image = image;
    return record;
}

std::vector<std::uint64_t> write_set(const std::filesystem::path& folder,
                                     const std::vector<ImageRecord>& records, int classes) {
    RecordWriter writer(folder / "train.rec");
    std::ofstream index(folder / "train.idx");
    std::vector<std::uint64_t> offsets;
    for (const ImageRecord& record : records) {
        index << offsets.size() << '\t' << writer.bytes_written() << '\n';
        offsets.push_back(writer.write(serialize_image_record(record)));
    }
    writer.close();
    write_text(folder / "property", std::to_string(classes) + ",112,112");
    return offsets;
}

std::filesystem::path make_small_set(const TempFolder& folder, int identities, int images) {
    MakeOptions options;
    options.identities = identities;
    options.images_per_identity = images;
    options.output = folder / "made";
    make_set(options, [](auto, auto) {});
    return options.output;
}

}  // namespace arcmeter::data::test
