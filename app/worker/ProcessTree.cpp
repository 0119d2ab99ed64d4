// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/ProcessTree.h"

#include <QDir>
#include <QFile>
#include <map>

namespace arcmeter::app {
namespace {

/// The parent in /proc/PID/stat: the second field after the name, which is in parentheses and may hold any.
pid_t parentOf(const QString& process) {
    QFile file(QStringLiteral("/proc/%1/stat").arg(process));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    const QByteArray stat = file.readAll();
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    return fields.size() > 1 ? fields[1].toInt() : 0;
}

}  // namespace

std::vector<pid_t> descendantsOf(pid_t process) {
    std::multimap<pid_t, pid_t> children;
    for (const QString& name :
         QDir(QStringLiteral("/proc")).entryList({QStringLiteral("[0-9]*")}, QDir::Dirs)) {
        children.emplace(parentOf(name), name.toInt());
    }
    std::vector<pid_t> found;
    const auto addChildrenOf = [&](pid_t parent) {
        const auto [first, last] = children.equal_range(parent);
        for (auto child = first; child != last; ++child) found.push_back(child->second);
    };
    addChildrenOf(process);
    for (std::size_t i = 0; i < found.size(); ++i) addChildrenOf(found[i]);
    return found;
}

}  // namespace arcmeter::app
