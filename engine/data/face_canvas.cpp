// SPDX-License-Identifier: Apache-2.0
#include "engine/data/face_canvas.h"

namespace arcmeter::data {

namespace {

constexpr Point middle{(image_side - 1) / 2.0f, (image_side - 1) / 2.0f};

float distance_to_segment(Point a, Point b, Point p) {
    const Point ab = b - a, ap = p - a;
    const float t = std::clamp(dot(ap, ab) / std::max(dot(ab, ab), 1e-6f), 0.0f, 1.0f);
    const Point away{ap.x - ab.x * t, ap.y - ab.y * t};
    return std::sqrt(dot(away, away));
}

Point on_curve(Point a, Point b, Point c, float t) {
    const float u = 1 - t;
    return {u * u * a.x + 2 * u * t * b.x + t * t * c.x, u * u * a.y + 2 * u * t * b.y + t * t * c.y};
}

}  // namespace

float distance_to_curve(Point a, Point b, Point c, Point p) {
    constexpr int pieces = 6;
    float nearest = 1e9f;
    Point from = a;
    for (int i = 1; i <= pieces; ++i) {
        const Point to = on_curve(a, b, c, static_cast<float>(i) / pieces);
        nearest = std::min(nearest, distance_to_segment(from, to, p));
        from = to;
    }
    return nearest;
}

FaceCanvas::FaceCanvas(const Pose& pose)
    : pose_(pose),
      cosine_(std::cos(pose.angle)),
      sine_(std::sin(pose.angle)),
      pixels_(image_side * image_side) {}

Point FaceCanvas::to_face(float column, float row) const {
    const Point d = Point{column, row} - middle - pose_.shift;
    return Point{(cosine_ * d.x + sine_ * d.y) / pose_.scale, (cosine_ * d.y - sine_ * d.x) / pose_.scale} +
           middle;
}

Point FaceCanvas::to_pixel(Point p) const {
    const Point d = p - middle;
    return Point{(cosine_ * d.x - sine_ * d.y) * pose_.scale, (cosine_ * d.y + sine_ * d.x) * pose_.scale} +
           middle + pose_.shift;
}

void FaceCanvas::ellipse(const Ellipse& shape, const Paint& paint) {
    const Point box = shape.reach() + Point{paint.softness, paint.softness};
    fill(shape.centre() - box, shape.centre() + box, paint, shape);
}

void FaceCanvas::curve(Point a, Point b, Point c, float width, const Paint& paint) {
    const float reach = width / 2 + paint.softness;
    const Point low{std::min({a.x, b.x, c.x}) - reach, std::min({a.y, b.y, c.y}) - reach};
    const Point high{std::max({a.x, b.x, c.x}) + reach, std::max({a.y, b.y, c.y}) + reach};
    fill(low, high, paint, [&](Point p) { return distance_to_curve(a, b, c, p) - width / 2; });
}

void FaceCanvas::write(std::uint8_t* pixels) const {
    const auto to_byte = [](float v) {
        return static_cast<std::uint8_t>(std::clamp(v, 0.0f, 1.0f) * 255 + 0.5f);
    };
    for (const Rgb& colour : pixels_) {
        *pixels++ = to_byte(colour.r);
        *pixels++ = to_byte(colour.g);
        *pixels++ = to_byte(colour.b);
    }
}

}  // namespace arcmeter::data
