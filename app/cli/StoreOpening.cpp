// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/StoreOpening.h"

#include <QFileInfo>

#include "app/cli/Terminal.h"
#include "app/paths/AppPaths.h"

namespace arcmeter::app::cli {

std::unique_ptr<RunStore> openStore(const std::string& name, Use use) {
    const QString path = name.empty() ? paths::defaultDatabase() : QString::fromStdString(name);
    const QFileInfo info(path);
    // A mistyped name must not become a new, empty database.
    if (use != Use::Adding && !name.empty() && !info.exists()) {
        throw Error(ErrorCode::invalid_config, "There is no run database " + name + ".");
    }
    const bool writable =
        !info.exists() || (info.isWritable() && QFileInfo(info.absolutePath()).isWritable());
    const bool readOnly = use == Use::Reading && !writable;
    auto store =
        std::make_unique<RunStore>(path, readOnly ? RunStore::Access::ReadOnly : RunStore::Access::ReadWrite);
    if (use == Use::Adding && store->isReadOnly()) {
        throw Error(ErrorCode::invalid_config, store->notice().toStdString());
    }
    if (!store->notice().isEmpty()) say(store->notice() + QLatin1Char('\n'));
    return store;
}

}  // namespace arcmeter::app::cli
