// SPDX-License-Identifier: GPL-3.0-or-later
// A thin bar: how much of the memory at hand a run needs.
#pragma once

#include <QWidget>
#include <optional>

namespace arcmeter::ui {

class FitMeter : public QWidget {
    Q_OBJECT

public:
    explicit FitMeter(QWidget* parent = nullptr);
    void setShare(double share);  ///< above 1: does not fit
    void clear();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::optional<double> m_share;
};

}  // namespace arcmeter::ui
