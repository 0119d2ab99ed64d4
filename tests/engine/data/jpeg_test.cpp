// SPDX-License-Identifier: Apache-2.0
#include "engine/data/jpeg.h"

#include <cstdlib>

#include "engine/data/face_dataset.h"
#include "tests/engine/data/test_files.h"

namespace arcmeter::data {
namespace {

using namespace test;
using ::testing::HasSubstr;

Error decode_error(const Bytes& jpeg) {
    Bytes pixels(image_bytes);
    return error_of([&] { JpegDecoder().decode(jpeg, 112, 112, pixels.data(), "set/train.rec, record 7"); });
}

TEST(Jpeg, KeepsColoursAndTheirOrder) {
    Bytes pixels(image_bytes);
    for (std::size_t i = 0; i < pixels.size(); i += 3) {
        const bool is_left = (i / 3) % 112 < 56;
        pixels[i] = is_left ? 220 : 20;
        pixels[i + 1] = 100;
        pixels[i + 2] = is_left ? 30 : 180;
    }
    const Bytes jpeg = JpegEncoder().encode(pixels.data(), 112, 112, 95);
    Bytes decoded(image_bytes);
    JpegDecoder().decode(jpeg, 112, 112, decoded.data(), "image");
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const std::size_t column = (i / 3) % 112;
        if (column > 46 && column < 66)
            continue;  // colour is stored at half resolution and blurs at the edge
        // 8 of 255: what quality 95 rounds away on flat colours, with room.
        ASSERT_NEAR(pixels[i], decoded[i], 8) << i;
    }
}

TEST(Jpeg, WhatIsNotAJpegIsRefusedByName) {
    for (const Bytes& bad : {Bytes{}, Bytes{0xff}, Bytes(500, 0x42), Bytes{0x89, 'P', 'N', 'G'}}) {
        const Error error = decode_error(bad);
        EXPECT_EQ(error.code(), ErrorCode::data_corrupt);
        EXPECT_THAT(error.what(), HasSubstr("set/train.rec, record 7: expected a JPEG image"));
    }
}

TEST(Jpeg, WrongSizeIsRefused) {
    EXPECT_THAT(decode_error(grey_jpeg(9, 96, 112)).what(),
                HasSubstr("the image is 96x112, allowed is 112x112"));
}

TEST(Jpeg, TruncatedOrDamagedImagesAreRefused) {
    const Bytes jpeg = grey_jpeg(200);
    EXPECT_THAT(decode_error({jpeg.begin(), jpeg.begin() + 20}).what(), HasSubstr("damaged"));
    EXPECT_THAT(decode_error({jpeg.begin(), jpeg.end() - 60}).what(), HasSubstr("damaged"));
    EXPECT_THAT(decode_error({0xff, 0xd8}).what(), HasSubstr("damaged"));
}

}  // namespace
}  // namespace arcmeter::data
