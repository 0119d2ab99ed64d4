// SPDX-License-Identifier: GPL-3.0-or-later
// Raw values of one quantity over step numbers 1, 2, 3, ..., and their reduction to what a screen can show.
//
// Memory is bounded: beyond `capacity` values the oldest go. Each 256 values also keep their minimum, maximum
// and sum, so that reducing a million values to a thousand columns reads few of them. Values are float: seven
// digits. Not thread-safe; GUI thread.
#pragma once

#include <QList>
#include <QPointF>
#include <array>
#include <deque>
#include <memory>
#include <vector>

namespace arcmeter::ui {

class SeriesStore {
public:
    explicit SeriesStore(qint64 capacity = 4'000'000);

    void clear();
    void append(double value);  ///< NaN or infinity: a step without a value
    void startSegment();        ///< the next value is not joined to the one before it

    bool isEmpty() const { return m_end == m_begin; }
    qint64 begin() const { return m_begin; }  ///< the first step kept
    qint64 end() const { return m_end; }      ///< one past the last step
    double at(qint64 step) const;             ///< NaN where there is none

    struct Summary {
        double min = 0;
        double max = 0;
        double sum = 0;
        qint64 count = 0;  ///< 0: no values, the rest means nothing
        void add(double value);
        void add(const Summary& other);
    };
    Summary summary(qint64 from, qint64 to) const;  ///< steps from <= step < to

    /// Lines that show every spike: at most two points a column, its minimum and maximum; raw values where
    /// those are fewer. One list for each unbroken stretch. The columns stay put while values are appended.
    std::vector<QList<QPointF>> lines(qint64 from, qint64 to, int columns) const;

    /// The mean of each column: for quantities that are stacked.
    QList<QPointF> means(qint64 from, qint64 to, int columns) const;

    /// Steps in a column when from..to is shown in `columns`.
    static qint64 stepsPerColumn(qint64 from, qint64 to, int columns);

private:
    static constexpr qint64 block_size = 256;
    static constexpr qint64 blocks_per_chunk = 16;
    static constexpr qint64 chunk_size = block_size * blocks_per_chunk;
    struct Chunk {
        std::array<float, chunk_size> values;
        std::array<Summary, blocks_per_chunk> blocks;
    };

    const Chunk& chunkOf(qint64 step) const {
        return *m_chunks[static_cast<std::size_t>((step - m_begin) / chunk_size)];
    }
    void appendRaw(QList<QPointF>& line, std::vector<QList<QPointF>>& out, qint64 from, qint64 to) const;
    void appendReduced(QList<QPointF>& line, std::vector<QList<QPointF>>& out, qint64 from, qint64 to,
                       qint64 width) const;
    std::vector<qint64> breaksBetween(qint64 from, qint64 to) const;

    qint64 m_capacity;
    qint64 m_begin = 1;
    qint64 m_end = 1;
    std::deque<std::unique_ptr<Chunk>> m_chunks;
    std::vector<qint64> m_breaks;  ///< steps that begin a stretch, ascending
};

}  // namespace arcmeter::ui
