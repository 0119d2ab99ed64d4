// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernels/cpu/dispatch.h"
#include "kernels/cpu/streaming.h"
#include "kernels/elements.h"
#include "kernels/layout.h"

namespace arcmeter::kernels::test {

/// Runs a test once for each instruction set that this build and this CPU have.
class EachIsa : public ::testing::TestWithParam<cpu::Isa> {
protected:
    void SetUp() override { ASSERT_TRUE(cpu::select_isa(GetParam())); }
};

/// From here to the end of the scope, even small outputs are written past the caches where that is possible.
class StreamEverything {
public:
    StreamEverything() { cpu::set_streaming_threshold(0); }
    ~StreamEverything() { cpu::set_streaming_threshold(kept_); }
    StreamEverything(const StreamEverything&) = delete;
    StreamEverything& operator=(const StreamEverything&) = delete;

private:
    std::size_t kept_ = cpu::streaming_threshold();
};

inline std::vector<cpu::Isa> available_isas() {
    std::vector<cpu::Isa> isas;
    for (const cpu::Isa isa : {cpu::Isa::baseline, cpu::Isa::avx2, cpu::Isa::avx512, cpu::Isa::avx512_bf16}) {
        if (cpu::isa_available(isa)) {
            isas.push_back(isa);
        }
    }
    return isas;
}

#define ARCMETER_FOR_EACH_ISA(suite)                                                  \
    INSTANTIATE_TEST_SUITE_P(                                                         \
        Isa, suite, ::testing::ValuesIn(::arcmeter::kernels::test::available_isas()), \
        [](const auto& test) { return std::string(::arcmeter::kernels::cpu::isa_name(test.param)); })

inline std::vector<float> random_floats(std::int64_t count, unsigned seed, float mean = 0,
                                        float deviation = 1) {
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal(mean, deviation);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) {
        value = normal(engine);
    }
    return values;
}

/// An array of elements of either type, aligned to cache lines, between guard lines that writes must leave
/// alone.
class Elements {
public:
    Elements(ElementType type, std::int64_t count)
        : type_(type), count_(count), lines_(data_lines() + 2 * guard_lines) {
        std::memset(lines_.data(), guard_byte, lines_.size() * sizeof(Line));
    }
    Elements(ElementType type, const std::vector<float>& values)
        : Elements(type, static_cast<std::int64_t>(values.size())) {
        for (std::int64_t i = 0; i < count_; ++i) {
            write_element(type_, data(), i, values[static_cast<std::size_t>(i)]);
        }
    }

    ElementType type() const { return type_; }
    std::int64_t size() const { return count_; }
    void* data() { return lines_[guard_lines].bytes; }
    const void* data() const { return lines_[guard_lines].bytes; }
    float operator[](std::int64_t i) const { return read_element(type_, data(), i); }

    bool guards_intact() const {
        const unsigned char* all = lines_[0].bytes;
        const std::size_t first = guard_lines * sizeof(Line);
        const std::size_t after = first + data_bytes();
        const auto is_guard = [](unsigned char byte) { return byte == guard_byte; };
        return std::all_of(all, all + first, is_guard) &&
               std::all_of(all + after, all + lines_.size() * sizeof(Line), is_guard);
    }

private:
    struct alignas(64) Line {
        unsigned char bytes[64];
    };
    static constexpr std::size_t guard_lines = 4;
    static constexpr unsigned char guard_byte = 0xa5;

    std::size_t data_bytes() const { return static_cast<std::size_t>(count_) * size_of(type_); }
    std::size_t data_lines() const { return (data_bytes() + sizeof(Line) - 1) / sizeof(Line); }

    ElementType type_;
    std::int64_t count_;
    std::vector<Line> lines_;
};

/// Random elements, already rounded to the type.
inline Elements random_elements(ElementType type, std::int64_t count, unsigned seed, float mean = 0,
                                float deviation = 1) {
    return Elements(type, random_floats(count, seed, mean, deviation));
}

/// Expects |a - b| <= absolute + relative |b| everywhere; prints the first few that differ.
template <class A, class B>
void expect_close(const A& actual, const B& expected, std::int64_t count, double relative, double absolute,
                  const std::string& what) {
    int shown = 0;
    for (std::int64_t i = 0; i < count && shown < 3; ++i) {
        const double a = static_cast<double>(actual[i]);
        const double b = static_cast<double>(expected[i]);
        if (!(std::abs(a - b) <= absolute + relative * std::abs(b))) {
            ADD_FAILURE() << what << " [" << i << "]: " << a << ", expected " << b;
            ++shown;
        }
    }
}

/// Relative rounding error of one stored result: float 2^-24, bfloat16 2^-9; with a factor for what was
/// computed in another order, and twice for a bfloat16 that falls on the other side of a tie.
inline double storage_error(ElementType type) {
    return type == ElementType::f32 ? 4e-6 : 1.0 / 128;
}

/// Layouts with awkward shapes: batch 1, spatial 1, channels 16, 48, 128, blocks 1, 8, 16, 24 and C, spatial
/// sizes that no vector divides, and enough rows for several row groups.
inline std::vector<ActivationLayout> awkward_layouts() {
    return {
        {1, 16, 1, 16},    {3, 48, 1, 48},    {2, 48, 1, 16},   {5, 10, 1, 10},  {1, 3, 37, 1},
        {2, 16, 49, 1},    {3, 5, 300, 1},    {1, 16, 49, 16},  {2, 48, 9, 16},  {4, 128, 49, 16},
        {2, 64, 400, 16},  {1, 16, 3136, 16}, {2, 16, 25, 8},   {1, 48, 196, 8}, {3, 24, 50, 24},
        {2, 128, 49, 128}, {1, 64, 333, 64},  {130, 48, 1, 48}, {2, 6, 11, 3},   {3, 64, 7, 32},
    };
}

inline std::string describe(const ActivationLayout& layout, ElementType type) {
    return "batch " + std::to_string(layout.batch) + " channels " + std::to_string(layout.channels) +
           " spatial " + std::to_string(layout.spatial) + " block " + std::to_string(layout.block) +
           (type == ElementType::f32 ? " f32" : " bf16");
}

}  // namespace arcmeter::kernels::test
