// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/import/ImportDialog.h"

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFontDatabase>
#include <QHeaderView>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "app/import/Importer.h"
#include "app/store/RunStore.h"
#include "engine/protocol/error.h"
#include "ui/import/ImportCommand.h"
#include "ui/widgets/LatestTask.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {

ImportDialog::ImportDialog(const QStringList& files, app::RunStore* store, QWidget* parent)
    : QDialog(parent),
      m_store(store),
      m_files(files),
      m_left(files.size()),
      m_model(new ImportModel(this)),
      m_task(new LatestTask(this)),
      m_list(new QListWidget),
      m_table(new QTableView),
      m_problems(new QPlainTextEdit),
      m_problemsTitle(makeLabel(tr("Lines that could not be read"), TextRole::Heading)),
      m_progress(new QProgressBar),
      m_sentence(makeWrappedLabel({}, TextRole::Body)) {
    setWindowTitle(tr("Import"));
    setObjectName(QStringLiteral("importDialog"));
    resize(1180, 640);
    makeParts();
    try {
        for (const app::ImportRecord& record : store->imports()) m_known.push_back(record.sha256);
    } catch (const Error&) {  // the store refuses what is imported twice
    }
    showState();
    readNext();
}

ImportDialog::~ImportDialog() = default;

void ImportDialog::makeParts() {
    m_list->setObjectName(QStringLiteral("importFiles"));
    m_list->setAccessibleName(tr("Files"));
    m_list->setMaximumHeight(110);
    m_list->setSpacing(space / 4);
    m_table->setObjectName(QStringLiteral("importRows"));
    m_table->setAccessibleName(tr("Rows to be imported"));
    m_table->setModel(m_model);
    m_table->verticalHeader()->hide();
    m_table->setTabKeyNavigation(false);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                             QAbstractItemView::AnyKeyPressed);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_problems->setObjectName(QStringLiteral("importProblems"));
    m_problems->setAccessibleName(m_problemsTitle->text());
    m_problems->setReadOnly(true);
    m_problems->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_problems->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_problems->setMaximumHeight(130);
    m_progress->setAccessibleName(tr("Files read"));
    m_progress->setRange(0, static_cast<int>(m_files.size()));
    m_sentence->setObjectName(QStringLiteral("importSentence"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_import = makePrimaryButton(tr("&Import"));
    m_import->setObjectName(QStringLiteral("importTake"));
    buttons->addButton(m_import, QDialogButtonBox::ActionRole);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(2 * space);
    column->addWidget(m_list);
    column->addWidget(m_progress);
    column->addWidget(
        makeWrappedLabel(tr("A log does not say everything: fill in what is missing (F2 or a double click) "
                            "before you import."),
                         TextRole::Small, true));
    column->addWidget(m_table, 1);
    column->addWidget(m_problemsTitle);
    column->addWidget(m_problems);
    column->addWidget(m_sentence);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_import, &QPushButton::clicked, this, &ImportDialog::import);
    connect(m_model, &ImportModel::refused, this,
            [this](const QString& sentence) { m_sentence->setText(sentence); });
    connect(m_list, &QListWidget::itemChanged, this, [this](const QListWidgetItem* item) {
        m_model->setWanted(static_cast<std::size_t>(m_list->row(item)), item->checkState() == Qt::Checked);
        showState();
    });
}

/// One after the other, so that a cancel need not wait for more than one.
void ImportDialog::readNext() {
    if (m_left == 0) return;
    const QString file = m_files[m_files.size() - m_left];
    m_task->start([this, file](const LatestTask::IsStopped&) -> LatestTask::Deliver {
        OfferedFile offered{file, std::nullopt, {}, true};
        try {
            offered.preview = app::readForImport(file);
        } catch (const Error& error) {
            offered.problem = QString::fromUtf8(error.what());
        }
        return [this, offered] {
            take(offered);
            --m_left;
            showState();
            readNext();
        };
    });
}

void ImportDialog::take(OfferedFile file) {
    if (file.preview) {
        const bool isKnown = std::find(m_known.begin(), m_known.end(), file.preview->sha256) != m_known.end();
        if (isKnown) file.problem = tr("It is imported already.");
        m_known.push_back(file.preview->sha256);  // also the same bytes under another name
    }
    showFile(file);
    m_model->add(std::move(file));
    m_table->resizeColumnsToContents();
}

void ImportDialog::showFile(const OfferedFile& file) {
    const QString name = QFileInfo(file.file).fileName();
    QString text = QStringLiteral("%1: %2").arg(name, file.problem);
    if (file.preview && file.problem.isEmpty()) {
        text = tr("%1: %2, %n row(s)", nullptr, static_cast<int>(file.preview->rows.size()))
                   .arg(name, importFormatTitle(file.preview->format));
    }
    if (file.preview && !file.preview->problems.empty()) {
        const auto count = static_cast<int>(file.preview->problems.size());
        text += tr("; %n line(s) could not be read", nullptr, count);
        m_problems->appendPlainText(name);
        for (const QString& line : app::problemLines(*file.preview))
            m_problems->appendPlainText(QStringLiteral("    ") + line);
    }
    auto* item = new QListWidgetItem(text);
    item->setToolTip(file.file);
    item->setFlags(file.canBeTaken() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable
                                     : Qt::ItemIsSelectable);
    const QSignalBlocker quiet(m_list);
    if (file.canBeTaken()) item->setCheckState(Qt::Checked);
    m_list->addItem(item);
}

void ImportDialog::showState() {
    const int rows = m_model->wantedRows();
    m_progress->setValue(static_cast<int>(m_files.size() - m_left));
    m_progress->setVisible(isReading());
    const bool anyProblem = !m_problems->document()->isEmpty();
    m_problems->setVisible(anyProblem);
    m_problemsTitle->setVisible(anyProblem);
    m_import->setEnabled(!isReading() && rows > 0);
    m_import->setText(rows > 0 ? tr("&Import %n row(s)", nullptr, rows) : tr("&Import"));
    m_sentence->setText(isReading() ? tr("Reading …")
                                    : (rows == 0 ? tr("There is nothing to import.") : QString()));
}

void ImportDialog::import() {
    std::vector<app::ImportPreview> wanted;
    for (const OfferedFile& file : m_model->files()) {
        if (file.wanted) wanted.push_back(*file.preview);
    }
    try {
        m_command = std::make_unique<ImportCommand>(m_store, wanted);
    } catch (const Error& error) {
        m_sentence->setText(QString::fromUtf8(error.what()));
        return;
    }
    accept();
}

std::unique_ptr<ImportCommand> ImportDialog::takeCommand() {
    return std::move(m_command);
}

}  // namespace arcmeter::ui
