// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>

#include "engine/data/face_painter.h"

namespace arcmeter::data {

namespace {

template <std::size_t N>
Rgb from_palette(const std::array<Rgb, N>& palette, float place) {
    const float scaled = place * (N - 1);
    const auto below = std::min(static_cast<std::size_t>(scaled), N - 2);
    return mix(palette[below], palette[below + 1], scaled - static_cast<float>(below));
}

constexpr std::array<Rgb, 6> skin_tones{{{0.98f, 0.84f, 0.75f},
                                         {0.93f, 0.74f, 0.61f},
                                         {0.84f, 0.62f, 0.46f},
                                         {0.68f, 0.46f, 0.32f},
                                         {0.50f, 0.32f, 0.22f},
                                         {0.32f, 0.20f, 0.15f}}};
constexpr std::array<Rgb, 8> hair_tones{{{0.06f, 0.05f, 0.07f},
                                         {0.20f, 0.12f, 0.08f},
                                         {0.38f, 0.21f, 0.12f},
                                         {0.60f, 0.25f, 0.10f},
                                         {0.64f, 0.46f, 0.24f},
                                         {0.90f, 0.76f, 0.46f},
                                         {0.80f, 0.80f, 0.82f},
                                         {0.50f, 0.51f, 0.54f}}};
constexpr std::array<Rgb, 6> iris_tones{{{0.17f, 0.09f, 0.05f},
                                         {0.40f, 0.24f, 0.10f},
                                         {0.42f, 0.42f, 0.16f},
                                         {0.22f, 0.45f, 0.30f},
                                         {0.25f, 0.45f, 0.68f},
                                         {0.50f, 0.57f, 0.62f}}};
constexpr std::array<Rgb, 5> frame_tones{{{0.05f, 0.05f, 0.06f},
                                          {0.45f, 0.20f, 0.08f},
                                          {0.70f, 0.12f, 0.15f},
                                          {0.12f, 0.25f, 0.60f},
                                          {0.80f, 0.70f, 0.35f}}};

/// Numbers for the traits that tell faces apart best. Drawn from an additive recurrence (Roberts' R-sequence,
/// here in 5 dimensions) instead of independently, so that even a small set's identities lie far apart.
class SpreadNumbers {
public:
    SpreadNumbers(std::uint64_t seed, std::uint64_t identity) : seed_(seed), identity_(identity) {}

