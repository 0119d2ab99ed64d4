// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/suites/EntryView.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

#include "app/store/RunStore.h"
#include "engine/protocol/error.h"
#include "ui/format/Format.h"
#include "ui/suites/EntryModel.h"
#include "ui/widgets/LatestTask.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {

EntryView::EntryView(app::RunStore* store, const QString& engine, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_engine(engine),
      m_model(new EntryModel(this)),
      m_task(new LatestTask(this)),
      m_table(new QTableView(this)),
      m_summary(makeWrappedLabel({}, TextRole::Body)),
      m_all(new QCheckBox(tr("&All that can run"))),
      m_interleave(new QCheckBox(tr("&Take turns (A B A B)"))),
      m_add(new QPushButton(tr("Add to &queue"))),
      m_start(makePrimaryButton(tr("Add and &start"), QStringLiteral("run"))) {
    try {
        m_model->setPublished(store->publishedResults());
    } catch (const Error&) {  // the store's own message is on the history page; here nothing stands beside
    }
    makeTable();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * space);
    column->addWidget(m_table, 1);
    column->addLayout(makeFooter());
    connect(m_model, &EntryModel::ticksChanged, this, &EntryView::showSummary);
    showSummary();
}

void EntryView::makeTable() {
    m_table->setObjectName(QStringLiteral("entries"));
    m_table->setAccessibleName(tr("Configurations"));
    m_table->setModel(m_model);
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    QHeaderView* header = m_table->horizontalHeader();
    header->setStretchLastSection(true);
    header->resizeSection(EntryModel::Configuration, 440);
    for (const int column : {EntryModel::OneFlow, EntryModel::MxNet, EntryModel::Takes})
        header->setSectionResizeMode(column, QHeaderView::ResizeToContents);
}

QLayout* EntryView::makeFooter() {
    m_summary->setObjectName(QStringLiteral("entriesSummary"));
    m_all->setObjectName(QStringLiteral("tickAll"));
    m_interleave->setObjectName(QStringLiteral("interleave"));
    m_interleave->setToolTip(
        tr("Repeats of the configurations alternate, so that a machine that warms up slows "
           "all of them alike. Needs a method of several repeats."));
    m_add->setObjectName(QStringLiteral("addEntries"));
    m_start->setObjectName(QStringLiteral("startEntries"));
    connect(m_all, &QCheckBox::clicked, m_model, &EntryModel::tickAll);
    connect(m_add, &QPushButton::clicked, this, [this] { emit addAsked(false); });
    connect(m_start, &QPushButton::clicked, this, [this] { emit addAsked(true); });
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * space);
    row->addWidget(m_all);
    row->addWidget(m_interleave);
    row->addStretch();
    row->addWidget(m_add);
    row->addWidget(m_start);
    auto* column = new QVBoxLayout;
    column->addWidget(m_summary);
    column->addLayout(row);
    return column;
}

void EntryView::setPublishedShown(bool shown) {
    m_table->setColumnHidden(EntryModel::OneFlow, !shown);
    m_table->setColumnHidden(EntryModel::MxNet, !shown);
}

void EntryView::setEntries(std::vector<app::SuiteEntry> entries) {
    m_problem.clear();
    m_model->setEntries(std::move(entries));
    check();
}

void EntryView::setProblem(const QString& sentence) {
    m_task->cancel();
    m_model->setEntries({});
    m_problem = sentence;
    showSummary();
}

/// Some milliseconds an entry: never in the window's own thread.
void EntryView::check() {
    if (m_engine.isEmpty()) {
        setProblem(tr("There is no engine to ask. Set its path in the settings."));
        return;
    }
    m_task->start([engine = m_engine, store = m_store, entries = m_model->entries(),
                   this](const LatestTask::IsStopped&) -> LatestTask::Deliver {
        try {
            auto checks = app::checkEntries(engine, entries, app::DurationEstimator(store->runs()));
            return [this, checks = std::move(checks)]() mutable { m_model->setChecks(std::move(checks)); };
        } catch (const Error& error) {
            return [this, sentence = QString::fromUtf8(error.what())] { setProblem(sentence); };
        }
    });
}

QString EntryView::sentence() const {
    if (!m_problem.isEmpty()) return m_problem;
    const int all = m_model->rowCount();
    if (all == 0) return {};
    if (!m_model->isChecked())
        return tr("%n configurations; asking the engine which of them fit …", nullptr, all);
    const int chosen = static_cast<int>(m_model->ticked().size());
    const QString count = tr("%1 of %2 chosen; this machine can run %3")
                              .arg(integerText(chosen), integerText(all), integerText(m_model->possible()));
    const auto takes = m_model->milliseconds();
    if (chosen == 0) return count + QLatin1Char('.');
    return takes ? tr("%1. About %2.").arg(count, durationText(*takes))
                 : tr("%1. How long it takes is not known yet.").arg(count);
}

void EntryView::showSummary() {
    m_summary->setText(sentence());
    const bool any = m_model->isChecked() && !m_model->ticked().empty();
    m_add->setEnabled(any);
    m_start->setEnabled(any);
    m_all->setEnabled(m_model->isChecked() && m_model->possible() > 0);
    const QSignalBlocker quiet(m_all);
    m_all->setChecked(any && static_cast<int>(m_model->ticked().size()) == m_model->possible());
}

QString EntryView::summary() const {
    return m_summary->text();
}

app::QueueBatch EntryView::batch(const QString& title) const {
    app::QueueBatch batch;
    batch.title = title;
    batch.interleaved = m_interleave->isChecked();
    for (const app::SuiteEntry& entry : m_model->ticked()) batch.items.push_back({entry, {}});
    return batch;
}

}  // namespace arcmeter::ui
