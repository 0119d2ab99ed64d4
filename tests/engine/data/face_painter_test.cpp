// SPDX-License-Identifier: Apache-2.0
#include "engine/data/face_painter.h"

#include <gtest/gtest.h>

#include <vector>

namespace arcmeter::data {
namespace {

/// Means of 8x8 pixels of the face without the background beside it, relative to their own mean, so that the
/// light of an image counts little.
using Thumbnail = std::vector<float>;

std::vector<std::uint8_t> face(std::uint64_t seed, std::uint64_t identity, std::uint64_t image) {
    std::vector<std::uint8_t> pixels(image_bytes);
    paint_face(face_traits(seed, identity), face_conditions(seed, identity, image), pixels.data());
    return pixels;
}

Thumbnail thumbnail(std::uint64_t identity, std::uint64_t image) {
    const auto pixels = face(5, identity, image);
    Thumbnail small(11 * 8 * 3);
    float sum = 0;
    for (std::size_t row = 16; row < 104; ++row) {
        for (std::size_t column = 24; column < 88; ++column) {
            for (std::size_t c = 0; c < 3; ++c) {
                const float value = pixels[(row * 112 + column) * 3 + c];
                small[((row - 16) / 8 * 8 + (column - 24) / 8) * 3 + c] += value;
                sum += value;
            }
        }
    }
    for (float& value : small) value /= sum;
    return small;
}

float distance(const Thumbnail& a, const Thumbnail& b) {
    float sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

TEST(FacePainter, SameArgumentsSamePictureOthersNot) {
    EXPECT_EQ(face(1, 2, 3), face(1, 2, 3));
    EXPECT_NE(face(1, 2, 3), face(1, 2, 4));
    EXPECT_NE(face(1, 2, 3), face(1, 3, 3));
    EXPECT_NE(face(1, 2, 3), face(2, 2, 3));
}

// Without identity in the pixels no network can learn. The plainest classifier there is, the nearest of the
// mean thumbnails of 10 other images, must name 80 % of 20 identities (chance: 5 %; a network does far
// better).
TEST(FacePainter, IdentitiesCanBeToldApart) {
    constexpr std::uint64_t identities = 20, seen = 10, unseen = 5;
    std::vector<Thumbnail> means;
    for (std::uint64_t identity = 0; identity < identities; ++identity) {
        Thumbnail mean(11 * 8 * 3);
        for (std::uint64_t image = 0; image < seen; ++image) {
            const Thumbnail one = thumbnail(identity, image);
            for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += one[i] / seen;
        }
        means.push_back(mean);
    }
    int right = 0;
    for (std::uint64_t identity = 0; identity < identities; ++identity) {
        for (std::uint64_t image = seen; image < seen + unseen; ++image) {
            const Thumbnail one = thumbnail(identity, image);
            std::size_t nearest = 0;
            for (std::size_t i = 1; i < identities; ++i) {
                if (distance(one, means[i]) < distance(one, means[nearest])) nearest = i;
            }
            right += nearest == identity;
        }
    }
    EXPECT_GE(right, 80) << "of 100";
}

}  // namespace
}  // namespace arcmeter::data
