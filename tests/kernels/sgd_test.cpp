// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/sgd.h"

#include "kernels/cpu/reference/sgd.h"
#include "tests/kernels/support.h"

namespace arcmeter::kernels::test {
namespace {

using cpu::SgdTensor;
using cpu::TileTwin;

/// Tensors of very different size, some with copies.
struct Model {
    struct Storage {
        Elements weight, momentum, half, twin_a, twin_b;
        std::vector<float> gradient;
    };
    std::vector<Storage> storage;
    std::vector<SgdTensor> tensors;

    Model() {
        add(3, TileTwin::Kind::none, TileTwin::Kind::none, false, 5e-4f);
        add(256 * 37, TileTwin::Kind::transposed, TileTwin::Kind::none, false, 5e-4f);
        add(64, TileTwin::Kind::none, TileTwin::Kind::none, true, 0.0f);
        add(256 * 5, TileTwin::Kind::vnni, TileTwin::Kind::vnni_transposed, true, 5e-4f);
        add(1001, TileTwin::Kind::none, TileTwin::Kind::none, true, 5e-4f);
        add(256, TileTwin::Kind::vnni_transposed, TileTwin::Kind::transposed, false, 5e-4f);
        // A grid of 4 rows of 3 tiles, in both types.
        add(256 * 12, TileTwin::Kind::transposed, TileTwin::Kind::vnni, false, 5e-4f);
        tensors.back().twins[0].grid_columns = 3;
        tensors.back().twins[1].grid_columns = 3;
        add(256 * 12, TileTwin::Kind::transposed, TileTwin::Kind::vnni_transposed, false, 5e-4f);
        tensors.back().twins[0].grid_columns = 3;
        tensors.back().twins[1].grid_columns = 4;
        for (Storage& s : storage) {
            SgdTensor& t = tensors[static_cast<std::size_t>(&s - storage.data())];
            t.weight = static_cast<float*>(s.weight.data());
            t.momentum = static_cast<float*>(s.momentum.data());
            t.gradient = s.gradient.data();
            t.half_copy = t.half_copy != nullptr ? static_cast<bfloat16*>(s.half.data()) : nullptr;
            t.twins[0].data = s.twin_a.data();
            t.twins[1].data = s.twin_b.data();
        }
    }

private:
    static ElementType type_of(TileTwin::Kind kind) {
        return kind == TileTwin::Kind::transposed ? ElementType::f32 : ElementType::bf16;
    }

    void add(std::int64_t count, TileTwin::Kind a, TileTwin::Kind b, bool half, float decay) {
        const unsigned seed = static_cast<unsigned>(120 + 3 * storage.size());
        storage.push_back({random_elements(ElementType::f32, count, seed),
                           random_elements(ElementType::f32, count, seed + 1),
                           Elements(ElementType::bf16, count), Elements(type_of(a), count),
                           Elements(type_of(b), count), random_floats(count, seed + 2)});
        // Pointers are set when storage no longer grows; the half pointer marks that a copy is wanted.
        static bfloat16 wanted;
        tensors.push_back({nullptr,
                           nullptr,
                           nullptr,
                           count,
                           decay,
                           half ? &wanted : nullptr,
                           {{a, nullptr, 0}, {b, nullptr, 0}}});
    }
};

class Sgd : public EachIsa {};

void expect_same_copies(const Model::Storage& fast, const Model::Storage& plain, const SgdTensor& tensor,
                        double tolerance) {
    if (tensor.half_copy != nullptr) {
        expect_close(fast.half, plain.half, tensor.count, tolerance, 1e-6, "half copy");
    }
    if (tensor.twins[0].kind != TileTwin::Kind::none) {
        expect_close(fast.twin_a, plain.twin_a, tensor.count, tolerance, 1e-6, "first twin");
    }
    if (tensor.twins[1].kind != TileTwin::Kind::none) {
        expect_close(fast.twin_b, plain.twin_b, tensor.count, tolerance, 1e-6, "second twin");
    }
    EXPECT_TRUE(fast.weight.guards_intact() && fast.momentum.guards_intact() && fast.half.guards_intact() &&
                fast.twin_a.guards_intact() && fast.twin_b.guards_intact());
}

TEST_P(Sgd, UpdatesEveryTensorAndItsCopies) {
    Model fast, plain;
    const cpu::SgdParameters parameters{0.1f, 0.9f, 0.5f};
    for (int step = 0; step < 3; ++step) {
        cpu::sgd_update(fast.tensors, parameters);
        cpu::reference::sgd_update(plain.tensors, parameters);
    }
    for (std::size_t k = 0; k < fast.storage.size(); ++k) {
        SCOPED_TRACE(k);
        const Model::Storage& a = fast.storage[k];
        const Model::Storage& b = plain.storage[k];
        // Three steps of three roundings each.
        expect_close(a.weight, b.weight, fast.tensors[k].count, 1e-6, 1e-6, "weight");
        expect_close(a.momentum, b.momentum, fast.tensors[k].count, 1e-6, 1e-6, "momentum");
        // A bfloat16 copy may fall on the other side of a tie.
        expect_same_copies(a, b, fast.tensors[k], 1.0 / 128);
    }
}

TEST_P(Sgd, RefreshWritesExactCopiesAndNothingElse) {
    Model fast, plain;
    cpu::sgd_refresh_copies(fast.tensors);
    cpu::reference::sgd_refresh_copies(plain.tensors);
    const Model untouched;
    for (std::size_t k = 0; k < fast.storage.size(); ++k) {
        expect_close(fast.storage[k].weight, untouched.storage[k].weight, fast.tensors[k].count, 0, 0,
                     "weight");
        expect_close(fast.storage[k].momentum, untouched.storage[k].momentum, fast.tensors[k].count, 0, 0,
                     "momentum");
        expect_same_copies(fast.storage[k], plain.storage[k], fast.tensors[k], 0);
    }
}

ARCMETER_FOR_EACH_ISA(Sgd);

TEST(SgdReference, TransposesTheGridOfTiles) {
    std::vector<float> weight(6 * 256), twin(weight.size());
    for (std::size_t e = 0; e < weight.size(); ++e) {
        weight[e] = static_cast<float>(e);
    }
    SgdTensor tensor{weight.data(), nullptr, nullptr, 6 * 256, 0.0f};
    tensor.twins[0] = {TileTwin::Kind::transposed, twin.data(), 3};
    cpu::reference::sgd_refresh_copies({&tensor, 1});
    // Tile 4 of [2][3] is row 1, column 1; of the transposed [3][2] that is tile 3. Element [2][5] goes to
    // [5][2].
    EXPECT_EQ(twin[3 * 256 + 5 * 16 + 2], weight[4 * 256 + 2 * 16 + 5]);
    EXPECT_EQ(twin[1 * 256 + 5 * 16 + 2], weight[3 * 256 + 2 * 16 + 5]);
}

TEST(SgdReference, IsMxnetsMomentum) {
    float weight = 2, momentum = 0.5f;
    const float gradient = 4;
    const SgdTensor tensor{&weight, &gradient, &momentum, 1, 0.1f};
    cpu::reference::sgd_update({&tensor, 1}, {0.5f, 0.9f, 0.25f});
    // v = 0.9 * 0.5 - 0.5 (0.25 * 4 + 0.1 * 2) = -0.15; w = 1.85
    EXPECT_FLOAT_EQ(momentum, -0.15f);
    EXPECT_FLOAT_EQ(weight, 1.85f);
}

}  // namespace
}  // namespace arcmeter::kernels::test
