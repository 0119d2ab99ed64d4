// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/layers.h"

#include <stdexcept>

namespace arcmeter::graph {

TensorId Layers::activation(const std::string& name, const Shape& shape) {
    return graph_.add_tensor({.name = name, .shape = shape, .type = options_.activation_type});
}

TensorId Layers::parameter(const std::string& name, const Shape& shape, Initialiser initialiser,
                           double stddev) {
    return graph_.add_tensor({.name = name,
                              .shape = shape,
                              .role = Role::parameter,
                              .initialiser = initialiser,
                              .initial_stddev = stddev});
}

TensorId Layers::buffer(const std::string& name, std::int64_t channels, Initialiser initialiser) {
    return graph_.add_tensor(
        {.name = name, .shape = {1, channels, 1, 1}, .role = Role::buffer, .initialiser = initialiser});
}

TensorId Layers::images() {
    const Shape shape{options_.batch, 3, 112, 112};
    if (options_.float_input) {
        graph_.images = graph_.add_tensor(
            {.name = "images", .shape = shape, .type = options_.activation_type, .role = Role::input});
        return graph_.images;
    }
    graph_.images =
        graph_.add_tensor({.name = "images", .shape = shape, .type = DataType::u8, .role = Role::input});
    const TensorId x = activation("input", shape);
    graph_.add_operation({.kind = OpKind::input_conversion,
                          .name = "input",
                          .inputs = {graph_.images},
                          .outputs = {x},
                          .attributes = InputAttributes{options_.input_scale}});
    return x;
}

TensorId Layers::convolution(const std::string& name, TensorId x, const Conv& conv) {
    const Shape in = shape(x);
    const std::int64_t height = (in.h + 2 * conv.padding - conv.kernel) / conv.stride + 1;
    const std::int64_t width = (in.w + 2 * conv.padding - conv.kernel) / conv.stride + 1;
    const bool grouped = conv.groups > 1;
    const bool depthwise = grouped && in.c == conv.out && (conv.groups == in.c || conv.groups * 2 == in.c);
    if (height < 1 || width < 1 || (grouped && !depthwise)) {
        throw std::logic_error("convolution " + name + " does not fit its input");
    }
    const Shape weight_shape{conv.out, in.c / conv.groups, conv.kernel, conv.kernel};
    const TensorId weight = parameter(name + ".weight", weight_shape, options_.convolution_initialiser, 0.1);
    const TensorId y = activation(name, {in.n, conv.out, height, width});
    graph_.add_operation(
        {.kind = grouped ? OpKind::depthwise_convolution : OpKind::convolution,
         .name = name,
         .inputs = {x, weight},
         .outputs = {y},
         .attributes = ConvolutionAttributes{conv.kernel, conv.stride, conv.padding, conv.groups}});
    return y;
}

TensorId Layers::batch_norm(const std::string& name, TensorId x, Gamma gamma) {
    return batch_norm(name, x, gamma, options_.bn_eps);
}

TensorId Layers::batch_norm(const std::string& name, TensorId x, Gamma gamma, double eps) {
    const std::int64_t channels = shape(x).c;
    const Shape vector{1, channels, 1, 1};
    // A gamma fixed at one is kept as a buffer: files hold it, nothing trains it.
    const TensorId weight = gamma == Gamma::trained ? parameter(name + ".weight", vector, Initialiser::one)
                                                    : buffer(name + ".weight", channels, Initialiser::one);
    const TensorId bias = parameter(name + ".bias", vector, Initialiser::zero);
    const TensorId mean = buffer(name + ".running_mean", channels, Initialiser::zero);
    const TensorId variance = buffer(name + ".running_var", channels, Initialiser::one);
    const TensorId y = activation(name, shape(x));
    graph_.add_operation({.kind = OpKind::batch_norm,
                          .name = name,
                          .inputs = {x, weight, bias, mean, variance},
                          .outputs = {y},
                          .attributes = BatchNormAttributes{.eps = eps}});
    return y;
}

TensorId Layers::prelu(const std::string& name, TensorId x) {
    const TensorId slope = parameter(name + ".weight", {1, shape(x).c, 1, 1}, Initialiser::prelu_slope);
    const TensorId y = activation(name, shape(x));
    graph_.add_operation({.kind = OpKind::prelu, .name = name, .inputs = {x, slope}, .outputs = {y}});
    return y;
}

TensorId Layers::add(const std::string& name, TensorId a, TensorId b) {
    if (shape(a) != shape(b)) throw std::logic_error("add " + name + ": the operands differ in shape");
    const TensorId y = activation(name, shape(a));
    graph_.add_operation({.kind = OpKind::add, .name = name, .inputs = {a, b}, .outputs = {y}});
    return y;
}

TensorId Layers::dropout(const std::string& name, TensorId x, double rate) {
    const TensorId y = activation(name, shape(x));
    graph_.add_operation({.kind = OpKind::dropout,
                          .name = name,
                          .inputs = {x},
                          .outputs = {y},
                          .attributes = DropoutAttributes{rate, dropouts_++}});
    return y;
}

TensorId Layers::linear(const std::string& name, TensorId x, std::int64_t out, bool bias) {
    const Shape in = shape(x);
    const bool kaiming = options_.convolution_initialiser == Initialiser::kaiming_fan_out;
    const TensorId weight = parameter(name + ".weight", {out, in.c * in.spatial(), 1, 1},
                                      kaiming ? Initialiser::kaiming_fan_out : Initialiser::normal, 0.1);
    const TensorId offset = bias ? parameter(name + ".bias", {1, out, 1, 1}, Initialiser::zero) : no_tensor;
    const TensorId y = activation(name, {in.n, out, 1, 1});
    graph_.add_operation(
        {.kind = OpKind::linear, .name = name, .inputs = {x, weight, offset}, .outputs = {y}});
    return y;
}

TensorId Layers::end_unit(TensorId x) {
    graph_.tensor(x).unit_end = true;
    return x;
}

}  // namespace arcmeter::graph
