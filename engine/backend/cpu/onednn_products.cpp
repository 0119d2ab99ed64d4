// SPDX-License-Identifier: Apache-2.0
// Convolutions and matrix products by oneDNN. Activations stay in the blocked layout nChw16c (nChw8c without
// AVX-512) from end to end. FP32 3x3 convolutions of stride 1 run Winograd F(4x4, 3x3) where there are enough
// tiles.
#include <dnnl.hpp>

#include <functional>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/backend/cpu/products.h"
#include "engine/protocol/error.h"

namespace arcmeter::backend::cpu {
namespace {

using dnnl::memory;
using kernels::ElementType;
using kernels::cpu::TileTwin;
using Tag = memory::format_tag;

/// Winograd's transformed weights cost the same for every batch, so few tiles do not repay them.
constexpr std::int64_t winograd_least_tiles = 64;

/// Library workspace above this is refused; the direct algorithms need next to none.
constexpr std::size_t workspace_budget_bytes = std::size_t{256} << 20;

memory::data_type data_type(ElementType type) {
    return type == ElementType::f32 ? memory::data_type::f32 : memory::data_type::bf16;
}

dnnl::engine& cpu_engine() {
    static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    return engine;
}

dnnl::stream& cpu_stream() {
    static dnnl::stream stream(cpu_engine());
    return stream;
}

/// oneDNN's exceptions become ours, with the call's name.
template <typename Call>
auto checked(const char* what, Call&& call) {
    try {
        return call();
    } catch (const dnnl::error& error) {
        const ErrorCode code =
            error.status == dnnl_out_of_memory ? ErrorCode::out_of_memory : ErrorCode::internal;
        throw Error(code, std::string("oneDNN: ") + what + ": " + error.what());
    }
}

Tag activation_tag(std::int64_t block) {
    switch (block) {
        case 16:
            return Tag::nChw16c;
        case 8:
            return Tag::nChw8c;
        default:
            return Tag::nchw;
    }
}

dnnl::primitive_attr user_scratchpad() {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attributes;
}

/// The inner blocks of a weight layout, innermost last, and its outer strides.
struct Blocking {
    std::vector<std::pair<int, std::int64_t>> blocks;  // (dimension, size)
    std::vector<std::int64_t> strides;
    bool operator==(const Blocking&) const = default;
};

std::optional<Blocking> blocking_of(const memory::desc& desc) {
    if (desc.data.format_kind != dnnl_blocked) return std::nullopt;
    const dnnl_blocking_desc_t& raw = desc.data.format_desc.blocking;
    Blocking out;
    for (int i = 0; i < raw.inner_nblks; ++i) out.blocks.emplace_back(raw.inner_idxs[i], raw.inner_blks[i]);
    out.strides.assign(raw.strides, raw.strides + desc.data.ndims);
    return out;
}

TileTwin::Kind tile_kind(const Blocking& to, bool half) {
    using Blocks = std::vector<std::pair<int, std::int64_t>>;
    if (!half && to.blocks == Blocks{{0, 16}, {1, 16}}) return TileTwin::Kind::transposed;
    if (half && to.blocks == Blocks{{1, 8}, {0, 16}, {1, 2}}) return TileTwin::Kind::vnni;
    if (half && to.blocks == Blocks{{0, 8}, {1, 16}, {0, 2}}) return TileTwin::Kind::vnni_transposed;
    return TileTwin::Kind::none;
}

/// Whether `other` is `master` (tiles [i16][o16]) with each tile, and for 1x1 kernels perhaps the grid of
/// tiles, reordered in a way the optimiser knows. Kind none: it is not.
TileTwin tile_twin_of(const memory::desc& master, const memory::desc& other) {
    const auto from = blocking_of(master);
    const auto to = blocking_of(other);
    if (!from || !to || from->blocks != std::vector<std::pair<int, std::int64_t>>{{1, 16}, {0, 16}})
        return {};
    TileTwin twin;
    twin.kind = tile_kind(*to, other.data.data_type == dnnl_bf16);
    if (from->strides == to->strides) return twin;
    const memory::dims dims = other.dims();
    const std::int64_t out_tiles = dims[0] / 16, in_tiles = dims[1] / 16;
    const bool grid_transposed =
        dims[2] == 1 && dims[3] == 1 && to->strides[0] == 256 && to->strides[1] == out_tiles * 256;
    if (!grid_transposed) return {};
    twin.grid_columns = in_tiles;
    return twin;
}

void reorder(const memory::desc& from_desc, const void* from, const memory::desc& to_desc, void* to) {
    memory source(from_desc, cpu_engine(), const_cast<void*>(from));
    memory target(to_desc, cpu_engine(), to);
    checked("reorder", [&] {
        dnnl::reorder(source, target).execute(cpu_stream(), source, target);
        cpu_stream().wait();
        return 0;
    });
}

struct ConvolutionDescs {
    memory::desc x, y, any_weights, any_gradient;
    memory::dims strides, padding;
};

ConvolutionDescs descs_of(const ConvolutionShape& s, ElementType type) {
    const auto t = data_type(type);
    const memory::dims weights{s.out_channels, s.in_channels, s.kernel, s.kernel};
    return {memory::desc({s.batch, s.in_channels, s.in_height, s.in_width}, t, activation_tag(s.in_block)),
            memory::desc({s.batch, s.out_channels, s.out_height(), s.out_width()}, t,
                         activation_tag(s.out_block)),
            memory::desc(weights, t, Tag::any),
            memory::desc(weights, memory::data_type::f32, Tag::any),
            {s.stride, s.stride},
            {s.padding, s.padding}};
}

bool wants_winograd(const ConvolutionShape& s, ElementType type) {
    if (type != ElementType::f32 || s.kernel != 3 || s.stride != 1 || s.padding != 1) return false;
    const std::int64_t tiles = s.batch * ((s.out_height() + 3) / 4) * ((s.out_width() + 3) / 4);
    return s.in_block > 1 && s.out_block > 1 && tiles >= winograd_least_tiles;
}

using Forward = dnnl::convolution_forward;
using DataGradient = dnnl::convolution_backward_data;
using WeightGradient = dnnl::convolution_backward_weights;

Forward::primitive_desc forward_desc(const ConvolutionDescs& d, dnnl::algorithm algorithm) {
    const Forward::desc desc(dnnl::prop_kind::forward_training, algorithm, d.x, d.any_weights, d.y, d.strides,
                             d.padding, d.padding);
    return {desc, user_scratchpad(), cpu_engine()};
}

DataGradient::primitive_desc data_gradient_desc(const ConvolutionDescs& d, dnnl::algorithm algorithm) {
    const DataGradient::desc desc(algorithm, d.x, d.any_weights, d.y, d.strides, d.padding, d.padding);
    return {desc, user_scratchpad(), cpu_engine(), forward_desc(d, algorithm)};
}

WeightGradient::primitive_desc weight_gradient_desc(const ConvolutionDescs& d, dnnl::algorithm algorithm) {
    const WeightGradient::desc desc(algorithm, d.x, d.any_gradient, d.y, d.strides, d.padding, d.padding);
    return {desc, user_scratchpad(), cpu_engine(), forward_desc(d, algorithm)};
}

/// The layout the FP32 master is kept in: the direct weight gradient's, which Winograd shares.
memory::desc master_desc(const ConvolutionShape& shape, ElementType type) {
    return checked("convolution weight gradient", [&] {
        return weight_gradient_desc(descs_of(shape, type), dnnl::algorithm::convolution_direct)
            .diff_weights_desc();
    });
}

/// A oneDNN primitive whose workspace is the caller's.
class OneDnnProduct : public Product {
public:
    std::size_t workspace_bytes() const override { return workspace_.get_size(); }
    std::string algorithm() const override { return algorithm_; }
    WeightCopy weight_copy() const override { return copy_; }
    std::size_t weight_copy_bytes() const override {
        return copy_ == WeightCopy::master ? 0 : weights_.get_size();
    }
    TileTwin tile_twin() const override { return tile_; }
    void convert_weights(const float* master, void* copy) override {
        reorder(master_, master, weights_, copy);
    }

protected:
    void describe_weights(const memory::desc& master, const memory::desc& weights) {
        master_ = master;
        weights_ = weights;
        tile_ = master == weights ? TileTwin{} : tile_twin_of(master, weights);
        const bool same_order =
            blocking_of(master).has_value() && blocking_of(master) == blocking_of(weights);
        copy_ = master == weights                    ? WeightCopy::master
                : same_order                         ? WeightCopy::half
                : tile_.kind != TileTwin::Kind::none ? WeightCopy::tile
                                                     : WeightCopy::reorder;
    }

