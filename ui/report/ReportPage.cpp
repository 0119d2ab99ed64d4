// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/ReportPage.h"

#include <QComboBox>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QListWidget>
#include <QLocale>
#include <QMenu>
#include <QSaveFile>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "app/report/DlperfReport.h"
#include "app/store/RunStore.h"
#include "app/version/Version.h"
#include "engine/protocol/error.h"
#include "ui/charts/ChartActions.h"
#include "ui/report/BarChart.h"
#include "ui/report/ReportView.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/LatestTask.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {

ReportPage::ReportPage(app::RunStore* store, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_task(new LatestTask(this)),
      m_saving(new LatestTask(this)),
      m_view(new ReportView),
      m_messages(new MessageBar),
      m_sections(new QListWidget),
      m_choice(new QComboBox),
      m_language(new QComboBox),
      m_empty(makeWrappedLabel({}, TextRole::Body)) {
    m_sections->setObjectName(QStringLiteral("reportSections"));
    m_sections->setAccessibleName(tr("Sections"));
    m_sections->setMaximumWidth(180);
    m_sections->setSpacing(space / 2);
    m_empty->setObjectName(QStringLiteral("reportEmpty"));
    m_empty->setProperty("warning", true);
    QVBoxLayout* inner = nullptr;
    QFrame* card = makeCard(&inner, this);
    auto* row = new QHBoxLayout;
    row->setSpacing(4 * space);
    row->addWidget(m_sections);
    row->addWidget(m_view, 1);
    inner->addWidget(m_empty);
    inner->addLayout(row, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 2 * space, 0, 0);
    column->setSpacing(2 * space);
    column->addWidget(makeTop());
    column->addWidget(m_messages);
    column->addWidget(card, 1);
    connect(m_sections, &QListWidget::currentRowChanged, m_view, &ReportView::showSection);
    connect(m_view, &ReportView::chartMenuAsked, this, &ReportPage::showChartMenu);
    connect(store, &app::RunStore::runChanged, this, &ReportPage::storeChanged);
    connect(store, &app::RunStore::runsDeleted, this, &ReportPage::storeChanged);
    connect(store, &app::RunStore::runsRestored, this, &ReportPage::storeChanged);
}

QWidget* ReportPage::makeTop() {
    m_choice->setObjectName(QStringLiteral("reportChoice"));
    m_choice->setAccessibleName(tr("Whose runs fill the Arcmeter column"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_language->setObjectName(QStringLiteral("reportLanguage"));
    m_language->setAccessibleName(tr("Language of the report"));
    m_language->addItem(QStringLiteral("English"), QStringLiteral("en"));
    m_language->addItem(QString::fromUtf8("中文"), QStringLiteral("zh_CN"));
    m_language->setCurrentIndex(QLocale().language() == QLocale::Chinese ? 1 : 0);
    auto* suite = new QPushButton(tr("&Measure it here…"));
    suite->setObjectName(QStringLiteral("reportSuite"));
    suite->setToolTip(tr("Opens the suites: the report's configurations, measured on this machine"));
    m_export = new QPushButton(actionIcon(QStringLiteral("export")), tr("&Export"));
    m_export->setObjectName(QStringLiteral("reportExport"));
    auto* menu = new QMenu(m_export);
    for (const app::ReportFormat format : app::reportFormats())
        menu->addAction(titleOf(format), this, [this, format] { askAndSave(format); });
    m_export->setMenu(menu);
    auto* top = new QWidget;
    auto* row = new QHBoxLayout(top);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * space);
    row->addWidget(makeLabel(tr("Runs of")));
    row->addWidget(m_choice);
    row->addWidget(m_language);
    row->addStretch();
    row->addWidget(suite);
    row->addWidget(m_export);
    connect(m_choice, &QComboBox::activated, this, &ReportPage::load);
    connect(m_language, &QComboBox::activated, this, &ReportPage::load);
    connect(suite, &QPushButton::clicked, this, [this] { emit suiteAsked(QStringLiteral("dlperf")); });
    return top;
}

void ReportPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_isStale) load();
}

void ReportPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange && isVisible()) load();
}

void ReportPage::storeChanged() {
    m_isStale = true;
    if (isVisible()) load();
}

bool ReportPage::isLoading() const {
    return m_task->isRunning();
}

