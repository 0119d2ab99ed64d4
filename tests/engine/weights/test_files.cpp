// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/weights/test_files.h"

#include <stdlib.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "engine/train/step_graph.h"
#include "engine/weights/model_weights.h"
#include "engine/weights/npy.h"

namespace arcmeter::weights::test {

TempFolder::TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "arcmeter-weights-test-XXXXXX").string();
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

protocol::RunConfig y1_config() {
    protocol::RunConfig config;
    config.model = "y1";
    config.num_classes = 10;
    config.device = protocol::Device::cpu;
    return config;
}

void write_initial_weights(const std::filesystem::path& path, const protocol::RunConfig& config) {
    OutputFile file(path);
    save_initial_weights(file, config, train::build_step_graph(config, *config.num_classes).graph);
}

void write_ones(const std::filesystem::path& path, const std::vector<NamedShape>& tensors,
                const Metadata& metadata) {
    OutputFile file(path);
    SafetensorsWriter writer(file, tensors, metadata);
    for (const NamedShape& tensor : tensors) {
        std::size_t elements = 1;
        for (const std::int64_t size : tensor.shape) elements *= static_cast<std::size_t>(size);
        writer.append(std::vector<float>(elements, 1.0f));
    }
    writer.commit();
}

void write_images(const std::filesystem::path& path, std::int64_t images) {
    std::vector<float> values(static_cast<std::size_t>(images * 3 * 112 * 112));
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = std::sin(0.37f * static_cast<float>(i % 1013) + 0.11f * static_cast<float>(i / 37632));
    }
    OutputFile file(path);
    NpyWriter<float> writer(file, {images, 3, 112, 112});
    writer.append(values);
    writer.commit();
}

void write_labels(const std::filesystem::path& path, const std::vector<std::int32_t>& labels) {
    OutputFile file(path);
    NpyWriter<std::int32_t> writer(file, {static_cast<std::int64_t>(labels.size())});
    writer.append(labels);
    writer.commit();
}

}  // namespace arcmeter::weights::test
