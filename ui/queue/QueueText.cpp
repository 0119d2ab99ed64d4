// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/queue/QueueText.h"

#include <QCoreApplication>

#include "ui/format/Format.h"

namespace arcmeter::ui {
namespace {

QString words(const char* text) {
    return QCoreApplication::translate("Queue", text);
}

}  // namespace

QString queueStateText(app::QueueState state) {
    switch (state) {
        case app::QueueState::Waiting:
            return words(QT_TRANSLATE_NOOP("Queue", "Waiting"));
        case app::QueueState::Running:
            return words(QT_TRANSLATE_NOOP("Queue", "Running"));
        case app::QueueState::Finished:
            return words(QT_TRANSLATE_NOOP("Queue", "Finished"));
        case app::QueueState::Failed:
            return words(QT_TRANSLATE_NOOP("Queue", "Failed"));
        case app::QueueState::Skipped:
            return words(QT_TRANSLATE_NOOP("Queue", "Skipped"));
        case app::QueueState::Impossible:
            return words(QT_TRANSLATE_NOOP("Queue", "Not here"));
    }
    return {};
}

QString entryText(const app::SuiteEntry& entry, bool isFound) {
    const QString dot = QStringLiteral(" · ");
    QString text = configTitle(entry.config, storedDatasetName(entry));
    // The batch comes last, and means nothing while it is to be found.
    if (!isFound && entry.limit() == protocol::Limit::batch_size) text = text.section(dot, 0, -2);
    const protocol::RunConfig& config = entry.config;
    if (config.world_size() > 1) {
        text += dot + words(QT_TRANSLATE_NOOP("Queue", "%1 x %2 devices"))
                          .arg(config.nodes)
                          .arg(config.devices_per_node);
    }
    if (entry.maxField == QLatin1String("batch_size_per_device")) {
        text += dot + words(QT_TRANSLATE_NOOP("Queue", "largest batch"));
    } else if (entry.maxField == QLatin1String("num_classes")) {
        text += dot + words(QT_TRANSLATE_NOOP("Queue", "largest number of classes"));
    }
    if (!entry.engine.isEmpty()) text = app::frameworkName(entry.engine) + dot + text;
    return text;
}

int repeatsWanted(const app::SuiteEntry& entry) {
    return static_cast<int>(entry.config.effective_repeats());
}

}  // namespace arcmeter::ui
