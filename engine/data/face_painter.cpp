// SPDX-License-Identifier: Apache-2.0
#include "engine/data/face_painter.h"

#include <cmath>

namespace arcmeter::data {

namespace {

constexpr float middle_x = (image_side - 1) / 2.0f;
constexpr Rgb black{0.03f, 0.02f, 0.02f};
constexpr Rgb white{1, 1, 1};

/// Paints back to front; each function is one part of the head. Parts nearer to the viewer than the head's
/// outline move further when the head turns.
class FacePainting {
public:
    FacePainting(const FaceTraits& traits, const FaceConditions& conditions)
        : t_(traits), c_(conditions), canvas_(conditions.pose), shadow_(traits.skin * 0.72f) {}

    void paint(std::uint8_t* pixels) {
        background();
        back_hair();
        neck();
        ears();
        face();
        freckles();
        beard();
        nose();
        mouth();
        eye(-1);
        eye(1);
        front_hair();
        brow(-1);
        brow(1);
        if (t_.has_glasses) glasses();
        light();
        canvas_.write(pixels);
    }

private:
    Point placed(float x, float y, float depth) const {
        return {middle_x + x + c_.turn.x * depth, y + c_.turn.y * depth};
    }

    /// Upper half an ellipse, lower half a superellipse that ends in the chin.
    float face_distance(Point p) const {
        const Point d = p - placed(0, 58, 0.2f);
        const bool is_upper = d.y < 0;
        const float height = is_upper ? 42.0f : t_.chin - 58;
        const float u = std::abs(d.x) / t_.face_width, v = std::abs(d.y) / height;
        if (is_upper) return (std::sqrt(u * u + v * v) - 1) * t_.face_width;
        return (std::pow(std::pow(u, t_.jaw) + std::pow(v, t_.jaw), 1 / t_.jaw) - 1) * t_.face_width;
    }

    void background() {
        canvas_.each_pixel([&](Rgb, Point, int, int row) {
            return mix(c_.background_top, c_.background_bottom, static_cast<float>(row) / image_side);
        });
    }

    void back_hair() {
        if (t_.is_bald) return;
        const float reach = t_.face_width + t_.hair_volume;
        const Paint paint{t_.hair * 0.75f, 1, 2};
        canvas_.ellipse({placed(0, 54, -0.3f), {reach, 44 + t_.hair_volume}}, paint);
        if (t_.hair_length <= 0) return;
        const float bottom = 70 + 40 * t_.hair_length;
        canvas_.ellipse({placed(0, bottom - 34, -0.3f), {reach + 2 + 3 * t_.hair_length, 42}}, paint);
    }

    void neck() {
        canvas_.ellipse({{middle_x, 108}, {t_.face_width * 0.55f, 26}}, {shadow_, 1, 1.5f});
        canvas_.ellipse({{middle_x, 134}, {56, 24}}, {c_.clothes, 1, 1.5f});
    }

    void ears() {
        for (const float side : {-1.0f, 1.0f}) {
            const Point centre = placed(side * (t_.face_width + 0.5f), 60, -0.5f);
            canvas_.ellipse({centre, {t_.ear_size * 0.5f, t_.ear_size}}, {t_.skin * 0.88f, 1, 1});
            canvas_.ellipse({centre, {t_.ear_size * 0.25f, t_.ear_size * 0.6f}}, {shadow_, 0.7f, 2});
        }
    }

    void face() {
        const Point low = placed(-45, 10, 0.2f), high = placed(45, 111, 0.2f);
        canvas_.fill(low, high, {t_.skin * 0.82f, 1, 1}, [&](Point p) { return face_distance(p); });
        // The middle is nearer to the light than the rim: this makes the oval look round.
        canvas_.fill(low, high, {t_.skin, 1, 12}, [&](Point p) { return face_distance(p) + 7; });
        canvas_.ellipse({placed(0, 33, 0.4f), {18, 8}}, {mix(t_.skin, white, 0.25f), 0.5f, 12});
        for (const float side : {-1.0f, 1.0f}) {
            canvas_.ellipse({placed(side * 18, 73, 0.6f), {9, 7}},
                            {mix(t_.skin, {0.85f, 0.25f, 0.22f}, 0.35f), 0.5f, 8});
        }
        canvas_.ellipse({placed(0, t_.chin - 6, 0.6f), {8, 4}}, {mix(t_.skin, white, 0.2f), 0.4f, 6});
    }

    void freckles() {
        Random random(t_.freckle_seed);
        for (int i = 0; i < t_.freckles; ++i) {
            const float x = random.uniform(-24, 24), y = random.uniform(60, 80),
                        size = random.uniform(0.6f, 1.3f);
            canvas_.ellipse({placed(x, y, 0.7f), {size, size}}, {t_.skin * 0.5f, 0.7f, 1.2f});
        }
    }

