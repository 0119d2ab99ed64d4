// SPDX-License-Identifier: GPL-3.0-or-later
// Importing within the window: by menu, and by dropping files on it.
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMimeData>
#include <QUndoStack>

#include "ui/history/HistoryPage.h"
#include "ui/import/DropHint.h"
#include "ui/import/ImportCommand.h"
#include "ui/import/ImportDialog.h"
#include "ui/widgets/MessageBar.h"
#include "ui/window/MainWindow.h"

namespace arcmeter::ui {
namespace {

QStringList localFiles(const QMimeData* data) {
    QStringList files;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile()) files << url.toLocalFile();
    }
    return files;
}

}  // namespace

void MainWindow::askForImport() {
    const QStringList files = QFileDialog::getOpenFileNames(
        this, tr("Import results"), {},
        tr("Results and logs (*.json *.jsonl *.csv *.log *.txt *.out);;All files (*)"));
    if (!files.isEmpty()) importFiles(files);
}

void MainWindow::importFiles(const QStringList& files) {
    ImportDialog dialog(files, m_store, this);
    if (dialog.exec() != QDialog::Accepted) return;
    std::unique_ptr<ImportCommand> command = dialog.takeCommand();
    const int rows = command->rows();
    m_undo->push(command.release());
    showPage(m_history);
    m_history->showImported();
    m_history->messages()->showMessage(MessageBar::Kind::Done, tr("Imported %n row(s).", nullptr, rows), {},
                                       10);
    m_history->messages()->setAction(tr("Undo"), [this] { m_undo->undo(); });
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (localFiles(event->mimeData()).isEmpty()) return;
    event->acceptProposedAction();
    m_dropHint->showOver();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) {
    m_dropHint->hide();
}

void MainWindow::dropEvent(QDropEvent* event) {
    m_dropHint->hide();
    const QStringList files = localFiles(event->mimeData());
    if (files.isEmpty()) return;
    event->acceptProposedAction();
    // After the drop: the program that the files come from waits for its end.
    QMetaObject::invokeMethod(
        this, [this, files] { importFiles(files); }, Qt::QueuedConnection);
}

}  // namespace arcmeter::ui
