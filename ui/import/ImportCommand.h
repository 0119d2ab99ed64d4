// SPDX-License-Identifier: GPL-3.0-or-later
// Taking the rows of files into the store, with its undoing.
#pragma once

#include <QUndoCommand>
#include <vector>

#include "app/import/ImportPreview.h"

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

class ImportCommand : public QUndoCommand {
public:
    /// Takes them at once: all or, where the store refuses one (it throws Error), none. The stack's first
    /// redo() does nothing more.
    ImportCommand(app::RunStore* store, const std::vector<app::ImportPreview>& files);

    void redo() override;
    void undo() override;
    int rows() const { return m_rows; }

private:
    app::RunStore* m_store;
    std::vector<qint64> m_imports;
    int m_rows = 0;
    bool m_isDone = true;
};

}  // namespace arcmeter::ui