    void beard() {
        const Point mouth = placed(0, t_.mouth_y, 0.8f);
        if (t_.beard > 0) {
            canvas_.fill(placed(-45, 60, 0), placed(45, 111, 0), {t_.hair * 0.9f, t_.beard, 3}, [&](Point p) {
                const float side = std::abs(p.x - mouth.x) / t_.face_width;
                const float top = mouth.y + 2 - 22 * side * side;
                return std::max(face_distance(p), top - p.y);
            });
        }
        if (t_.moustache > 0) {
            const float reach = t_.mouth_width + 2, top = mouth.y - t_.upper_lip - 3.5f;
            canvas_.curve({mouth.x - reach, top + 4}, {mouth.x, top - 3.5f}, {mouth.x + reach, top + 4}, 4.5f,
                          {t_.hair * 0.85f, t_.moustache, 1.5f});
        }
    }

    void nose() {
        const float tip_y = t_.eye_y + t_.nose_length;
        const Point tip = placed(0, tip_y, 1.3f), bridge = placed(0, t_.eye_y - 3, 0.8f);
        const float half = t_.nose_width;
        canvas_.curve({bridge.x - 3.5f, bridge.y}, {bridge.x - 3, tip.y - 8}, {tip.x - half, tip.y + 1}, 2.2f,
                      {shadow_, 0.55f, 3});
        canvas_.curve({bridge.x + 3.5f, bridge.y}, {bridge.x + 3, tip.y - 8}, {tip.x + half, tip.y + 1}, 2.2f,
                      {shadow_, 0.55f, 3});
        canvas_.ellipse({{tip.x, tip.y + 3}, {half + 1, 2.6f}}, {shadow_, 0.6f, 3});
        canvas_.ellipse({tip, {half * 0.8f, 4}}, {t_.skin * 1.02f, 0.9f, 3});
        canvas_.curve(bridge, {tip.x, tip.y - 8}, {tip.x, tip.y - 1}, 1.6f,
                      {mix(t_.skin, white, 0.4f), 0.45f, 3});
        for (const float side : {-1.0f, 1.0f}) {
            canvas_.ellipse({{tip.x + side * half * 0.5f, tip.y + 3.2f}, {half * 0.26f, 1.2f}, side * 0.3f},
                            {t_.skin * 0.3f, 0.85f, 1.2f});
        }
    }

    void mouth() {
        const Point centre = placed(0, t_.mouth_y, 0.8f);
        const float width = t_.mouth_width * (1 + 0.12f * c_.smile), gap = c_.mouth_open;
        const auto band = [&](Point p, float above, float below) {
            const float u = (p.x - centre.x) / width;
            const float round = std::max(0.0f, 1 - u * u);
            const float dip = 1 - 0.3f * std::exp(-u * u * 30);  // the cupid's bow
            const float line = centre.y - 2.6f * c_.smile * u * u;
            const float vertical = std::max(line - above * round * dip - p.y, p.y - line - below * round);
            return std::max(vertical, (std::abs(u) - 1) * width);
        };
        const Point low = centre - Point{18, 14}, high = centre + Point{18, 14};
        canvas_.ellipse({{centre.x, centre.y + t_.lower_lip + gap / 2 + 3}, {width * 0.6f, 2}},
                        {shadow_, 0.5f, 4});
        canvas_.fill(low, high, {t_.lips * 0.9f, 1, 1.2f},
                     [&](Point p) { return band(p, gap / 2 + t_.upper_lip, 0.5f); });
        canvas_.fill(low, high, {t_.lips, 1, 1.2f},
                     [&](Point p) { return band(p, 0.2f, gap / 2 + t_.lower_lip); });
        canvas_.fill(low, high, {mix(t_.lips * 0.3f, black, 0.5f), 0.9f, 1},
                     [&](Point p) { return band(p, gap / 2 + 0.45f, gap / 2 + 0.45f); });
        if (gap < 1.5f) return;
        canvas_.fill(low, high, {{0.92f, 0.9f, 0.86f}, 0.95f, 1},
                     [&](Point p) { return band(p, gap / 2, gap * 0.1f) + 0.6f; });
    }

    void eye(float side) {
        const Point centre = placed(side * t_.eye_spacing, t_.eye_y, 0.7f);
        const float height = t_.eye_height * c_.eye_open, width = t_.eye_width;
        const Ellipse opening(centre, {width, height}, side * t_.eye_tilt);
        canvas_.ellipse({centre - Point{0, 1.5f}, {width + 3, height + 4}}, {shadow_, 0.5f, 5});
        canvas_.ellipse(opening, {{0.93f, 0.92f, 0.9f}, 1, 1});

        const Point pupil = centre + c_.gaze;
        const float iris_size = std::min(width * 0.5f, t_.eye_height * 0.95f);
        const auto inside_opening = [&](float size) {
            return [&opening, circle = Ellipse(pupil, {size, size})](Point p) {
                return std::max(opening(p), circle(p));
            };
        };
        const Point box{iris_size + 1, iris_size + 1};
        canvas_.fill(pupil - box, pupil + box, {t_.iris * 0.8f, 1, 1}, inside_opening(iris_size));
        canvas_.fill(pupil - box, pupil + box, {mix(t_.iris, white, 0.12f), 1, 1},
                     inside_opening(iris_size * 0.8f));
        canvas_.fill(pupil - box, pupil + box, {black, 1, 1}, inside_opening(iris_size * 0.45f));
        canvas_.ellipse({pupil + Point{-0.9f, -0.9f}, {0.8f, 0.8f}}, {white, 0.9f, 1});

        const float lean = side * t_.eye_tilt * width;
        const Point left = centre + Point{-width, -lean}, right = centre + Point{width, lean};
        canvas_.curve(left, centre + Point{0, -2 * height}, right, 1.3f, {black, 0.85f, 1});
        canvas_.curve(left, centre + Point{0, 2 * height}, right, 0.6f, {shadow_ * 0.8f, 0.6f, 1});
    }

