// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/limit/MemoryParts.h"

#include <QCoreApplication>

#include "ui/format/Format.h"

namespace arcmeter::ui {
namespace {

class MemoryParts {
    Q_DECLARE_TR_FUNCTIONS(MemoryParts)
public:
    struct Named {
        const char* field;
        QString title;
        std::int64_t bytes;
    };

    static std::vector<Named> all(const protocol::MemoryPlan& memory) {
        return {
            {"weights", tr("Weights"), memory.weights},
            {"gradients", tr("Gradients"), memory.gradients},
            {"optimizer", tr("Optimizer"), memory.optimizer},
            {"activations", tr("Activations"), memory.activations},
            {"workspace", tr("Workspace"), memory.workspace},
            {"head_weights", tr("Class centres"), memory.head_weights},
            {"head_optimizer", tr("Their optimizer"), memory.head_optimizer},
            {"head_activations", tr("Head activations"), memory.head_activations},
            {"data", tr("Data"), memory.data},
            {"communication", tr("Communication"), memory.communication},
            {"overhead", tr("Program"), memory.overhead},
            {"host", tr("Host memory besides"), memory.host},
        };
    }

    static std::vector<MemoryPart> groups(const protocol::MemoryPlan& memory) {
        return {
            {tr("Network"), memory.weights + memory.gradients + memory.optimizer, 0},
            {tr("Activations"), memory.activations, 1},
            {tr("Class centres"), memory.head_weights, 2},
            {tr("Their optimizer"), memory.head_optimizer, 3},
            {tr("Work and data"),
             memory.workspace + memory.head_activations + memory.data + memory.communication, 4},
            {tr("Program"), memory.overhead, 5},
        };
    }

    static QString wholeRange() { return tr("the largest value allowed"); }
};

}  // namespace

std::vector<MemoryPart> memoryGroups(const protocol::MemoryPlan& memory) {
    std::vector<MemoryPart> groups = MemoryParts::groups(memory);
    std::erase_if(groups, [](const MemoryPart& part) { return part.bytes <= 0; });
    return groups;
}

QString memoryPartsText(const protocol::MemoryPlan& memory) {
    QStringList lines;
    for (const auto& part : MemoryParts::all(memory)) {
        if (part.bytes <= 0) continue;
        lines << QStringLiteral("%1: %2").arg(part.title, bytesText(static_cast<double>(part.bytes)));
    }
    return lines.join('\n');
}

QString memoryPartTitle(const QString& part) {
    if (part == QLatin1String("range")) return MemoryParts::wholeRange();
    for (const auto& known : MemoryParts::all({})) {
        if (part == QLatin1String(known.field)) return known.title;
    }
    return part;
}

}  // namespace arcmeter::ui
