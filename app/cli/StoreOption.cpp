// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/StoreOption.h"

#include <QFileInfo>

#include "app/cli/Terminal.h"
#include "app/paths/AppPaths.h"

namespace arcmeter::app::cli {
namespace {

QString pathOf(const std::string& database) {
    return database.empty() ? paths::defaultDatabase() : QString::fromStdString(database);
}

/// A mistyped name must not become a new, empty database.
void requireThere(const std::string& database) {
    if (database.empty() || QFileInfo::exists(pathOf(database))) return;
    throw Error(ErrorCode::invalid_config, "There is no run database " + database + ".");
}

std::unique_ptr<RunStore> open(const QString& path, bool forWriting) {
    const QFileInfo info(path);
    const bool writable =
        !info.exists() || (info.isWritable() && QFileInfo(info.absolutePath()).isWritable());
    const auto access = forWriting || writable ? RunStore::Access::ReadWrite : RunStore::Access::ReadOnly;
    auto store = std::make_unique<RunStore>(path, access);
    if (!store->notice().isEmpty()) say(store->notice() + QLatin1Char('\n'));
    return store;
}

}  // namespace

std::unique_ptr<RunStore> openStore(const std::string& database) {
    requireThere(database);
    return open(pathOf(database), false);
}

std::unique_ptr<RunStore> openStoreForWriting(const std::string& database) {
    requireThere(database);
    return open(pathOf(database), true);
}

std::unique_ptr<RunStore> openOrCreateStore(const std::string& database) {
    return open(pathOf(database), true);
}

}  // namespace arcmeter::app::cli