std::optional<app::ReportChoice> ReportPage::choice() const {
    const int at = m_choice->currentIndex();
    if (at < 0 || static_cast<std::size_t>(at) >= m_choices.size()) return std::nullopt;
    return m_choices[static_cast<std::size_t>(at)];
}

void ReportPage::load() {
    m_isStale = false;
    m_task->start([this, store = m_store, wanted = choice(), language = m_language->currentData().toString()](
                      const LatestTask::IsStopped&) -> LatestTask::Deliver {
        try {
            const std::vector<app::HistoryRow> history = store->history();
            Made made;
            made.choices = app::reportChoices(history);
            const bool isThere =
                wanted && std::find(made.choices.begin(), made.choices.end(), *wanted) != made.choices.end();
            const app::DlperfFigures figures = app::dlperfFigures(history, isThere ? wanted : std::nullopt);
            made.chosen = figures.choice;
            made.document = app::dlperfReport(figures, language);
            return [this, made] { take(made); };
        } catch (const Error& error) {
            return [this, sentence = QString::fromUtf8(error.what())] {
                m_messages->showMessage(MessageBar::Kind::Problem, sentence);
            };
        }
    });
}

void ReportPage::take(const Made& made) {
    m_document = made.document;
    m_choices = made.choices;
    const QSignalBlocker quiet(m_choice);
    m_choice->clear();
    for (const app::ReportChoice& each : m_choices) {
        m_choice->addItem(QStringLiteral("%1, %2").arg(each.hardware, each.precision));
        if (made.chosen == each) m_choice->setCurrentIndex(m_choice->count() - 1);
    }
    if (m_choices.empty()) m_choice->addItem(tr("no run of yours yet"));
    m_choice->setEnabled(m_choices.size() > 1);
    m_empty->setVisible(m_choices.empty());
    m_empty->setText(
        tr("No run of yours has a place in this report yet, so its Arcmeter column is empty. Press "
           "'Measure it here' and start one of the suites."));
    m_view->setDocument(m_document);
    const QSignalBlocker still(m_sections);
    m_sections->clear();
    m_sections->addItems(m_view->sections());
}

// ---- files

void ReportPage::askAndSave(app::ReportFormat format) {
    const QString ending = toString(format);
    QString file =
        QFileDialog::getSaveFileName(this, tr("Save the report"), QStringLiteral("dlperf-report.") + ending,
                                     QStringLiteral("%1 (*.%2)").arg(titleOf(format), ending));
    if (file.isEmpty()) return;
    if (QFileInfo(file).suffix().isEmpty()) file += QLatin1Char('.') + ending;
    save(format, file);
}

void ReportPage::save(app::ReportFormat format, const QString& file) {
    m_export->setEnabled(false);
    m_messages->showMessage(MessageBar::Kind::Info, tr("Writing %1 …").arg(file));
    m_saving->start(
        [this, document = m_document, format, file](const LatestTask::IsStopped&) -> LatestTask::Deliver {
            QString problem;
            try {
                const QByteArray bytes = app::renderReport(document, format);
                QSaveFile out(file);
                if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size() || !out.commit())
                    problem = out.errorString();
            } catch (const Error& error) {
                problem = QString::fromUtf8(error.what());
            }
            return [this, file, problem] {
                m_export->setEnabled(true);
                if (problem.isEmpty()) {
                    m_messages->showMessage(MessageBar::Kind::Done, tr("Saved as %1").arg(file), {}, 8);
                } else {
                    m_messages->showMessage(MessageBar::Kind::Problem,
                                            tr("%1 cannot be written: %2").arg(file, problem));
                }
            };
        });
}

void ReportPage::showChartMenu(BarChart* chart, const QPoint& position) {
    const QString footer = tr("%1. Arcmeter %2.").arg(m_document.title, app::programVersion());
    QMenu menu(this);
    menu.addAction(actionIcon(QStringLiteral("export")), tr("Save the picture …"), this,
                   [&] { saveChartAs(*chart, this, footer, m_messages); });
    menu.addAction(actionIcon(QStringLiteral("copy")), tr("Copy the picture"), this,
                   [&] { copyChart(*chart, footer); });
    menu.exec(position);
}

}  // namespace arcmeter::ui
