// SPDX-License-Identifier: GPL-3.0-or-later
// How the commands open the run database.
#pragma once

#include <memory>
#include <string>

#include "app/store/RunStore.h"

namespace arcmeter::app::cli {

enum class Use {
    Reading,   ///< possible in a database that cannot be written; a named one must be there
    Changing,  ///< a named one must be there
    Adding,    ///< made where it is not there
};

/// `name` empty is the usual database. Says the store's notice on standard error. Throws Error.
std::unique_ptr<RunStore> openStore(const std::string& name, Use use);

}  // namespace arcmeter::app::cli
