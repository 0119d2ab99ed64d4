// SPDX-License-Identifier: GPL-3.0-or-later
// Memory by part as one stacked bar against what the device or the memory limit allows, with its legend
// beneath. Beyond the limit the bar is hatched, and a line marks the limit.
#pragma once

#include <QWidget>
#include <optional>

#include "engine/protocol/events.h"
#include "ui/limit/MemoryParts.h"

namespace arcmeter::ui {

class MemoryBar : public QWidget {
    Q_OBJECT

public:
    explicit MemoryBar(QWidget* parent = nullptr);

    /// `available` 0: not known, the bar is then full.
    void setMemory(const protocol::MemoryPlan& memory, std::int64_t available);
    void clear();  ///< and hide

    QSize sizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    double scaleBytes() const;  ///< that the whole width stands for
    int legendRows(int width) const;
    QString partAt(int x) const;

    std::vector<MemoryPart> m_parts;
    std::int64_t m_total = 0;
    std::int64_t m_available = 0;
};

}  // namespace arcmeter::ui