    void run(dnnl::primitive& primitive, const std::unordered_map<int, memory>& arguments) {
        checked(algorithm_.c_str(), [&] {
            primitive.execute(cpu_stream(), arguments);
            cpu_stream().wait();
            return 0;
        });
    }

    static memory bind(const memory::desc& desc, const void* data) {
        return memory(desc, cpu_engine(), const_cast<void*>(data));
    }

    memory::desc workspace_;
    std::string algorithm_;

private:
    memory::desc master_, weights_;
    WeightCopy copy_ = WeightCopy::master;
    TileTwin tile_;
};

/// Forward, data gradient or weight gradient: argument names and their descriptions differ, nothing else.
class OneDnnConvolution : public OneDnnProduct {
public:
    OneDnnConvolution(Direction direction, const ConvolutionShape& shape, ElementType type) {
        const ConvolutionDescs d = descs_of(shape, type);
        if (!wants_winograd(shape, type) || !try_make(direction, d, dnnl::algorithm::convolution_winograd)) {
            if (!try_make(direction, d, dnnl::algorithm::convolution_direct)) {
                throw Error(ErrorCode::internal, "oneDNN has no convolution for this shape and precision");
            }
        }
        if (direction != Direction::weight_gradient) describe_weights(master_desc(shape, type), b_);
    }

