// SPDX-License-Identifier: Apache-2.0
// Throughput of the CPU kernels on tensors too large for the caches, and on one (8 x 64 x 28 x 28) that the
// caches hold. bytes_per_second counts what an operation must read and write once; the copy at the top is
// what the memory gives. Set ARCMETER_ISA to baseline, avx2, avx512 or avx512_bf16 to choose the instruction
// set, OMP_NUM_THREADS for the threads.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "kernels/cpu/add.h"
#include "kernels/cpu/channel_map.h"
#include "kernels/cpu/channel_map_backward.h"
#include "kernels/cpu/channel_statistics.h"
#include "kernels/cpu/class_sampling.h"
#include "kernels/cpu/depthwise.h"
#include "kernels/cpu/dispatch.h"
#include "kernels/cpu/dropout.h"
#include "kernels/cpu/input_conversion.h"
#include "kernels/cpu/margin_softmax.h"
#include "kernels/cpu/sgd.h"
#include "kernels/cpu/unit_norm.h"
#include "kernels/elements.h"

namespace {

using namespace arcmeter::kernels;

/// Random bfloat16 or float values, aligned to cache lines as the engine's tensors are.
class Buffer {
public:
    Buffer(ElementType type, std::int64_t count)
        : memory_(std::aligned_alloc(64, (static_cast<std::size_t>(count) * size_of(type) + 63) / 64 * 64)) {
        std::minstd_rand engine(1);
        for (std::int64_t i = 0; i < count; ++i) {
            write_element(type, memory_.get(), i, static_cast<float>(engine() % 2001) / 1000.0f - 1.0f);
        }
    }
    void* data() { return memory_.get(); }
    float* floats() { return static_cast<float*>(memory_.get()); }

private:
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };
    std::unique_ptr<void, Free> memory_;
};

/// Argument 0 chooses the layout, argument 1 the type.
ActivationLayout layout_of(const benchmark::State& state) {
    constexpr ActivationLayout layouts[] = {
        {16, 64, 56 * 56, 16}, {64, 256, 14 * 14, 16},  {128, 512, 7 * 7, 16},   {16, 64, 56 * 56, 1},
        {16, 64, 56 * 56, 64}, {64, 256, 14 * 14, 256}, {16, 64, 112 * 112, 16}, {8, 64, 28 * 28, 16},
    };
    return layouts[state.range(0)];
}

ElementType type_of(const benchmark::State& state) {
    return state.range(1) == 0 ? ElementType::f32 : ElementType::bf16;
}

void label(benchmark::State& state, double tensors) {
    const ActivationLayout layout = layout_of(state);
    state.SetLabel(std::to_string(layout.batch) + "x" + std::to_string(layout.channels) + "x" +
                   std::to_string(layout.spatial) + " block " + std::to_string(layout.block) +
                   (type_of(state) == ElementType::f32 ? " f32" : " bf16"));
    state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<double>(state.iterations()) * tensors *
                                                      static_cast<double>(layout.elements()) *
                                                      static_cast<double>(size_of(type_of(state)))));
}

void layouts_and_types(benchmark::internal::Benchmark* b) {
    for (const std::int64_t layout : {0, 1, 2, 3, 4, 5, 6, 7}) {
        for (const std::int64_t type : {0, 1}) {
            b->Args({layout, type});
        }
    }
    b->UseRealTime()->Unit(benchmark::kMillisecond);
}

/// Per-channel parameters and workspace for one layout.
struct Channels {
    Buffer a, b, c, d, e, f;
    std::vector<float> workspace;
    explicit Channels(const ActivationLayout& layout)
        : a(ElementType::f32, layout.channels),
          b(ElementType::f32, layout.channels),
          c(ElementType::f32, layout.channels),
          d(ElementType::f32, layout.channels),
          e(ElementType::f32, layout.channels),
          f(ElementType::f32, layout.channels),
          workspace(cpu::channel_statistics_workspace(layout)) {}
};

