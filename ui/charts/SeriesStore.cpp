// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/SeriesStore.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace arcmeter::ui {
namespace {

/// More stretches than this in view are drawn as one line: they could not be told apart anyway.
constexpr std::size_t max_stretches = 24;

void endLine(QList<QPointF>& line, std::vector<QList<QPointF>>& out) {
    if (!line.isEmpty()) out.push_back(std::move(line));
    line = {};
}

/// The first multiple of `width` at or below `step`, counted from step 1, so that columns do not move.
qint64 columnStart(qint64 step, qint64 width) {
    return (step - 1) / width * width + 1;
}

}  // namespace

void SeriesStore::Summary::add(double value) {
    if (!std::isfinite(value)) return;
    min = count == 0 ? value : std::min(min, value);
    max = count == 0 ? value : std::max(max, value);
    sum += value;
    ++count;
}

void SeriesStore::Summary::add(const Summary& other) {
    if (other.count == 0) return;
    min = count == 0 ? other.min : std::min(min, other.min);
    max = count == 0 ? other.max : std::max(max, other.max);
    sum += other.sum;
    count += other.count;
}

SeriesStore::SeriesStore(qint64 capacity) : m_capacity(std::max(capacity, chunk_size)) {}

void SeriesStore::clear() {
    m_chunks.clear();
    m_breaks.clear();
    m_begin = m_end = 1;
}

void SeriesStore::append(double value) {
    const qint64 offset = m_end - m_begin;
    if (offset % chunk_size == 0) m_chunks.push_back(std::make_unique<Chunk>());
    Chunk& chunk = *m_chunks.back();
    const auto place = static_cast<std::size_t>(offset % chunk_size);
    const auto stored = static_cast<float>(value);
    chunk.values[place] = std::isfinite(stored) ? stored : std::numeric_limits<float>::quiet_NaN();
    chunk.blocks[place / block_size].add(chunk.values[place]);
    ++m_end;
    while (m_end - m_begin > m_capacity) {
        m_chunks.pop_front();
        m_begin += chunk_size;
    }
}

void SeriesStore::startSegment() {
    if (!isEmpty() && (m_breaks.empty() || m_breaks.back() != m_end)) m_breaks.push_back(m_end);
}

double SeriesStore::at(qint64 step) const {
    if (step < m_begin || step >= m_end) return std::numeric_limits<double>::quiet_NaN();
    return chunkOf(step).values[static_cast<std::size_t>((step - m_begin) % chunk_size)];
}

SeriesStore::Summary SeriesStore::summary(qint64 from, qint64 to) const {
    Summary total;
    qint64 step = std::max(from, m_begin);
    const qint64 last = std::min(to, m_end);
    while (step < last) {
        const Chunk& chunk = chunkOf(step);
        const qint64 place = (step - m_begin) % chunk_size;
        const bool wholeBlock = place % block_size == 0 && step + block_size <= last;
        if (wholeBlock) {
            total.add(chunk.blocks[static_cast<std::size_t>(place / block_size)]);
            step += block_size;
        } else {
            total.add(static_cast<double>(chunk.values[static_cast<std::size_t>(place)]));
            ++step;
        }
    }
    return total;
}

qint64 SeriesStore::stepsPerColumn(qint64 from, qint64 to, int columns) {
    const qint64 count = std::max<qint64>(to - from, 1);
    const qint64 wanted = std::max(columns, 1);
    return (count + wanted - 1) / wanted;
}

std::vector<qint64> SeriesStore::breaksBetween(qint64 from, qint64 to) const {
    const auto first = std::upper_bound(m_breaks.begin(), m_breaks.end(), from);
    const auto last = std::lower_bound(first, m_breaks.end(), to);
    if (static_cast<std::size_t>(last - first) > max_stretches) return {};
    return {first, last};
}

std::vector<QList<QPointF>> SeriesStore::lines(qint64 from, qint64 to, int columns) const {
    const qint64 width = stepsPerColumn(from, to, columns);
    const qint64 first = std::max(from, m_begin);
    const qint64 last = std::min(to, m_end);
    std::vector<QList<QPointF>> out;
    if (first >= last) return out;
    std::vector<qint64> edges = breaksBetween(first, last);
    edges.push_back(last);
    QList<QPointF> line;
    qint64 start = first;
    for (const qint64 edge : edges) {
        if (width <= 2) {
            appendRaw(line, out, start, edge);
        } else {
            appendReduced(line, out, start, edge, width);
        }
        endLine(line, out);
        start = edge;
    }
    return out;
}

void SeriesStore::appendRaw(QList<QPointF>& line, std::vector<QList<QPointF>>& out, qint64 from,
                            qint64 to) const {
    for (qint64 step = from; step < to; ++step) {
        const double value = at(step);
        if (std::isfinite(value)) {
            line.append({static_cast<double>(step), value});
        } else {
            endLine(line, out);
        }
    }
}

void SeriesStore::appendReduced(QList<QPointF>& line, std::vector<QList<QPointF>>& out, qint64 from,
                                qint64 to, qint64 width) const {
    for (qint64 start = columnStart(from, width); start < to; start += width) {
        const Summary column = summary(std::max(start, from), std::min(start + width, to));
        if (column.count == 0) {
            endLine(line, out);
            continue;
        }
        const double x = static_cast<double>(start) + static_cast<double>(width - 1) / 2;
        // The nearer end first, so that the line does not cross itself from column to column.
        const bool lowFirst = line.isEmpty() || std::abs(line.last().y() - column.min) <=
                                                    std::abs(line.last().y() - column.max);
        line.append({x, lowFirst ? column.min : column.max});
        if (column.min != column.max) line.append({x, lowFirst ? column.max : column.min});
    }
}

QList<QPointF> SeriesStore::means(qint64 from, qint64 to, int columns) const {
    const qint64 width = stepsPerColumn(from, to, columns);
    const qint64 first = std::max(from, m_begin);
    const qint64 last = std::min(to, m_end);
    QList<QPointF> out;
    for (qint64 start = columnStart(first, width); start < last; start += width) {
        const Summary column = summary(std::max(start, first), std::min(start + width, last));
        if (column.count == 0) continue;
        out.append({static_cast<double>(start) + static_cast<double>(width - 1) / 2,
                    column.sum / static_cast<double>(column.count)});
    }
    return out;
}

}  // namespace arcmeter::ui