    void execute(const void* a, const void* b, const float*, void* out, void* workspace) override {
        if (!primitive_) primitive_ = checked(algorithm_.c_str(), make_);
        run(primitive_, {{a_name_, bind(a_, a)},
                         {b_name_, bind(b_, b)},
                         {out_name_, bind(out_, out)},
                         {DNNL_ARG_SCRATCHPAD, bind(workspace_, workspace)}});
    }

private:
    bool try_make(Direction direction, const ConvolutionDescs& d, dnnl::algorithm algorithm) {
        try {
            switch (direction) {
                case Direction::forward: {
                    const auto pd = forward_desc(d, algorithm);
                    if (!accept(pd)) return false;
                    set({DNNL_ARG_SRC, pd.src_desc()}, {DNNL_ARG_WEIGHTS, pd.weights_desc()},
                        {DNNL_ARG_DST, pd.dst_desc()});
                    make_ = [pd] { return dnnl::primitive(Forward(pd)); };
                    return true;
                }
                case Direction::data_gradient: {
                    const auto pd = data_gradient_desc(d, algorithm);
                    if (!accept(pd)) return false;
                    set({DNNL_ARG_DIFF_DST, pd.diff_dst_desc()}, {DNNL_ARG_WEIGHTS, pd.weights_desc()},
                        {DNNL_ARG_DIFF_SRC, pd.diff_src_desc()});
                    make_ = [pd] { return dnnl::primitive(DataGradient(pd)); };
                    return true;
                }
                case Direction::weight_gradient: {
                    const auto pd = weight_gradient_desc(d, algorithm);
                    if (!accept(pd)) return false;
                    set({DNNL_ARG_SRC, pd.src_desc()}, {DNNL_ARG_DIFF_DST, pd.diff_dst_desc()},
                        {DNNL_ARG_DIFF_WEIGHTS, pd.diff_weights_desc()});
                    make_ = [pd] { return dnnl::primitive(WeightGradient(pd)); };
                    return true;
                }
            }
        } catch (const dnnl::error&) {
            return false;  // no implementation of this algorithm for the shape
        }
        return false;
    }

    template <typename PrimitiveDesc>
    bool accept(const PrimitiveDesc& pd) {
        if (pd.scratchpad_desc().get_size() > workspace_budget_bytes) return false;
        workspace_ = pd.scratchpad_desc();
        algorithm_ = pd.impl_info_str();
        return true;
    }

    void set(std::pair<int, memory::desc> a, std::pair<int, memory::desc> b,
             std::pair<int, memory::desc> out) {
        std::tie(a_name_, a_) = std::move(a);
        std::tie(b_name_, b_) = std::move(b);
        std::tie(out_name_, out_) = std::move(out);
    }

    int a_name_ = 0, b_name_ = 0, out_name_ = 0;
    memory::desc a_, b_, out_;
    std::function<dnnl::primitive()> make_;
    dnnl::primitive primitive_;  // generated at the first call: planning must stay cheap
};

/// The three products of a linear layer as matrix products over one [out][in] weight matrix.
class OneDnnLinear : public OneDnnProduct {
public:
    OneDnnLinear(Direction direction, std::int64_t batch, std::int64_t in, std::int64_t out,
                 ElementType type) {
        const auto t = data_type(type);
        const auto f32 = memory::data_type::f32;
        const memory::desc master({out, in}, f32, Tag::ab), weights({out, in}, t, Tag::ab);
        switch (direction) {
            case Direction::forward:
                make({batch, in}, Tag::ab, t, {in, out}, Tag::ba, t, {batch, out}, t, true);
                describe_weights(master, weights);
                break;
            case Direction::data_gradient:
                make({batch, out}, Tag::ab, t, {out, in}, Tag::ab, t, {batch, in}, t, false);
                describe_weights(master, weights);
                break;
            case Direction::weight_gradient:
                // dW [out][in] = dy^T x: the left factor is dy, so a and b change places in execute.
                make({out, batch}, Tag::ba, t, {batch, in}, Tag::ab, t, {out, in}, f32, false);
                swap_ = true;
                break;
        }
    }

