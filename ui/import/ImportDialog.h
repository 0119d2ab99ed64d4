// SPDX-License-Identifier: GPL-3.0-or-later
// Shows what files would bring and what in them could not be read; takes nothing before the user says so.
#pragma once

#include <QDialog>
#include <memory>

#include "ui/import/ImportModel.h"

class QDialogButtonBox;
class QLabel;
class QListWidget;
class QListWidgetItem;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

class ImportCommand;
class LatestTask;

class ImportDialog : public QDialog {
    Q_OBJECT

public:
    /// Reads the files in a thread of its own. The store must outlive the dialog.
    ImportDialog(const QStringList& files, app::RunStore* store, QWidget* parent = nullptr);
    ~ImportDialog() override;

    ImportModel* model() const { return m_model; }
    bool isReading() const { return m_left > 0; }
    /// After accept(): what was taken, for the undo stack.
    std::unique_ptr<ImportCommand> takeCommand();

private:
    void makeParts();
    void readNext();
    void take(OfferedFile file);
    void showFile(const OfferedFile& file);
    void showState();
    void import();

    app::RunStore* m_store;
    QStringList m_files;
    qsizetype m_left;
    std::vector<QString> m_known;  ///< sha256 of what was imported before
    ImportModel* m_model;
    LatestTask* m_task;
    QListWidget* m_list;
    QTableView* m_table;
    QPlainTextEdit* m_problems;
    QLabel* m_problemsTitle;
    QProgressBar* m_progress;
    QLabel* m_sentence;
    QPushButton* m_import = nullptr;
    std::unique_ptr<ImportCommand> m_command;
};

}  // namespace arcmeter::ui
