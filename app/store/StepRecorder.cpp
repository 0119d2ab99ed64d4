// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/StepRecorder.h"

#include <QVariant>
#include <algorithm>
#include <cmath>
#include <span>

#include "app/store/Connection.h"
#include "app/store/StepSeries.h"

namespace arcmeter::app {
namespace {

using protocol::Step;

constexpr std::size_t pieceSteps = 1000;
constexpr std::size_t windowSteps = 50;  // divides pieceSteps

QVariant real(double value) {
    return std::isfinite(value) ? QVariant(value) : QVariant();
}

template <typename Field>
double meanOf(std::span<const Step> steps, Field Step::*field) {
    double sum = 0;
    for (const Step& step : steps) sum += static_cast<double>(step.*field);
    return sum / static_cast<double>(steps.size());
}

template <typename Field>
std::pair<Field, Field> rangeOf(std::span<const Step> steps, Field Step::*field) {
    const auto less = [field](const Step& a, const Step& b) { return a.*field < b.*field; };
    const auto [low, high] = std::minmax_element(steps.begin(), steps.end(), less);
    return {(*low).*field, (*high).*field};
}

}  // namespace

StepRecorder::StepRecorder(qint64 runId, qint64 samplesPerStep)
    : m_runId(runId), m_samplesPerStep(samplesPerStep) {}

bool StepRecorder::record(const Step& step) {
    const std::lock_guard lock(m_mutex);
    m_incoming.push_back(step);
    return m_incoming.size() == 1;
}

void StepRecorder::write(Connection& connection) {
    std::vector<Step> incoming;
    {
        const std::lock_guard lock(m_mutex);
        incoming.swap(m_incoming);
    }
    for (const Step& step : incoming) append(connection, step);
    writePiece(connection);
}

void StepRecorder::append(Connection& connection, const Step& step) {
    const bool full = m_piece.size() == pieceSteps;
    const bool otherRepeat = !m_piece.empty() && m_piece.back().repeat != step.repeat;
    if (full || otherRepeat) {
        writePiece(connection);
        m_piece.clear();
        m_windowsWritten = 0;
    }
    m_piece.push_back(step);
}

void StepRecorder::writePiece(Connection& connection) {
    if (m_piece.empty()) return;
    const Step& first = m_piece.front();
    connection.run(
        QStringLiteral("INSERT OR REPLACE INTO step_series (run_id, repeat, first_iteration, steps, data) "
                       "VALUES (?, ?, ?, ?, ?)"),
        {m_runId, qint64(first.repeat), qint64(first.iteration), qint64(m_piece.size()),
         encodeSteps(m_piece)});
    writeWindows(connection);
}

void StepRecorder::writeWindows(Connection& connection) {
    const std::span<const Step> all(m_piece);
    for (std::size_t begin = m_windowsWritten; begin < all.size(); begin += windowSteps) {
        const auto window = all.subspan(begin, std::min(windowSteps, all.size() - begin));
        const double stepMs = meanOf(window, &Step::step_ms);
        const auto [fastest, slowest] = rangeOf(window, &Step::step_ms);
        const double speed = stepMs > 0 ? static_cast<double>(m_samplesPerStep) * 1000.0 / stepMs : NAN;
        connection.run(
            QStringLiteral(
                "INSERT OR REPLACE INTO step_window (run_id, repeat, first_iteration, steps, samples_per_s, "
                "step_ms_mean, step_ms_min, step_ms_max, loss_mean, accuracy_mean, "
                "device_memory_bytes_max, host_memory_bytes_max) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                "?)"),
            {m_runId, qint64(window.front().repeat), qint64(window.front().iteration), qint64(window.size()),
             real(speed), real(stepMs), real(fastest), real(slowest), real(meanOf(window, &Step::loss)),
             real(meanOf(window, &Step::accuracy)),
             qint64(rangeOf(window, &Step::device_memory_bytes).second),
             qint64(rangeOf(window, &Step::host_memory_bytes).second)});
    }
    m_windowsWritten = all.size() / windowSteps * windowSteps;
}

}  // namespace arcmeter::app
