// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/StepSeries.h"

#include <QtEndian>
#include <array>
#include <bit>
#include <cstring>

namespace arcmeter::app {
namespace {

using protocol::Step;

constexpr char formatVersion = 1;
constexpr quint32 maxSteps =
    1'000'000;  // far above any piece that is written; bounds what a bad file can ask for
constexpr std::array<std::int64_t Step::*, 3> wholeColumns{&Step::iteration, &Step::device_memory_bytes,
                                                           &Step::host_memory_bytes};
constexpr std::array<double Step::*, 4> realColumns{&Step::samples_per_s, &Step::step_ms, &Step::loss,
                                                    &Step::accuracy};
constexpr std::array<double protocol::StepParts::*, 6> partColumns{
    &protocol::StepParts::data_wait, &protocol::StepParts::forward,       &protocol::StepParts::head,
    &protocol::StepParts::backward,  &protocol::StepParts::communication, &protocol::StepParts::optimizer};
constexpr std::size_t bytesPerStep = wholeColumns.size() * 8 + (realColumns.size() + partColumns.size()) * 4;

template <typename Value>
void put(QByteArray& bytes, Value value) {
    const Value little = qToLittleEndian(value);
    bytes.append(reinterpret_cast<const char*>(&little), sizeof(little));
}

void putReal(QByteArray& bytes, double value) {
    put(bytes, std::bit_cast<quint32>(static_cast<float>(value)));
}

template <typename Value>
Value take(const char*& at) {
    const Value value = qFromLittleEndian<Value>(at);
    at += sizeof(Value);
    return value;
}

double takeReal(const char*& at) {
    return static_cast<double>(std::bit_cast<float>(take<quint32>(at)));
}

}  // namespace

QByteArray encodeSteps(std::span<const Step> steps) {
    QByteArray raw;
    raw.reserve(static_cast<qsizetype>(4 + steps.size() * bytesPerStep));
    put(raw, static_cast<quint32>(steps.size()));
    for (const auto column : wholeColumns) {
        for (const Step& step : steps) put(raw, static_cast<qint64>(step.*column));
    }
    for (const auto column : realColumns) {
        for (const Step& step : steps) putReal(raw, step.*column);
    }
    for (const auto column : partColumns) {
        for (const Step& step : steps) putReal(raw, step.parts.*column);
    }
    return QByteArray(1, formatVersion) + qCompress(raw, 1);
}

std::optional<std::vector<Step>> decodeSteps(const QByteArray& bytes, int repeat) {
    if (bytes.size() < 5 || bytes[0] != formatVersion) return std::nullopt;
    // qUncompress allocates what its first four bytes (big-endian) claim.
    const quint32 claimed = qFromBigEndian<quint32>(bytes.constData() + 1);
    if (claimed < 4 || claimed > 4 + std::size_t{maxSteps} * bytesPerStep) return std::nullopt;
    const QByteArray raw = qUncompress(bytes.mid(1));
    if (raw.size() < 4) return std::nullopt;
    const char* at = raw.constData();
    const auto count = take<quint32>(at);
    if (static_cast<std::size_t>(raw.size()) != 4 + std::size_t{count} * bytesPerStep) return std::nullopt;
    std::vector<Step> steps(count);
    for (Step& step : steps) step.repeat = repeat;
    for (const auto column : wholeColumns) {
        for (Step& step : steps) step.*column = take<qint64>(at);
    }
    for (const auto column : realColumns) {
        for (Step& step : steps) step.*column = takeReal(at);
    }
    for (const auto column : partColumns) {
        for (Step& step : steps) step.parts.*column = takeReal(at);
    }
    return steps;
}

}  // namespace arcmeter::app