    void execute(const void* a, const void* b, const float* bias, void* out, void* workspace) override {
        const bool with_bias = bias != nullptr && has_bias_;
        std::unordered_map<int, memory> arguments{{DNNL_ARG_SRC, bind(left_, swap_ ? b : a)},
                                                  {DNNL_ARG_WEIGHTS, bind(right_, swap_ ? a : b)},
                                                  {DNNL_ARG_DST, bind(out_, out)},
                                                  {DNNL_ARG_SCRATCHPAD, bind(workspace_, workspace)}};
        if (with_bias) arguments.insert({DNNL_ARG_BIAS, bind(bias_, bias)});
        dnnl::primitive& primitive = with_bias ? biased_ : plain_;
        if (!primitive) primitive = dnnl::matmul(with_bias ? *biased_desc_ : *plain_desc_);
        run(primitive, arguments);
    }

private:
    void make(const memory::dims& left, Tag left_tag, memory::data_type left_type, const memory::dims& right,
              Tag right_tag, memory::data_type right_type, const memory::dims& out,
              memory::data_type out_type, bool with_bias) {
        left_ = memory::desc(left, left_type, left_tag);
        right_ = memory::desc(right, right_type, right_tag);
        out_ = memory::desc(out, out_type, Tag::ab);
        bias_ = memory::desc({1, out[1]}, memory::data_type::f32, Tag::ab);
        has_bias_ = with_bias;
        checked("matmul", [&] {
            plain_desc_.emplace(dnnl::matmul::desc(left_, right_, out_), user_scratchpad(), cpu_engine());
            if (with_bias) {
                biased_desc_.emplace(dnnl::matmul::desc(left_, right_, bias_, out_), user_scratchpad(),
                                     cpu_engine());
            }
            return 0;
        });
        workspace_ = plain_desc_->scratchpad_desc();
        if (with_bias && biased_desc_->scratchpad_desc().get_size() > workspace_.get_size()) {
            workspace_ = biased_desc_->scratchpad_desc();
        }
        algorithm_ = plain_desc_->impl_info_str();
    }

    memory::desc left_, right_, out_, bias_;
    std::optional<dnnl::matmul::primitive_desc> plain_desc_, biased_desc_;
    dnnl::primitive plain_, biased_;
    bool swap_ = false;
    bool has_bias_ = false;
};

class OneDnnProducts : public ProductLibrary {
public:
    std::string name() const override { return "oneDNN"; }

    std::string version() const override {
        const dnnl_version_t* v = dnnl_version();
        return std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch) +
               ", blocks of " + std::to_string(channel_block()) + " channels";
    }

    std::int64_t channel_block() const override {
        const dnnl::cpu_isa isa = dnnl::get_effective_cpu_isa();
        return isa == dnnl::cpu_isa::sse41 || isa == dnnl::cpu_isa::avx || isa == dnnl::cpu_isa::avx2 ||
                       isa == dnnl::cpu_isa::avx2_vnni
                   ? 8
                   : 16;
    }

    std::unique_ptr<Product> convolution(Direction direction, const ConvolutionShape& shape,
                                         ElementType type) override {
        return std::make_unique<OneDnnConvolution>(direction, shape, type);
    }

    std::unique_ptr<Product> linear(Direction direction, std::int64_t batch, std::int64_t in,
                                    std::int64_t out, ElementType type) override {
        return std::make_unique<OneDnnLinear>(direction, batch, in, out, type);
    }

    void weights_from_logical(const ConvolutionShape& shape, ElementType type, std::span<const float> logical,
                              float* master) override {
        reorder(logical_desc(shape), logical.data(), master_desc(shape, type), master);
    }

    void weights_to_logical(const ConvolutionShape& shape, ElementType type, const float* master,
                            std::span<float> logical) override {
        reorder(master_desc(shape, type), master, logical_desc(shape), logical.data());
    }

    std::size_t master_bytes(const ConvolutionShape& shape, ElementType type) override {
        return master_desc(shape, type).get_size();
    }

    void sgemm(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k,
               const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float beta, float* c,
               std::int64_t ldc) override {
        const dnnl_status_t status = dnnl_sgemm(transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k,
                                                1.0f, a, lda, b, ldb, beta, c, ldc);
        if (status != dnnl_success) {
            throw Error(ErrorCode::internal, "oneDNN: sgemm failed with status " + std::to_string(status));
        }
    }

private:
    static memory::desc logical_desc(const ConvolutionShape& s) {
        return memory::desc({s.out_channels, s.in_channels, s.kernel, s.kernel}, memory::data_type::f32,
                            Tag::oihw);
    }
};

}  // namespace

std::unique_ptr<ProductLibrary> make_onednn_products() {
    return std::make_unique<OneDnnProducts>();
}

}  // namespace arcmeter::backend::cpu
