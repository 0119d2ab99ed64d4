// SPDX-License-Identifier: Apache-2.0
// A small float RGB image on which shapes are painted in the face's own coordinates.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/data/face_dataset.h"

namespace arcmeter::data {

struct Rgb {
    float r = 0, g = 0, b = 0;  ///< 0 .. 1
};

inline Rgb operator*(Rgb c, float s) {
    return {c.r * s, c.g * s, c.b * s};
}
inline Rgb operator+(Rgb a, Rgb b) {
    return {a.r + b.r, a.g + b.g, a.b + b.b};
}
inline Rgb mix(Rgb a, Rgb b, float t) {
    return a * (1 - t) + b * t;
}

struct Point {
    float x = 0, y = 0;
};

inline Point operator+(Point a, Point b) {
    return {a.x + b.x, a.y + b.y};
}
inline Point operator-(Point a, Point b) {
    return {a.x - b.x, a.y - b.y};
}
inline float dot(Point a, Point b) {
    return a.x * b.x + a.y * b.y;
}

/// Face coordinates are the pixels of an upright, centred face; the pose turns, scales and moves them.
struct Pose {
    float angle = 0;  ///< radians
    float scale = 1;
    Point shift;  ///< pixels
};

/// Signed distance in pixels to an ellipse's border, negative inside; first order, so close only near the
/// border.
class Ellipse {
public:
    Ellipse(Point centre, Point radius, float angle = 0)
        : centre_(centre), radius_(radius), cosine_(std::cos(angle)), sine_(std::sin(angle)) {}

    float operator()(Point p) const {
        const Point d = p - centre_;
        const Point q{(cosine_ * d.x + sine_ * d.y) / radius_.x, (cosine_ * d.y - sine_ * d.x) / radius_.y};
        const Point gradient{q.x / radius_.x, q.y / radius_.y};
        const float length = std::sqrt(dot(q, q));
        return length * (length - 1) / std::max(std::sqrt(dot(gradient, gradient)), 1e-6f);
    }

    Point centre() const { return centre_; }
    /// Half of a box that holds it at any angle.
    Point reach() const {
        const float longest = std::max(radius_.x, radius_.y);
        return sine_ == 0 ? radius_ : Point{longest, longest};
    }

private:
    Point centre_, radius_;
    float cosine_, sine_;
};

/// Distance to the quadratic Bezier curve from a over control point b to c, as a polyline.
float distance_to_curve(Point a, Point b, Point c, Point p);

/// What a shape is filled with: colour, how much of it covers what is below, and the width of its soft
/// border.
struct Paint {
    Rgb colour;
    float opacity = 1;
    float softness = 1;  ///< pixels; 1 is a sharp, antialiased border
};

class FaceCanvas {
public:
    explicit FaceCanvas(const Pose& pose);

    /// Paints where distance(point) is negative, within the box [low, high] of face coordinates.
    template <typename Distance>
    void fill(Point low, Point high, const Paint& paint, const Distance& distance);

    void ellipse(const Ellipse& shape, const Paint& paint);
    /// A line of the given width along a quadratic Bezier curve.
    void curve(Point a, Point b, Point c, float width, const Paint& paint);

    /// Replaces each pixel by shade(colour, point in face coordinates, pixel column, pixel row).
    template <typename Shade>
    void each_pixel(const Shade& shade);

    /// Writes 112x112 RGB bytes, rounded and clamped.
    void write(std::uint8_t* pixels) const;

private:
    Point to_face(float column, float row) const;
    Point to_pixel(Point p) const;
    Rgb& at(int column, int row) { return pixels_[static_cast<std::size_t>(row * image_side + column)]; }

    Pose pose_;
    float cosine_, sine_;
    std::vector<Rgb> pixels_;
};

template <typename Distance>
void FaceCanvas::fill(Point low, Point high, const Paint& paint, const Distance& distance) {
    const Point corners[4] = {to_pixel(low), to_pixel({high.x, low.y}), to_pixel({low.x, high.y}),
                              to_pixel(high)};
    Point first = corners[0], last = corners[0];
    for (const Point corner : corners) {
        first = {std::min(first.x, corner.x), std::min(first.y, corner.y)};
        last = {std::max(last.x, corner.x), std::max(last.y, corner.y)};
    }
    const auto bounded = [](float v) { return static_cast<int>(std::clamp(v, 0.0f, float(image_side - 1))); };
    for (int row = bounded(first.y - 1); row <= bounded(last.y + 1); ++row) {
        for (int column = bounded(first.x - 1); column <= bounded(last.x + 1); ++column) {
            const float d = distance(to_face(static_cast<float>(column), static_cast<float>(row)));
            const float cover = paint.opacity * std::clamp(0.5f - d / paint.softness, 0.0f, 1.0f);
            if (cover > 0) at(column, row) = mix(at(column, row), paint.colour, cover);
        }
    }
}

template <typename Shade>
void FaceCanvas::each_pixel(const Shade& shade) {
    for (int row = 0; row < image_side; ++row) {
        for (int column = 0; column < image_side; ++column) {
            at(column, row) = shade(
                at(column, row), to_face(static_cast<float>(column), static_cast<float>(row)), column, row);
        }
    }
}

}  // namespace arcmeter::data
