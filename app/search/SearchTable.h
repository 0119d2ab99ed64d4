// SPDX-License-Identifier: GPL-3.0-or-later
// The probes of a search as a table to be saved.
#pragma once

#include "app/export/Table.h"
#include "app/search/LimitSearch.h"

namespace arcmeter::app {

/// One row a probe, with what the search was for in every row.
Table searchTable(const std::vector<SearchProbe>& probes, const protocol::RunConfig& config,
                  protocol::Limit limit);

}  // namespace arcmeter::app
