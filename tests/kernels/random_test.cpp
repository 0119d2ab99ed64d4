// SPDX-License-Identifier: Apache-2.0
#include "kernels/math/random.h"

#include <gtest/gtest.h>

#include <vector>

namespace arcmeter::kernels::test {
namespace {

TEST(Philox, GivesThePublishedVectors) {
    // Known answers of Random123 (kat_vectors, philox4x32 10).
    const PhiloxResult zeros = philox(0, 0, 0);
    EXPECT_EQ(zeros.word[0], 0x6627e8d5u);
    EXPECT_EQ(zeros.word[1], 0xe169c58du);
    EXPECT_EQ(zeros.word[2], 0xbc57ac4cu);
    EXPECT_EQ(zeros.word[3], 0x9b00dbd8u);
    const PhiloxResult ones = philox(~0ull, ~0ull, ~0ull);
    EXPECT_EQ(ones.word[0], 0x408f276du);
    EXPECT_EQ(ones.word[1], 0x41c83b0eu);
    EXPECT_EQ(ones.word[2], 0xa20bc7c6u);
    EXPECT_EQ(ones.word[3], 0x6d5451fdu);
}

TEST(KeyedPermutation, IsABijectionOfAnySize) {
    for (const std::uint64_t size : {1u, 2u, 3u, 5u, 16u, 17u, 100u, 1000u, 4097u, 85742u}) {
        const KeyedPermutation permutation = make_permutation(size, 11, 22);
        std::vector<char> seen(size, 0);
        for (std::uint64_t i = 0; i < size; ++i) {
            const std::uint64_t image = permute(permutation, i);
            ASSERT_LT(image, size);
            ASSERT_EQ(seen[image], 0) << "size " << size;
            seen[image] = 1;
        }
    }
}

TEST(KeyedPermutation, HasAnInverse) {
    for (const std::uint64_t size : {1u, 2u, 5u, 17u, 4097u, 85742u, 2000000000u}) {
        const KeyedPermutation permutation = make_permutation(size, 33, 44);
        for (std::uint64_t i = 0; i < size && i < 5000; ++i) {
            ASSERT_EQ(permute_inverse(permutation, permute(permutation, i)), i) << "size " << size;
        }
    }
}

TEST(KeyedPermutation, ReachesEveryPlaceEquallyOften) {
    // The image of 0 over many keys.
    const std::uint64_t size = 100;
    const int keys = 20000;
    std::vector<int> first(size, 0);
    for (int key = 0; key < keys; ++key) {
        ++first[permute(make_permutation(size, 1234, static_cast<std::uint64_t>(key)), 0)];
    }
    double chi_square = 0;
    for (const int count : first) {
        chi_square += (count - keys / 100.0) * (count - keys / 100.0) / (keys / 100.0);
    }
    // 99 degrees of freedom: mean 99, 99.99 % below 158.
    EXPECT_LT(chi_square, 158);
}

TEST(KeyedPermutation, DependsOnKeyAndStep) {
    const auto images = [](std::uint64_t key, std::uint64_t step) {
        const KeyedPermutation permutation = make_permutation(1000000, key, step);
        std::vector<std::uint64_t> result;
        for (std::uint64_t i = 0; i < 10; ++i) {
            result.push_back(permute(permutation, i));
        }
        return result;
    };
    EXPECT_EQ(images(1, 1), images(1, 1));
    EXPECT_NE(images(1, 1), images(2, 1));
    EXPECT_NE(images(1, 1), images(1, 2));
}

}  // namespace
}  // namespace arcmeter::kernels::test