    void brow(float side) {
        const Point centre = placed(side * t_.eye_spacing, t_.eye_y - t_.brow_gap, 0.7f);
        const Point inner = centre + Point{-side * t_.brow_length, t_.brow_tilt};
        const Point outer = centre + Point{side * t_.brow_length, -t_.brow_tilt * 0.4f + 1};
        const Rgb colour = mix(t_.hair * 0.7f, t_.skin * 0.4f, 0.3f);
        canvas_.curve(inner, centre + Point{side * 1.5f, -2 * t_.brow_arch}, outer, t_.brow_width,
                      {colour, 0.92f, 1.4f});
    }

    float front_hair_distance(Point p) const {
        const Ellipse cap(placed(0, 52, 0.1f), {t_.face_width + t_.hair_volume * 0.8f, 42 + t_.hair_volume});
        const Point d = p - placed(t_.parting, t_.hairline, 0.4f);
        const float across = d.x / t_.face_width;
        // Beside the temples the hair comes further down.
        const float from_side = std::max(0.0f, std::abs(p.x - middle_x) - t_.face_width * 0.86f);
        const float line = t_.hair_arch * across * across + 5 * from_side;
        return std::max(cap(p), (d.y - line) * 0.8f);
    }

    void front_hair() {
        if (t_.is_bald) return;
        const Point low = placed(-48, 0, 0.1f), high = placed(48, 76, 0.1f);
        canvas_.fill(low, high, {t_.hair, 1, 1.5f}, [&](Point p) { return front_hair_distance(p); });
        const Point root = placed(t_.parting, t_.hairline - 22, 0.2f);
        canvas_.fill(low, high, {mix(t_.hair, white, 0.22f), 0.55f, 1.2f}, [&](Point p) {
            const Point d = p - root;
            const float strand = std::sin(std::atan2(d.x, d.y) * t_.strands);
            return std::max(front_hair_distance(p) + 1.5f, (0.35f - strand) * 1.5f);
        });
    }

    void glasses() {
        const Paint frame{t_.frame, 1, 1};
        for (const float side : {-1.0f, 1.0f}) {
            const Point centre = placed(side * t_.eye_spacing, t_.eye_y + 1, 0.9f);
            const Ellipse lens(centre, {t_.lens_width, t_.lens_height});
            const Point box{t_.lens_width + 3, t_.lens_height + 3};
            canvas_.fill(centre - box, centre + box, frame,
                         [&](Point p) { return std::abs(lens(p)) - t_.frame_width / 2; });
            const Point hinge = centre + Point{side * t_.lens_width, -2};
            const Point temple = placed(side * t_.face_width, t_.eye_y - 1, -0.2f);
            canvas_.curve(hinge, hinge, temple, t_.frame_width, frame);
        }
        const Point nose_bridge = placed(0, t_.eye_y - 2, 1);
        const float half = t_.eye_spacing - t_.lens_width;
        canvas_.curve(nose_bridge - Point{half, 0}, nose_bridge - Point{0, 2}, nose_bridge + Point{half, 0},
                      t_.frame_width, frame);
    }

    void light() {
        Random random(c_.noise_seed);
        canvas_.each_pixel([&](Rgb colour, Point, int column, int row) {
            const Point from_middle{(static_cast<float>(column) - middle_x) / middle_x,
                                    (static_cast<float>(row) - middle_x) / middle_x};
            const float gain = c_.brightness * (1 + dot(c_.light, from_middle));
            const float grain = c_.noise * random.roughly_normal();
            const float r = colour.r * gain * c_.tint.r + grain + 0.5f * c_.noise * random.roughly_normal();
            const float g = colour.g * gain * c_.tint.g + grain;
            const float b = colour.b * gain * c_.tint.b + grain + 0.5f * c_.noise * random.roughly_normal();
            return Rgb{r, g, b};
        });
    }

    const FaceTraits& t_;
    const FaceConditions& c_;
    FaceCanvas canvas_;
    Rgb shadow_;
};

}  // namespace

void paint_face(const FaceTraits& traits, const FaceConditions& conditions, std::uint8_t* pixels) {
    FacePainting(traits, conditions).paint(pixels);
}

}  // namespace arcmeter::data
