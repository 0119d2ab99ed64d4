// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/depthwise.h"

#include "kernels/cpu/reference/convolution.h"
#include "kernels/cpu/reference/depthwise.h"
#include "tests/kernels/support.h"

namespace arcmeter::kernels::test {
namespace {

using cpu::DepthwiseShape;

std::vector<DepthwiseShape> shapes() {
    std::vector<DepthwiseShape> all;
    for (const std::int64_t cpg : {1, 2}) {
        for (const std::int64_t stride : {1, 2}) {
            // batch, channels, block, channels per group, kernel, stride, pad, height, width
            all.push_back({1, 16, 16, cpg, 3, stride, 1, 7, 7});
            all.push_back({3, 48, 16, cpg, 3, stride, 1, 14, 14});
            all.push_back({5, 128, 16, cpg, 3, stride, 1, 5, 8});
            all.push_back({2, 24, 8, cpg, 3, stride, 1, 9, 6});
            all.push_back({2, 64, 64, cpg, 3, stride, 1, 6, 11});
            all.push_back({2, 16, 16, cpg, 3, stride, 1, 1, 1});
            all.push_back({2, 16, 16, cpg, 3, stride, 1, 2, 2});
            all.push_back({2, 16, 16, cpg, 3, stride, 1, 1, 9});
            all.push_back({2, 16, 16, cpg, 3, stride, 1, 9, 1});
            all.push_back({1, 12, 4, cpg, 3, stride, 1, 6, 6});
            all.push_back({2, 16, 16, cpg, 5, stride, 2, 8, 8});
        }
        all.push_back({3, 48, 16, cpg, 7, 1, 0, 7, 7});
        all.push_back({1, 16, 8, cpg, 7, 1, 0, 7, 7});
        all.push_back({2, 512, 512, cpg, 7, 1, 0, 7, 7});
    }
    return all;
}

std::string describe(const DepthwiseShape& s, ElementType type) {
    return test::describe(s.input(), type) + " cpg " + std::to_string(s.channels_per_group) + " kernel " +
           std::to_string(s.kernel) + " stride " + std::to_string(s.stride) + " height " +
           std::to_string(s.in_height);
}

class Depthwise : public EachIsa {};

void expect_depthwise_equals_the_reference() {
    for (const DepthwiseShape& shape : shapes()) {
        for (const ElementType type : {ElementType::f32, ElementType::bf16}) {
            SCOPED_TRACE(describe(shape, type));
            const std::int64_t in_count = shape.input().elements();
            const std::int64_t out_count = shape.output().elements();
            const Elements x = random_elements(type, in_count, 80);
            const Elements dy = random_elements(type, out_count, 81);
            const std::vector<float> weight = random_floats(shape.weights(), 82);
            Elements y(type, out_count), y_ref(type, out_count), dx(type, in_count), dx_ref(type, in_count);
            Elements dw(ElementType::f32, shape.weights());
            std::vector<float> dw_ref(weight.size()), workspace(cpu::depthwise_workspace(shape));
            cpu::depthwise_forward(shape, type, x.data(), weight.data(), y.data());
            cpu::reference::depthwise_forward(shape, type, x.data(), weight.data(), y_ref.data());
            cpu::depthwise_data_gradient(shape, type, dy.data(), weight.data(), dx.data());
            cpu::reference::depthwise_data_gradient(shape, type, dy.data(), weight.data(), dx_ref.data());
            cpu::depthwise_weight_gradient(shape, type, x.data(), dy.data(), static_cast<float*>(dw.data()),
                                           workspace.data());
            cpu::reference::depthwise_weight_gradient(shape, type, x.data(), dy.data(), dw_ref.data());
            // Up to 98 float products of order 1 that may cancel; weight gradients up to 600.
            expect_close(y, y_ref, out_count, storage_error(type), 1e-5, "y");
            expect_close(dx, dx_ref, in_count, storage_error(type), 1e-5, "dx");
            expect_close(dw, dw_ref, shape.weights(), 1e-5, 5e-5, "dw");
            EXPECT_TRUE(y.guards_intact() && dx.guards_intact() && dw.guards_intact());
        }
    }
}

TEST_P(Depthwise, EqualsTheReference) {
    expect_depthwise_equals_the_reference();
}

TEST_P(Depthwise, EqualsTheReferenceWhenWrittenPastTheCaches) {
    const StreamEverything streaming;
    expect_depthwise_equals_the_reference();
}

ARCMETER_FOR_EACH_ISA(Depthwise);

TEST(DepthwiseReference, IsAGroupedConvolution) {
    for (const DepthwiseShape& shape : shapes()) {
        if (shape.channels > 128) {
            continue;
        }
        SCOPED_TRACE(describe(shape, ElementType::f32));
        const cpu::reference::ConvolutionShape grouped{
            shape.batch,     shape.channels,
            shape.in_height, shape.in_width,
            shape.channels,  shape.kernel,
            shape.kernel,    shape.stride,
            shape.pad,       shape.channels / shape.channels_per_group,
            shape.block,     shape.block};
        const std::vector<float> logical = random_floats(shape.weights(), 90);
        std::vector<float> weight(logical.size()), back(logical.size());
        cpu::depthwise_weight_from_logical(shape, logical.data(), weight.data());
        cpu::depthwise_weight_to_logical(shape, weight.data(), back.data());
        EXPECT_EQ(back, logical);

        const std::int64_t in_count = shape.input().elements();
        const std::int64_t out_count = shape.output().elements();
        const std::vector<float> x = random_floats(in_count, 91), dy = random_floats(out_count, 92);
        std::vector<float> a(dy.size()), b(dy.size()), da(x.size()), db(x.size()), dw(logical.size()),
            dw_logical(logical.size()), dw_grouped(logical.size());
        const ElementType f32 = ElementType::f32;
        cpu::reference::depthwise_forward(shape, f32, x.data(), weight.data(), a.data());
        cpu::reference::convolution_forward(grouped, f32, x.data(), logical.data(), b.data());
        cpu::reference::depthwise_data_gradient(shape, f32, dy.data(), weight.data(), da.data());
        cpu::reference::convolution_data_gradient(grouped, f32, dy.data(), logical.data(), db.data());
        cpu::reference::depthwise_weight_gradient(shape, f32, x.data(), dy.data(), dw.data());
        cpu::reference::convolution_weight_gradient(grouped, f32, x.data(), dy.data(), dw_grouped.data());
        cpu::depthwise_weight_to_logical(shape, dw.data(), dw_logical.data());
        // Both sum in double and round once.
        expect_close(a, b, out_count, 1e-6, 1e-7, "y");
        expect_close(da, db, in_count, 1e-6, 1e-7, "dx");
        expect_close(dw_logical, dw_grouped, shape.weights(), 1e-6, 1e-7, "dw");
    }
}

}  // namespace
}  // namespace arcmeter::kernels::test
