// SPDX-License-Identifier: Apache-2.0
#include "engine/data/jpeg.h"

#include <turbojpeg.h>

#include "engine/protocol/error.h"

namespace arcmeter::data {

namespace {

std::shared_ptr<void> owned(tjhandle handle) {
    if (handle == nullptr) {
        throw Error(ErrorCode::internal,
                    std::string("libjpeg-turbo did not start: ") + tjGetErrorStr2(nullptr));
    }
    return {handle, [](void* h) { tjDestroy(h); }};
}

Error bad_image(const std::string& name, const std::string& what) {
    return {ErrorCode::data_corrupt, name + ": " + what,
            "Copy the set again or check it with: arcmeter-engine dataset verify"};
}

}  // namespace

JpegDecoder::JpegDecoder() : handle_(owned(tjInitDecompress())) {}

void JpegDecoder::decode(std::span<const std::uint8_t> jpeg, int width, int height, std::uint8_t* pixels,
                         const std::string& name) const {
    tjhandle handle = handle_.get();
    int found_width = 0, found_height = 0, subsampling = 0, colour_space = 0;
    if (jpeg.size() < 2 || jpeg[0] != 0xff || jpeg[1] != 0xd8) {
        throw bad_image(name, "expected a JPEG image but its " + std::to_string(jpeg.size()) +
                                  " bytes do not begin as one");
    }
    if (tjDecompressHeader3(handle, jpeg.data(), jpeg.size(), &found_width, &found_height, &subsampling,
                            &colour_space) != 0) {
        throw bad_image(name, std::string("the JPEG image is damaged: ") + tjGetErrorStr2(handle));
    }
    if (found_width == 0 || found_height == 0)
        throw bad_image(name, "the JPEG image is damaged: it has no size");
    if (found_width != width || found_height != height) {
        throw bad_image(name, "the image is " + std::to_string(found_width) + "x" +
                                  std::to_string(found_height) + ", allowed is " + std::to_string(width) +
                                  "x" + std::to_string(height));
    }
    // Warnings (an early end, bytes that do not belong) fail too: training on half an image goes unnoticed.
    if (tjDecompress2(handle, jpeg.data(), jpeg.size(), pixels, width, 0, height, TJPF_RGB, 0) != 0) {
        throw bad_image(name, std::string("the JPEG image is damaged: ") + tjGetErrorStr2(handle));
    }
}

JpegEncoder::JpegEncoder() : handle_(owned(tjInitCompress())) {}

std::vector<std::uint8_t> JpegEncoder::encode(const std::uint8_t* pixels, int width, int height,
                                              int quality) const {
    tjhandle handle = handle_.get();
    std::vector<std::uint8_t> jpeg(tjBufSize(width, height, TJSAMP_420));
    unsigned char* buffer = jpeg.data();
    unsigned long size = jpeg.size();
    if (tjCompress2(handle, pixels, width, 0, height, TJPF_RGB, &buffer, &size, TJSAMP_420, quality,
                    TJFLAG_NOREALLOC) != 0) {
        throw Error(ErrorCode::internal, std::string("JPEG encoding failed: ") + tjGetErrorStr2(handle));
    }
    jpeg.resize(size);
    return jpeg;
}

}  // namespace arcmeter::data
