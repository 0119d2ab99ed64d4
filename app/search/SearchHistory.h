// SPDX-License-Identifier: GPL-3.0-or-later
// The probes of searches as the store keeps them: runs with tags.
#pragma once

#include <QString>
#include <vector>

#include "app/search/LimitSearch.h"

namespace arcmeter::app {

inline const QString searchTag = QStringLiteral("search");

/// A new search's own tag: "search batch-size 3f2a91c0".
QString newSearchTag(protocol::Limit limit);

/// The search's own tag that a run has; empty for runs that are no probe of this limit.
QString searchTagOf(const HistoryRow& row, protocol::Limit limit);

/// What a probe's run says of its value; nullopt where it says nothing (stopped, interrupted, failed
/// otherwise).
std::optional<SearchProbe> probeOf(const HistoryRow& row, const RunFigures& figures,
                                   const std::vector<RunFailure>& errors, const protocol::RunConfig& config,
                                   const std::optional<protocol::Plan>& plan, protocol::Limit limit);

/// Whether an end is for want of memory: the worker's own word, or the system's kill.
bool isOutOfMemory(const RunFailure& failure);

/// The newest search of `config` (the searched field apart) on this machine: its tag and what its probes
/// found, oldest first. The tag is empty where there is none.
struct EarlierSearch {
    QString tag;
    std::vector<SearchProbe> probes;
};
EarlierSearch earlierSearch(const RunStore& store, const protocol::RunConfig& config, protocol::Limit limit);

}  // namespace arcmeter::app
