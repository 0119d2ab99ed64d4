// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/import/ImportCommand.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <utility>

#include "app/store/RunStore.h"
#include "engine/protocol/error.h"

namespace arcmeter::ui {

ImportCommand::ImportCommand(app::RunStore* store, const std::vector<app::ImportPreview>& files)
    : m_store(store) {
    try {
        for (const app::ImportPreview& file : files) {
            app::ImportRecord record;
            record.file = QFileInfo(file.file).fileName();
            record.format = toString(file.format);
            record.sha256 = file.sha256;
            record.problems = static_cast<qint64>(file.problems.size());
            m_imports.push_back(store->addImport(record, file.rows));
            m_rows += static_cast<int>(file.rows.size());
        }
    } catch (const Error&) {
        undo();
        throw;
    }
    setText(QCoreApplication::translate("Import", "import of %n row(s)", nullptr, m_rows));
}

void ImportCommand::redo() {
    if (std::exchange(m_isDone, true)) return;
    for (const qint64 id : m_imports) m_store->redoImport(id);
}

void ImportCommand::undo() {
    for (const qint64 id : m_imports) m_store->undoImport(id);
    m_isDone = false;
}

}  // namespace arcmeter::ui
