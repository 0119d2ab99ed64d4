// SPDX-License-Identifier: GPL-3.0-or-later
// Which history rows are wanted. Shared by the window and the command line.
#pragma once

#include <QString>
#include <optional>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

/// An empty string or nullopt lets everything through.
struct HistoryFilter {
    enum class Show { All, Runs, Published, Imported };

    Show show = Show::All;
    QString text;  ///< every word must occur somewhere in the row
    QString model;
    QString dataset;
    QString parallelism;
    QString precision;
    QString device;
    QString framework;
    QString tag;
    std::optional<RunState> state;

    bool accepts(const HistoryRow& row) const;
    bool operator==(const HistoryFilter&) const = default;
};

}  // namespace arcmeter::app
