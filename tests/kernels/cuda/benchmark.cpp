// SPDX-License-Identifier: Apache-2.0
// Achieved GB/s of each CUDA kernel beside the rate of a device copy, one JSON object a line on standard
// output. The second-level cache is overwritten before every repeat; the median of the repeats counts. Bytes
// are what an operation has to move: each operand once. Needs a GPU; run by hand.
#include <nlohmann/json.hpp>

#include <functional>
#include <iostream>
#include <memory>

#include "kernels/cuda/add.h"
#include "kernels/cuda/channel_map.h"
#include "kernels/cuda/channel_map_backward.h"
#include "kernels/cuda/class_sampling.h"
#include "kernels/cuda/convert.h"
#include "kernels/cuda/depthwise.h"
#include "kernels/cuda/dropout.h"
#include "kernels/cuda/input_conversion.h"
#include "kernels/cuda/loss_scale.h"
#include "kernels/cuda/margin_softmax.h"
#include "kernels/cuda/sgd.h"
#include "kernels/cuda/unit_norm.h"
#include "tests/kernels/cuda/device_memory.h"

namespace arcmeter::kernels::test {
namespace {

constexpr int repeats = 30;

/// Memory filled with a byte that is a small positive number in every type.
std::unique_ptr<DeviceBytes> filled(std::size_t bytes) {
    auto memory = std::make_unique<DeviceBytes>(bytes);
    check_cuda(cudaMemset(memory->data(), 0x3c, bytes));
    return memory;
}

/// Keeps what the operations of one group use, and hands it out as arrays.
class Pool {
public:
    void* bytes(std::size_t count) {
        all_.push_back(filled(count));
        return all_.back()->data();
    }
    void* elements(ElementType type, std::int64_t count) {
        return bytes(static_cast<std::size_t>(count) * size_of(type));
    }
    float* floats(std::int64_t count) { return static_cast<float*>(elements(ElementType::f32, count)); }
    template <class T>
    T* copy_of(const std::vector<T>& values) {
        void* memory = bytes(values.size() * sizeof(T));
        check_cuda(cudaMemcpy(memory, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
        return static_cast<T*>(memory);
    }

private:
    std::vector<std::unique_ptr<DeviceBytes>> all_;
};

class Stopwatch {
public:
    Stopwatch() : flush_(std::size_t(256) << 20) {
        check_cuda(cudaEventCreate(&start_));
        check_cuda(cudaEventCreate(&end_));
    }

    /// Median microseconds of work on the test stream.
    double measure(const std::function<void()>& work) {
        work();  // loads the kernel
        std::vector<float> times;
        for (int i = 0; i < repeats; ++i) {
            check_cuda(cudaMemsetAsync(flush_.data(), i, flush_.size(), test_stream()));
            check_cuda(cudaEventRecord(start_, test_stream()));
            work();
            check_cuda(cudaEventRecord(end_, test_stream()));
            check_cuda(cudaEventSynchronize(end_));
            times.push_back(0);
            check_cuda(cudaEventElapsedTime(&times.back(), start_, end_));
        }
        std::nth_element(times.begin(), times.begin() + repeats / 2, times.end());
        return static_cast<double>(times[repeats / 2]) * 1e3;
    }

private:
    DeviceBytes flush_;
    cudaEvent_t start_ = nullptr;
    cudaEvent_t end_ = nullptr;
};

class Report {
public:
    Report() {
        const std::size_t bytes = std::size_t(1) << 30;
        const auto from = filled(bytes), to = filled(bytes);
        const double us = stopwatch_.measure([&] {
            check_cuda(
                cudaMemcpyAsync(to->data(), from->data(), bytes, cudaMemcpyDeviceToDevice, test_stream()));
        });
        copy_rate_ = 2 * static_cast<double>(bytes) / us / 1e3;
        cudaDeviceProp device{};
        check_cuda(cudaGetDeviceProperties(&device, 0));
        std::cout << nlohmann::json{{"kernel", "copy"}, {"device", device.name}, {"gb_per_s", copy_rate_}}
                  << "\n";
    }

    void add(const std::string& kernel, const std::string& shape, ElementType type, std::int64_t bytes,
             const std::function<void()>& work) {
        const double us = stopwatch_.measure(work);
        const double rate = static_cast<double>(bytes) / us / 1e3;
        std::cout << nlohmann::json{{"kernel", kernel},
                                    {"shape", shape},
                                    {"type", name_of(type)},
                                    {"bytes", bytes},
                                    {"us", us},
                                    {"gb_per_s", rate},
                                    {"of_copy", rate / copy_rate_}}
                  << std::endl;
    }

private:
    Stopwatch stopwatch_;
    double copy_rate_ = 0;
};

struct ActivationShape {
    const char* name;
    std::int64_t batch, side, channels;
    std::int64_t rows() const { return batch * side * side; }
    std::int64_t count() const { return rows() * channels; }
};

void channel_passes(Report& report, const ActivationShape& s, ElementType type) {
    Pool pool;
    const std::int64_t one = s.count() * static_cast<std::int64_t>(size_of(type));
    void* a = pool.elements(type, s.count());
    void* b = pool.elements(type, s.count());
    void* y = pool.elements(type, s.count());
    const float* p = pool.floats(s.channels);
    float* sums[3] = {pool.floats(s.channels), pool.floats(s.channels), pool.floats(s.channels)};
    float* workspace =
        pool.floats(static_cast<std::int64_t>(cuda::channel_map_backward_workspace(s.rows(), s.channels)));
    const cuda::StatisticsOutput statistics{sums[0], sums[1], workspace, reduction_counters()};
    const auto map = [&](bool with_b, bool with_statistics) {
        cuda::ChannelMapArgs args{s.rows(), s.channels, type, {a, p, p}, {}, p, y, {}};
        if (with_b) args.b = {b, p, p};
        if (with_statistics) args.statistics = statistics;
        return [args] { cuda::channel_map(args, test_stream()); };
    };
    report.add("channel_statistics", s.name, type, one, [&] {
        cuda::channel_statistics({s.rows(), s.channels, type, a, statistics}, test_stream());
    });
    report.add("channel_map", s.name, type, 2 * one, map(false, false));
    report.add("channel_map + statistics", s.name, type, 2 * one, map(false, true));
    report.add("channel_map of two", s.name, type, 3 * one, map(true, false));
    report.add("channel_map of two + statistics", s.name, type, 3 * one, map(true, true));
    report.add("channel_map_backward_reduce", s.name, type, 2 * one, [&] {
        cuda::channel_map_backward_reduce({s.rows(), s.channels, type, a, b, p, p, p, p, p, sums[0], sums[1],
                                           sums[2], workspace, reduction_counters()},
                                          test_stream());
    });
    for (const bool with_add : {false, true}) {
        report.add(with_add ? "channel_map_backward_apply + add" : "channel_map_backward_apply", s.name, type,
                   (with_add ? 4 : 3) * one, [&] {
                       cuda::channel_map_backward_apply({s.rows(), s.channels, type, a, b, p, p, p, p, p, p,
                                                         p, false, with_add ? y : nullptr, y},
                                                        test_stream());
                   });
    }
    report.add("add", s.name, type, 3 * one, [&] { cuda::add(type, s.count(), a, b, y, test_stream()); });
}

void depthwise_passes(Report& report, const char* name, const DepthwiseShape& shape, ElementType type) {
    Pool pool;
    const auto size = static_cast<std::int64_t>(size_of(type));
    const std::int64_t bytes = (shape.input().elements() + shape.output().elements()) * size;
    void* x = pool.elements(type, shape.input().elements());
    void* y = pool.elements(type, shape.output().elements());
    float* weight = pool.floats(shape.weights());
    float* workspace = pool.floats(static_cast<std::int64_t>(cuda::depthwise_workspace(shape)));
    report.add("depthwise_forward", name, type, bytes,
               [&] { cuda::depthwise_forward(shape, type, x, weight, y, test_stream()); });
    report.add("depthwise_data_gradient", name, type, bytes,
               [&] { cuda::depthwise_data_gradient(shape, type, y, weight, x, test_stream()); });
    report.add("depthwise_weight_gradient", name, type, bytes,
               [&] { cuda::depthwise_weight_gradient(shape, type, x, y, weight, workspace, test_stream()); });
}

void other_passes(Report& report, ElementType type) {
    Pool pool;
    const auto size = static_cast<std::int64_t>(size_of(type));
    const auto* state = pool.copy_of(std::vector<cuda::StepState>(1));
    const std::int64_t pixels = 128 * 112 * 112;
    auto* raw = static_cast<std::uint8_t*>(pool.bytes(static_cast<std::size_t>(pixels * 3)));
    void* images = pool.elements(type, pixels * 4);
    report.add("input_conversion", "128x112x112", type, pixels * (3 + 4 * size), [&] {
        cuda::input_conversion({128, 112, 112, raw, nullptr, 0.0078125f, type, 4, images}, test_stream());
    });
    void* x = pool.elements(type, 128 * 49 * 512);
    report.add("dropout", "128x7x7x512", type, 2 * 128 * 49 * 512 * size, [&] {
        cuda::dropout({128, 512, 49, type, x, x, 0.4f, 1, state}, test_stream());
    });
}

/// One chunk of class columns of an embedding of 512, as Partial FC meets it.
void head_passes(Report& report, ElementType type) {
    Pool pool;
    constexpr std::int64_t batch = 128, columns = 16384, width = 512;
    const auto size = static_cast<std::int64_t>(size_of(type));
    const char* shape = "128 rows, 16384 of 163840 classes, 512 wide";
    auto* state = pool.copy_of(std::vector<cuda::StepState>(1));
    std::vector<std::int32_t> sampled(columns);
    for (std::size_t j = 0; j < sampled.size(); ++j) sampled[j] = static_cast<std::int32_t>(j * 10 % 163840);
    const std::int32_t* rows = pool.copy_of(sampled);
    const std::int32_t* labels = pool.copy_of(std::vector<std::int32_t>(batch, 5));
    float* weight = pool.floats(163840 * width);
    float* momentum = pool.floats(163840 * width);
    float* r = pool.floats(columns * width);
    float* inverse = pool.floats(columns);
    float* sums = pool.floats(columns);
    float* dots = pool.floats(batch * columns);
    float* of_rows = pool.floats(batch);
    void* half = pool.elements(type, columns * width);
    void* gradient = pool.elements(type, batch * columns);
    const cuda::LogitChunk chunk{batch, columns, columns, 0, dots, inverse, labels};
    report.add("gather_rows", shape, type, columns * width * (4 + size), [&] {
        cuda::gather_rows({columns, width, weight, rows, nullptr, 0, type, half, inverse}, test_stream());
    });
    report.add("margin_softmax_forward_chunk", shape, ElementType::f32, batch * columns * 4, [&] {
        cuda::margin_softmax_forward_chunk(chunk, 64, of_rows, of_rows, of_rows, test_stream());
    });
    report.add("margin_softmax_backward_chunk", shape, type, batch * columns * (4 + size), [&] {
        cuda::margin_softmax_backward_chunk(
            {chunk, of_rows, of_rows, 64, 1, state, type, gradient, columns, sums}, test_stream());
    });
    report.add("centre_update", shape, ElementType::f32, columns * width * 4 * 5, [&] {
        cuda::centre_update({columns, width, rows, nullptr, 0, weight, momentum, inverse, sums, r, 0.9f,
                             5e-4f, 1, state, true},
                            test_stream());
    });
}

/// All of r100's parameters in 200 tensors.
void optimizer_passes(Report& report) {
    Pool pool;
    auto* state = pool.copy_of(std::vector<cuda::StepState>(1));
    constexpr std::int64_t each = 65156160 / 200;
    std::vector<cuda::SgdTensor> tensors;
    for (int i = 0; i < 200; ++i) {
        tensors.push_back({pool.floats(each), pool.floats(each), pool.floats(each), each, 5e-4f,
                           ElementType::bf16, pool.elements(ElementType::bf16, each)});
    }
    const std::int64_t tiles = cuda::lay_out_tiles(tensors);
    const cuda::SgdTensors table{pool.copy_of(tensors), 200, tiles};
    report.add("sgd_update", "65 M in 200 tensors", ElementType::bf16, 200 * each * 22, [&] {
        cuda::sgd_update(table, {0.9f, 1, state}, test_stream());
    });
    report.add("check_finite", "65 M in 200 tensors", ElementType::f32, 200 * each * 4,
               [&] { cuda::check_finite(table, state, test_stream()); });
}

void run() {
    Report report;
    for (const ElementType type : {ElementType::bf16, ElementType::f32}) {
        for (const ActivationShape& shape :
             {ActivationShape{"128x56x56x64", 128, 56, 64}, {"128x14x14x256", 128, 14, 256}}) {
            channel_passes(report, shape, type);
        }
        depthwise_passes(report, "256x56x56x64 stride 1", {256, 64, 64, 1, 3, 1, 1, 56, 56}, type);
        depthwise_passes(report, "256x56x56x128 stride 2", {256, 128, 128, 1, 3, 2, 1, 56, 56}, type);
        depthwise_passes(report, "256x14x14x256 stride 1", {256, 256, 256, 1, 3, 1, 1, 14, 14}, type);
        depthwise_passes(report, "256x7x7x512 global", {256, 512, 512, 1, 7, 1, 0, 7, 7}, type);
        other_passes(report, type);
        head_passes(report, type);
    }
    optimizer_passes(report);
}

}  // namespace
}  // namespace arcmeter::kernels::test

int main() {
    try {
        arcmeter::kernels::test::run();
    } catch (const std::exception& error) {
        std::cerr << "kernels_cuda_benchmark: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
