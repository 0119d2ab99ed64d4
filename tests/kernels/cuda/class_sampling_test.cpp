// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/class_sampling.h"

#include <algorithm>

#include "kernels/cpu/class_sampling.h"
#include "tests/kernels/cuda/device_memory.h"

namespace arcmeter::kernels::test {
namespace {

struct SampleCase {
    std::int64_t labels, num_classes, first_class, classes, sample_size;
};

/// Expects the CPU's rows, labels and count.
void expect_sample(const SampleCase& c, std::uint64_t step) {
    std::mt19937 random(static_cast<unsigned>(c.labels + c.classes));
    std::vector<std::int32_t> labels(static_cast<std::size_t>(c.labels));
    for (std::int32_t& label : labels) {
        label = static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(c.num_classes));
    }
    std::vector<std::int32_t> positives(labels.size()), row_labels(labels.size());
    const std::int64_t found = cpu::collect_positives(labels, c.first_class, c.classes, positives.data());
    positives.resize(static_cast<std::size_t>(found));
    std::vector<std::int32_t> rows(
        static_cast<std::size_t>(cpu::sampled_count(found, c.classes, c.sample_size)));
    cpu::sample_classes(positives, c.classes, c.sample_size, 9, step, rows.data());
    cpu::remap_labels(labels, c.first_class, c.classes, positives, row_labels.data());

    const std::int64_t slots = cuda::sample_slots(c.labels, c.classes, c.sample_size);
    ASSERT_LE(static_cast<std::int64_t>(rows.size()), slots);
    const DeviceArray<std::int32_t> labels_d(labels), rows_d(1 + slots), row_labels_d(c.labels),
        workspace(static_cast<std::int64_t>(cuda::sample_classes_workspace(c.labels)));
    const auto state = step_state({{step, 0}, {}});
    cuda::sample_classes({c.labels, labels_d.data(), c.first_class, c.classes, c.sample_size, 9, state.data(),
                          rows_d.data(), row_labels_d.data(), workspace.data()},
                         test_stream());
    const std::vector<std::int32_t> actual = rows_d.values();
    ASSERT_EQ(actual[0], static_cast<std::int32_t>(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(actual[1 + i], rows[i]) << "row " << i;
    for (std::size_t i = 1 + rows.size(); i < actual.size(); ++i) EXPECT_EQ(actual[i], -1) << "unused " << i;
    EXPECT_EQ(row_labels_d.values(), row_labels);
}

TEST(CudaClassSampling, DrawsTheCpusRows) {
    // A usual shard; every class; more positives than the sample; a shard without positives; one class; many
    // repeated labels.
    for (const SampleCase& c : {SampleCase{64, 10000, 0, 10000, 1000},
                                {64, 10000, 2500, 2501, 250},
                                {20, 100, 0, 100, 100},
                                {200, 1000, 0, 1000, 10},
                                {8, 100000, 99000, 1000, 100},
                                {5, 1, 0, 1, 1},
                                {300, 7, 0, 7, 5},
                                {1, 2000000000, 0, 2000000000, 5000}}) {
        for (const std::uint64_t step : {0, 1, 77}) {
            SCOPED_TRACE(std::to_string(c.labels) + " labels, " + std::to_string(c.classes) +
                         " classes, step " + std::to_string(step));
            expect_sample(c, step);
        }
    }
}

TEST(CudaGatherRows, ConvertsAndTakesNorms) {
    for (const ElementType type : all_types) {
        for (const std::int64_t width : {std::int64_t(512), std::int64_t(35)}) {
            SCOPED_TRACE(std::string(name_of(type)) + " " + std::to_string(width));
            const std::vector<float> weight = random_floats(20 * width, 1, 0, 0.1f);
            const std::vector<std::int32_t> rows = {19, 0, 7, 3, 5, 1, 2, 11, 12, 17};
            const DeviceArray<float> weight_d(weight), inverse(10);
            const DeviceArray<std::int32_t> rows_d(rows), count(std::vector<std::int32_t>{108});
            const DeviceElements out(type, 10 * width);
            cuda::gather_rows({10, width, weight_d.data(), rows_d.data(), count.data(), 100, type, out.data(),
                               inverse.data()},
                              test_stream());
            const Elements gathered = out.values();
            const std::vector<float> norms = inverse.values();
            for (std::int64_t j = 0; j < 10; ++j) {
                double squares = 1e-10;
                for (std::int64_t i = 0; i < width; ++i) {
                    float expected =
                        weight[static_cast<std::size_t>(rows[static_cast<std::size_t>(j)] * width + i)];
                    if (type == ElementType::bf16) expected = to_float(to_bfloat16(expected));
                    if (type == ElementType::f16) expected = to_float(to_float16(expected));
                    ASSERT_EQ(gathered[j * width + i], j < 8 ? expected : 0.0f) << j << " " << i;
                    squares += static_cast<double>(expected) * static_cast<double>(expected);
                }
                const double norm = j < 8 ? 1 / std::sqrt(squares) : 0.0;
                EXPECT_NEAR(static_cast<double>(norms[static_cast<std::size_t>(j)]), norm, 2e-6 * norm) << j;
            }
        }
    }
}

TEST(CudaGatherRows, WidensHalfCentres) {
    for (const std::int64_t width : {std::int64_t(512), std::int64_t(35)}) {
        const Elements expected(ElementType::bf16, random_floats(20 * width, 1, 0, 0.1f));
        const DeviceElements weight(expected);
        const std::vector<std::int32_t> rows = {19, 0, 7};
        const DeviceArray<std::int32_t> rows_d(rows);
        const DeviceArray<float> out(3 * width);
        cuda::gather_rows({3, width, weight.data(), rows_d.data(), nullptr, 0, ElementType::f32, out.data(),
                           nullptr, ElementType::bf16},
                          test_stream());
        const std::vector<float> values = out.values();
        for (std::int64_t j = 0; j < 3; ++j) {
            for (std::int64_t i = 0; i < width; ++i) {
                ASSERT_EQ(values[static_cast<std::size_t>(j * width + i)],
                          expected[rows[static_cast<std::size_t>(j)] * width + i]);
            }
        }
    }
}

TEST(CudaGatherRows, InOrderAndWithoutACopy) {
    const std::vector<float> weight = random_floats(9 * 64, 2);
    const DeviceArray<float> weight_d(weight), inverse(9);
    cuda::gather_rows(
        {9, 64, weight_d.data(), nullptr, nullptr, 0, ElementType::f32, nullptr, inverse.data()},
        test_stream());
    const std::vector<float> norms = inverse.values();
    for (std::size_t j = 0; j < 9; ++j) {
        double squares = 1e-10;
        for (std::size_t i = 0; i < 64; ++i) {
            squares += static_cast<double>(weight[j * 64 + i]) * static_cast<double>(weight[j * 64 + i]);
        }
        EXPECT_NEAR(static_cast<double>(norms[j]), 1 / std::sqrt(squares), 1e-6) << j;
    }
}

}  // namespace
}  // namespace arcmeter::kernels::test
