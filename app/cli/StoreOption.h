// SPDX-License-Identifier: GPL-3.0-or-later
// How the commands open the run database that --db names.
#pragma once

#include <memory>
#include <string>

#include "app/store/RunStore.h"

namespace arcmeter::app::cli {

/// For reading, also in a database that cannot be written. Empty: the default one. Throws Error where a named
/// one is not there. Says the store's notice, as do the others.
std::unique_ptr<RunStore> openStore(const std::string& database);

/// The same for writing.
std::unique_ptr<RunStore> openStoreForWriting(const std::string& database);

/// For what may be the first thing in a database.
std::unique_ptr<RunStore> openOrCreateStore(const std::string& database);

}  // namespace arcmeter::app::cli
