// SPDX-License-Identifier: Apache-2.0
// Procedural faces: what identities look like and how one image of one is drawn.
#pragma once

#include <cstdint>

#include "engine/data/face_canvas.h"
#include "engine/data/random.h"

namespace arcmeter::data {

/// What makes a person: the same in every image of an identity. Lengths in pixels of an upright 112x112
/// image.
struct FaceTraits {
    Rgb skin, hair, iris, lips;
    float face_width, chin, jaw;  ///< half width, y of the chin, squareness (2 is an ellipse)
    float ear_size;
    float hairline, hair_arch, hair_volume, hair_length, parting, strands;
    bool is_bald;
    float eye_spacing, eye_width, eye_height, eye_tilt, eye_y;
    float brow_gap, brow_width, brow_tilt, brow_arch, brow_length;
    float nose_length, nose_width;
    float mouth_y, mouth_width, upper_lip, lower_lip;
    float beard, moustache;  ///< opacity, 0 for none
    bool has_glasses;
    Rgb frame;
    float lens_width, lens_height, frame_width;
    int freckles;
    std::uint64_t freckle_seed;
};

/// What differs between images of one identity.
struct FaceConditions {
    Pose pose;
    Point turn;  ///< how far the nose side of the head is turned, pixels
    float smile, mouth_open, eye_open;
    Point gaze;
    Rgb background_top, background_bottom, clothes;
    float brightness;
    Point light;  ///< relative brightness gained from the middle to the image's border
    Rgb tint;
    float noise;
    std::uint64_t noise_seed;
};

FaceTraits face_traits(std::uint64_t seed, std::uint64_t identity);
FaceConditions face_conditions(std::uint64_t seed, std::uint64_t identity, std::uint64_t image);

/// Writes 112x112 RGB bytes. The same arguments give the same picture on the same build.
void paint_face(const FaceTraits& traits, const FaceConditions& conditions, std::uint8_t* pixels);

}  // namespace arcmeter::data