void copy(benchmark::State& state) {
    const std::size_t half = 128u << 20;
    std::vector<char> from(half, 1), to(half, 2);
    for (auto _ : state) {
#pragma omp parallel for
        for (std::size_t i = 0; i < 64; ++i) {
            std::memcpy(to.data() + i * half / 64, from.data() + i * half / 64, half / 64);
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(2 * half) * state.iterations());
}
BENCHMARK(copy)->UseRealTime()->Unit(benchmark::kMillisecond);

void statistics(benchmark::State& state) {
    const ActivationLayout layout = layout_of(state);
    Buffer x(type_of(state), layout.elements());
    Channels p(layout);
    for (auto _ : state) {
        cpu::channel_statistics(
            {layout, type_of(state), x.data(), p.a.floats(), p.b.floats(), p.workspace.data()});
    }
    label(state, 1);
}
BENCHMARK(statistics)->Apply(layouts_and_types);

void map(benchmark::State& state, bool add, bool with_statistics) {
    const ActivationLayout layout = layout_of(state);
    const ElementType type = type_of(state);
    Buffer a(type, layout.elements()), b(type, layout.elements()), y(type, layout.elements());
    Channels p(layout);
    cpu::ChannelMapArgs args{layout, type,         {a.data(), p.a.floats(), p.b.floats()},
                             {},     p.c.floats(), y.data()};
    args.b.data = add ? b.data() : nullptr;
    args.mean = with_statistics ? p.d.floats() : nullptr;
    args.variance = p.e.floats();
    args.workspace = p.workspace.data();
    for (auto _ : state) {
        cpu::channel_map(args);
    }
    label(state, add ? 3 : 2);
}
BENCHMARK_CAPTURE(map, batch_norm_prelu, false, false)->Apply(layouts_and_types);
BENCHMARK_CAPTURE(map, batch_norm_prelu_statistics, false, true)->Apply(layouts_and_types);
BENCHMARK_CAPTURE(map, batch_norm_add_prelu_statistics, true, true)->Apply(layouts_and_types);

void backward_reduce(benchmark::State& state) {
    const ActivationLayout layout = layout_of(state);
    Buffer x(type_of(state), layout.elements()), dy(type_of(state), layout.elements());
    Channels p(layout);
    std::vector<float> sums(static_cast<std::size_t>(layout.channels));
    for (auto _ : state) {
        cpu::channel_map_backward_reduce({layout, type_of(state), x.data(), dy.data(), p.a.floats(),
                                          p.b.floats(), p.c.floats(), p.d.floats(), p.e.floats(),
                                          p.f.floats(), sums.data(), sums.data(), p.workspace.data()});
    }
    label(state, 2);
}
BENCHMARK(backward_reduce)->Apply(layouts_and_types);

void backward_apply(benchmark::State& state) {
    const ActivationLayout layout = layout_of(state);
    Buffer x(type_of(state), layout.elements()), dy(type_of(state), layout.elements());
    Buffer dx(type_of(state), layout.elements());
    Channels p(layout);
    for (auto _ : state) {
        cpu::channel_map_backward_apply({layout, type_of(state), x.data(), dy.data(), p.a.floats(),
                                         p.b.floats(), p.c.floats(), p.d.floats(), p.e.floats(), p.f.floats(),
                                         p.f.floats(), false, nullptr, dx.data()});
    }
    label(state, 3);
}
BENCHMARK(backward_apply)->Apply(layouts_and_types);

void add(benchmark::State& state) {
    const ActivationLayout layout = layout_of(state);
    Buffer a(type_of(state), layout.elements()), b(type_of(state), layout.elements());
    for (auto _ : state) {
        cpu::add(type_of(state), layout.elements(), a.data(), b.data(), a.data());
    }
    label(state, 3);
}
BENCHMARK(add)->Args({6, 0})->Args({6, 1})->UseRealTime()->Unit(benchmark::kMillisecond);

/// Argument 0: channels per group; 1: type; 2: stride; 3: image size; 4: channels; 5: batch.
struct DepthwiseBench {
    cpu::DepthwiseShape shape;
    ElementType type;
    Buffer x, y, weight;
    std::vector<float> workspace;

    explicit DepthwiseBench(const benchmark::State& state)
        : shape{state.range(5),
                state.range(4),
                16,
                state.range(0),
                state.range(3) == 7 ? 7 : 3,
                state.range(2),
                state.range(3) == 7 ? 0 : 1,
                state.range(3),
                state.range(3)},
          type(state.range(1) == 0 ? ElementType::f32 : ElementType::bf16),
          x(type, shape.input().elements()),
          y(type, shape.output().elements()),
          weight(ElementType::f32, shape.weights()),
          workspace(cpu::depthwise_workspace(shape)) {}

    void report(benchmark::State& state) const {
        const std::int64_t elements = shape.input().elements() + shape.output().elements();
        state.SetBytesProcessed(state.iterations() * elements * static_cast<std::int64_t>(size_of(type)));
    }
};

void depthwise_shapes(benchmark::internal::Benchmark* b) {
    b->ArgNames({"cpg", "bf16", "stride", "size", "channels", "batch"});
    for (const std::int64_t type : {0, 1}) {
        b->Args({1, type, 1, 56, 64, 32})->Args({1, type, 2, 56, 128, 32})->Args({1, type, 1, 28, 128, 64});
        b->Args({1, type, 1, 28, 64, 4})->Args({1, type, 2, 28, 64, 4})->Args({2, type, 1, 28, 64, 4});
        b->Args({1, type, 1, 14, 256, 128})->Args({2, type, 1, 56, 128, 16})->Args({1, type, 1, 7, 512, 128});
    }
    b->UseRealTime()->Unit(benchmark::kMillisecond);
}

void depthwise_forward(benchmark::State& state) {
    DepthwiseBench bench(state);
    for (auto _ : state) {
        cpu::depthwise_forward(bench.shape, bench.type, bench.x.data(), bench.weight.floats(),
                               bench.y.data());
    }
    bench.report(state);
}
BENCHMARK(depthwise_forward)->Apply(depthwise_shapes);

void depthwise_data_gradient(benchmark::State& state) {
    DepthwiseBench bench(state);
    for (auto _ : state) {
        cpu::depthwise_data_gradient(bench.shape, bench.type, bench.y.data(), bench.weight.floats(),
                                     bench.x.data());
    }
    bench.report(state);
}
BENCHMARK(depthwise_data_gradient)->Apply(depthwise_shapes);

void depthwise_weight_gradient(benchmark::State& state) {
    DepthwiseBench bench(state);
    for (auto _ : state) {
        cpu::depthwise_weight_gradient(bench.shape, bench.type, bench.x.data(), bench.y.data(),
                                       bench.weight.floats(), bench.workspace.data());
    }
    bench.report(state);
}
BENCHMARK(depthwise_weight_gradient)->Apply(depthwise_shapes);

/// Argument: 0 plain, 1 with a transposed twin, 2 with bfloat16 copy and both bfloat16 twins.
void sgd(benchmark::State& state) {
    const std::int64_t count = 16 << 20;
    Buffer weight(ElementType::f32, count), gradient(ElementType::f32, count),
        momentum(ElementType::f32, count);
    Buffer transposed(ElementType::f32, count), half(ElementType::bf16, 3 * count);
    cpu::SgdTensor tensor{weight.floats(), gradient.floats(), momentum.floats(), count, 5e-4f};
    std::int64_t bytes = 20;
    if (state.range(0) == 1) {
        tensor.twins[0] = {cpu::TileTwin::Kind::transposed, transposed.data()};
        bytes += 4;
    } else if (state.range(0) == 2) {
        bfloat16* copies = static_cast<bfloat16*>(half.data());
        tensor.half_copy = copies;
        tensor.twins[0] = {cpu::TileTwin::Kind::vnni, copies + count};
        tensor.twins[1] = {cpu::TileTwin::Kind::vnni_transposed, copies + 2 * count};
        bytes += 6;
    }
    for (auto _ : state) {
        cpu::sgd_update({&tensor, 1}, {1e-3f, 0.9f});
    }
    state.SetBytesProcessed(state.iterations() * count * bytes);
}
BENCHMARK(sgd)->Arg(0)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

void softmax_forward(benchmark::State& state) {
    const std::int64_t rows = 64, columns = 1 << 18;
    Buffer dots(ElementType::f32, rows * columns), norms(ElementType::f32, columns);
    std::vector<std::int32_t> labels(rows, 1000);
    std::vector<float> sums(rows), maxima(rows), targets(rows);
    for (auto _ : state) {
        cpu::margin_softmax_start_rows(rows, sums.data(), maxima.data(), targets.data());
        cpu::margin_softmax_forward_chunk(
            {rows, columns, columns, 0, dots.floats(), norms.floats(), labels.data()}, 64, sums.data(),
            maxima.data(), targets.data());
    }
    state.SetBytesProcessed(state.iterations() * rows * columns * 4);
    state.SetItemsProcessed(state.iterations() * rows * columns);
}
BENCHMARK(softmax_forward)->UseRealTime()->Unit(benchmark::kMillisecond);

void softmax_backward(benchmark::State& state) {
    const std::int64_t rows = 64, columns = 1 << 18;
    Buffer dots(ElementType::f32, rows * columns), norms(ElementType::f32, columns);
    std::vector<std::int32_t> labels(rows, 1000);
    std::vector<float> inverse(rows, 1e-30f), targets(rows), sums(static_cast<std::size_t>(columns));
    for (auto _ : state) {
        cpu::margin_softmax_backward_chunk(
            {{rows, columns, columns, 0, dots.floats(), norms.floats(), labels.data()},
             inverse.data(),
             targets.data(),
             64,
             1,
             sums.data()});
    }
    state.SetBytesProcessed(state.iterations() * rows * columns * 8);
    state.SetItemsProcessed(state.iterations() * rows * columns);
}
BENCHMARK(softmax_backward)->UseRealTime()->Unit(benchmark::kMillisecond);

void centre_update(benchmark::State& state) {
    const std::int64_t rows = 65536, width = 512;
    Buffer weight(ElementType::f32, rows * width), momentum(ElementType::f32, rows * width);
    Buffer r(ElementType::f32, rows * width), norms(ElementType::f32, rows), sums(ElementType::f32, rows);
    for (auto _ : state) {
        cpu::centre_update({rows, width, nullptr, weight.floats(), momentum.floats(), norms.floats(),
                            sums.floats(), r.floats(), 1e-3f, 0.9f, 5e-4f});
    }
    state.SetBytesProcessed(state.iterations() * rows * width * 20);
}
BENCHMARK(centre_update)->UseRealTime()->Unit(benchmark::kMillisecond);

void centre_update_bf16(benchmark::State& state) {
    const std::int64_t rows = 65536, width = 512;
    Buffer weight(ElementType::bf16, rows * width), momentum(ElementType::bf16, rows * width);
    Buffer r(ElementType::f32, rows * width), norms(ElementType::f32, rows), sums(ElementType::f32, rows);
    for (auto _ : state) {
        cpu::centre_update({rows, width, nullptr, weight.data(), momentum.data(), norms.floats(),
                            sums.floats(), r.floats(), 1e-3f, 0.9f, 5e-4f, 1, ElementType::bf16,
                            ElementType::bf16});
    }
    state.SetBytesProcessed(state.iterations() * rows * width * 12);
}
BENCHMARK(centre_update_bf16)->UseRealTime()->Unit(benchmark::kMillisecond);

void inverse_norms(benchmark::State& state) {
    const std::int64_t rows = 65536, width = 512;
    Buffer weight(ElementType::f32, rows * width), norms(ElementType::f32, rows);
    for (auto _ : state) {
        cpu::inverse_norms(ElementType::f32, rows, width, weight.floats(), norms.floats());
    }
    state.SetBytesProcessed(state.iterations() * rows * width * 4);
}
BENCHMARK(inverse_norms)->UseRealTime()->Unit(benchmark::kMillisecond);

void sample(benchmark::State& state) {
    std::vector<std::int32_t> positives(64), rows(36000);
    for (std::size_t i = 0; i < positives.size(); ++i) {
        positives[i] = static_cast<std::int32_t>(i * 5000);
    }
    std::uint64_t step = 0;
    for (auto _ : state) {
        cpu::sample_classes(positives, 360232, 36000, 1, ++step, rows.data());
    }
    state.SetItemsProcessed(state.iterations() * 36000);
}
BENCHMARK(sample)->UseRealTime()->Unit(benchmark::kMillisecond);

void dropout(benchmark::State& state) {
    const ActivationLayout layout{64, 512, 49, 16};
    Buffer x(ElementType::f32, layout.elements());
    for (auto _ : state) {
        cpu::dropout({layout, ElementType::f32, x.data(), x.data(), 0.4f, 1, 2});
    }
    state.SetBytesProcessed(state.iterations() * layout.elements() * 8);
}
BENCHMARK(dropout)->UseRealTime()->Unit(benchmark::kMillisecond);

void input_conversion(benchmark::State& state) {
    std::vector<std::uint8_t> pixels(64 * 112 * 112 * 3, 100), mirror(64, 1);
    std::vector<float> output(pixels.size());
    for (auto _ : state) {
        cpu::input_conversion(
            {64, 112, 112, pixels.data(), mirror.data(), 0.0078125f, ElementType::f32, output.data()});
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(pixels.size()) * 5);
}
BENCHMARK(input_conversion)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
    if (const char* wanted = std::getenv("ARCMETER_ISA")) {
        for (const cpu::Isa isa :
             {cpu::Isa::baseline, cpu::Isa::avx2, cpu::Isa::avx512, cpu::Isa::avx512_bf16}) {
            if (std::strcmp(wanted, cpu::isa_name(isa)) == 0) {
                cpu::select_isa(isa);
            }
        }
    }
    benchmark::AddCustomContext("isa", cpu::isa_name(cpu::active_isa()));
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