    float operator()() {
        constexpr double root = 1.1347241384015194;  // of x^6 = x + 1
        ++dimension_;
        const double start = static_cast<double>(hash64(seed_, dimension_) >> 11) * 0x1p-53;
        const double step = std::pow(root, -static_cast<double>(dimension_));
        const double value = start + static_cast<double>(identity_) * step;
        return static_cast<float>(value - std::floor(value));
    }

private:
    std::uint64_t seed_, identity_;
    std::uint64_t dimension_ = 0;
};

void choose_hair(FaceTraits& t, float style, Random& random) {
    t.is_bald = style > 0.93f;
    t.hair_length = style < 0.45f ? 0.0f : std::min(1.0f, (style - 0.45f) / 0.35f);
    t.hairline = random.uniform(23, 38);
    t.hair_arch = random.uniform(-4, 16);
    t.hair_volume = random.uniform(1.5f, 8);
    t.parting = random.uniform(-16, 16);
    t.strands = random.uniform(14, 34);
}

void choose_eyes(FaceTraits& t, Random& random) {
    t.eye_y = random.uniform(50, 55);
    t.eye_spacing = random.uniform(14.5f, 18.5f);
    t.eye_width = random.uniform(5.2f, 7.8f);
    t.eye_height = random.uniform(2.5f, 4.3f);
    t.eye_tilt = random.uniform(-0.16f, 0.12f);
    t.brow_gap = random.uniform(7.5f, 11.5f);
    t.brow_width = random.uniform(1.4f, 4.4f);
    t.brow_tilt = random.uniform(-2.2f, 2.2f);
    t.brow_arch = random.uniform(0, 4);
    t.brow_length = random.uniform(6.5f, 9.5f);
}

void choose_extras(FaceTraits& t, Random& random) {
    t.has_glasses = random.uniform() < 0.3f;
    t.frame = frame_tones[random.below(frame_tones.size())];
    t.lens_width = random.uniform(9, 11.5f);
    t.lens_height = random.uniform(6.5f, 10.5f);
    t.frame_width = random.uniform(1.1f, 2.4f);
    const bool has_beard = random.uniform() < 0.28f && t.hair_length < 0.5f;
    t.beard = has_beard ? random.uniform(0.4f, 0.95f) : 0;
    t.moustache = has_beard || random.uniform() < 0.08f ? random.uniform(0.5f, 0.95f) : 0;
    t.freckles =
        random.uniform() < 0.25f ? 6 + static_cast<int>(random.below(16)) : static_cast<int>(random.below(3));
    t.freckle_seed = random.next();
}

Rgb muted(Random& random, float dark, float light) {
    const float grey = random.uniform(dark, light);
    const auto channel = [&] { return grey + random.uniform(-0.07f, 0.07f); };
    const float r = channel(), g = channel(), b = channel();
    return {r, g, b};
}

}  // namespace

FaceTraits face_traits(std::uint64_t seed, std::uint64_t identity) {
    SpreadNumbers spread(seed, identity);
    Random random(hash64(seed, identity, 1));
    FaceTraits t{};
    t.skin = from_palette(skin_tones, spread());
    t.hair = from_palette(hair_tones, spread());
    choose_hair(t, spread(), random);
    t.face_width = 29.5f + 7 * spread();
    t.iris = from_palette(iris_tones, spread());
    t.lips = mix(t.skin * 0.8f, {0.72f, random.uniform(0.16f, 0.34f), 0.28f}, random.uniform(0.2f, 0.75f));
    t.chin = random.uniform(99, 107);
    t.jaw = random.uniform(1.9f, 2.8f);
    t.ear_size = random.uniform(5.5f, 9);
    choose_eyes(t, random);
    t.nose_length = random.uniform(15, 22);
    t.nose_width = random.uniform(4.5f, 8.2f);
    t.mouth_y = random.uniform(83, 88);
    t.mouth_width = random.uniform(9.5f, 14.5f);
    t.upper_lip = random.uniform(1.3f, 3.4f);
    t.lower_lip = random.uniform(1.8f, 4.6f);
    choose_extras(t, random);
    return t;
}

FaceConditions face_conditions(std::uint64_t seed, std::uint64_t identity, std::uint64_t image) {
    Random random(hash64(hash64(seed, identity, 2), image));
    const auto around = [&](float reach) { return random.roughly_normal() * reach / 2; };
    FaceConditions c{};
    c.pose.angle = around(0.12f);
    c.pose.scale = 1 + around(0.06f);
    c.pose.shift.x = around(3);
    c.pose.shift.y = around(3);
    c.turn.x = around(4);
    c.turn.y = around(2.5f);
    c.smile = random.uniform(-0.3f, 1);
    c.mouth_open = std::max(0.0f, random.uniform(-3, 4));
    c.eye_open = random.uniform(0.65f, 1.05f);
    c.gaze.x = around(1.4f);
    c.gaze.y = around(0.7f);
    c.background_top = muted(random, 0.35f, 0.8f);
    c.background_bottom = mix(c.background_top, muted(random, 0.2f, 0.7f), 0.6f);
    c.clothes = muted(random, 0.12f, 0.75f);
    c.brightness = random.uniform(0.82f, 1.12f);
    c.light.x = around(0.2f);
    c.light.y = around(0.12f);
    c.tint = {1 + around(0.04f), 1, 1 + around(0.06f)};
    c.noise = random.uniform(0.006f, 0.022f);
    c.noise_seed = random.next();
    return c;
}

}  // namespace arcmeter::data
