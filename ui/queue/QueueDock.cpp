// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/queue/QueueDock.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QProgressBar>
#include <QStackedWidget>
#include <QTableView>
#include <QUndoStack>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/format/Format.h"
#include "ui/queue/QueueCommands.h"
#include "ui/queue/QueueModel.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

using app::QueueState;

bool isEnded(QueueState state) {
    return state != QueueState::Waiting && state != QueueState::Running;
}

bool mayBeRetried(const app::QueueEntry& entry) {
    return entry.state == QueueState::Failed || entry.state == QueueState::Skipped;
}

bool mayBeRemoved(const app::QueueEntry& entry) {
    return entry.state != QueueState::Running && !entry.ownedElsewhere;
}

bool mayBeMoved(const app::QueueEntry& entry) {
    return entry.state == QueueState::Waiting && !entry.ownedElsewhere;
}

bool mayBeSkipped(const app::QueueEntry& entry) {
    return !isEnded(entry.state) && !entry.ownedElsewhere;
}

}  // namespace

QueueDock::QueueDock(app::QueueRunner* runner, app::RunStore* store, QUndoStack* undo, QWidget* parent)
    : QDockWidget(tr("Queue"), parent),
      m_runner(runner),
      m_undo(undo),
      m_model(new QueueModel(runner, store, this)),
      m_stack(new QStackedWidget),
      m_summary(makeLabel({}, TextRole::Body)),
      m_progress(new QProgressBar) {
    setObjectName(QStringLiteral("queueDock"));
    setFeatures(DockWidgetClosable | DockWidgetMovable);
    setAllowedAreas(Qt::BottomDockWidgetArea | Qt::RightDockWidgetArea);
    m_summary->setObjectName(QStringLiteral("queueSummary"));
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress->setAccessibleName(tr("Entries that have ended"));
    m_progress->setTextVisible(false);
    m_progress->setMaximumHeight(space);
    auto* inner = new QWidget;
    auto* column = new QVBoxLayout(inner);
    column->setContentsMargins(2 * space, space, 2 * space, 2 * space);
    column->setSpacing(space);
    column->addLayout(makeButtons());
    column->addWidget(m_progress);
    m_stack->addWidget(makeEmptyState());
    m_stack->addWidget(makeTable());
    column->addWidget(m_stack, 1);
    setWidget(inner);
    connect(m_runner, &app::QueueRunner::changed, this, &QueueDock::takeChange);
    connect(m_runner, &app::QueueRunner::coolingDown, this, [this](const QString& sentence) {
        m_cooling = sentence;
        showSummary();
    });
    connect(m_runner, &app::QueueRunner::searchStarted, this, &QueueDock::select);
    connect(m_runner, &app::QueueRunner::entryStarted, this, [this](qint64 entryId) {
        m_cooling.clear();
        select(entryId);
        showSummary();
    });
    connect(m_runner, &app::QueueRunner::drained, this, [this] {
        m_cooling.clear();
        m_pausing = false;
        takeChange();
    });
    takeChange();
}

QWidget* QueueDock::makeEmptyState() {
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->addStretch();
    auto* sentence = makeWrappedLabel(tr("Nothing waits. Put the present configuration here, or choose a "
                                         "suite: each is measured after the other, "
                                         "and one that fails does not stop the rest."),
                                      TextRole::Body, true);
    sentence->setAlignment(Qt::AlignHCenter);
    column->addWidget(sentence);
    auto* row = new QHBoxLayout;
    auto* add = new QPushButton(tr("&Add this configuration"));
    add->setObjectName(QStringLiteral("queueAddHere"));
    auto* suites = new QPushButton(tr("S&uites…"));
    suites->setObjectName(QStringLiteral("queueSuites"));
    connect(add, &QPushButton::clicked, this, &QueueDock::addAsked);
    connect(suites, &QPushButton::clicked, this, &QueueDock::suitesAsked);
    row->addStretch();
    row->addWidget(add);
    row->addWidget(suites);
    row->addStretch();
    column->addLayout(row);
    column->addStretch();
    return page;
}

QWidget* QueueDock::makeTable() {
    m_table = new QTableView;
    m_table->setObjectName(QStringLiteral("queueTable"));
    m_table->setAccessibleName(tr("Queue"));
    m_table->setModel(m_model);
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setDragDropMode(QAbstractItemView::InternalMove);
    m_table->setDragDropOverwriteMode(false);
    m_table->setDropIndicatorShown(true);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(QueueModel::Configuration, QHeaderView::Interactive);
    header->resizeSection(QueueModel::Configuration, 420);
    header->setStretchLastSection(true);
    m_table->installEventFilter(this);
    connect(m_table, &QWidget::customContextMenuRequested, this, &QueueDock::showMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &QueueDock::showButtons);
    connect(m_model, &QAbstractItemModel::modelReset, this, &QueueDock::showButtons);
    connect(m_table, &QAbstractItemView::activated, this, [this](const QModelIndex& index) {
        const app::QueueEntry& entry = m_model->entry(index.row());
        if (entry.runId > 0) emit runAsked(entry.runId);
    });
    return m_table;
}

QToolButton* QueueDock::addButton(QHBoxLayout* row, const QString& name, const QString& icon,
                                  const QString& text, const QString& tip) {
    QToolButton* button = makeFlatButton(text, icon);
    button->setObjectName(name);
    button->setToolTip(tip);
    row->addWidget(button);
    return button;
}

QHBoxLayout* QueueDock::makeButtons() {
    auto* row = new QHBoxLayout;
    row->setSpacing(space);
    m_start = addButton(row, QStringLiteral("queueStart"), QStringLiteral("run"), tr("Start"),
                        tr("Measures what waits, one after the other"));
    m_pause = addButton(row, QStringLiteral("queuePause"), QStringLiteral("pause"), tr("Pause"),
                        tr("Rests after the repeat that goes; it is kept"));
    m_stop = addButton(row, QStringLiteral("queueStop"), QStringLiteral("stop"), tr("Stop now"),
                       tr("Stops the present run; its whole repeats are kept, and it waits again"));
    row->addSpacing(2 * space);
    row->addWidget(m_summary, 1);
    m_up = addButton(row, QStringLiteral("queueUp"), QStringLiteral("up"), tr("Up"), tr("Earlier (Alt+Up)"));
    m_down = addButton(row, QStringLiteral("queueDown"), QStringLiteral("down"), tr("Down"),
                       tr("Later (Alt+Down)"));
    m_skip = addButton(row, QStringLiteral("queueSkip"), QStringLiteral("skip"), tr("Skip"),
                       tr("Leaves the selected entries out; a running one is stopped"));
    m_retry = addButton(row, QStringLiteral("queueRetry"), QStringLiteral("again"), tr("Retry"),
                        tr("Lets selected entries that failed or were skipped wait again"));
    m_remove = addButton(row, QStringLiteral("queueRemove"), QStringLiteral("delete"), tr("Remove"),
                         tr("Takes the selected entries out of the queue (Del); their runs stay in History"));
    m_clear = addButton(row, QStringLiteral("queueClear"), QStringLiteral("close"), tr("Clear ended"),
                        tr("Takes all that has ended out of the queue; the runs stay in History"));
    connect(m_start, &QToolButton::clicked, this, &QueueDock::startAsked);
    connect(m_pause, &QToolButton::clicked, this, [this] {
        m_pausing = true;
        m_runner->pause();
        takeChange();
    });
    connect(m_stop, &QToolButton::clicked, m_runner, &app::QueueRunner::stop);
    connect(m_up, &QToolButton::clicked, this, [this] { moveSelected(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { moveSelected(1); });
    connect(m_skip, &QToolButton::clicked, this, &QueueDock::skipSelected);
    connect(m_retry, &QToolButton::clicked, this, &QueueDock::retrySelected);
    connect(m_remove, &QToolButton::clicked, this, [this] { remove(selected()); });
    connect(m_clear, &QToolButton::clicked, this, &QueueDock::removeEnded);
    return row;
}

void QueueDock::showMenu(const QPoint& position) {
    QMenu menu(this);
    for (const QToolButton* button : {m_up, m_down, m_skip, m_retry, m_remove}) {
        QAction* action = menu.addAction(button->icon(), button->text());
        action->setEnabled(button->isEnabled());
        connect(action, &QAction::triggered, button, &QToolButton::click);
    }
    const std::vector<app::QueueEntry> entries = selected();
    if (entries.size() == 1 && entries.front().runId > 0) {
        menu.addSeparator();
        menu.addAction(tr("Show the run"), this,
                       [this, runId = entries.front().runId] { emit runAsked(runId); });
    }
    menu.addSeparator();
    menu.addAction(tr("Save table…"), this, &QueueDock::saveTableAsked);
    menu.exec(m_table->viewport()->mapToGlobal(position));
}

bool QueueDock::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Delete) {
            remove(selected());
            return true;
        }
        if (key->modifiers() == Qt::AltModifier && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
            moveSelected(key->key() == Qt::Key_Up ? -1 : 1);
            return true;
        }
    }
    return QDockWidget::eventFilter(watched, event);
}

// ---- what is shown

void QueueDock::setMayRun(const QString& reasonNotTo) {
    m_reasonNotTo = reasonNotTo;
    showButtons();
}

void QueueDock::takeChange() {
    m_stack->setCurrentIndex(m_runner->entries().empty() ? 0 : 1);
    if (!m_runner->isRunning()) m_pausing = false;
    showSummary();
    showButtons();
}

QString QueueDock::summary() const {
    return m_summary->text();
}

void QueueDock::showSummary() {
    const int waiting = m_runner->count(QueueState::Waiting), running = m_runner->count(QueueState::Running);
    const int all = static_cast<int>(m_runner->entries().size());
    m_progress->setVisible(all > 0);
    m_progress->setRange(0, std::max(1, all));
    m_progress->setValue(all - waiting - running);
    QString text;
    if (!m_cooling.isEmpty()) {
        text = m_cooling;
    } else if (m_pausing && m_runner->currentEntry() != 0) {
        text = tr("Pausing after the present repeat.");
    } else if (m_runner->isSearching()) {
        text =
            tr("Searching the largest value that runs; %1 of %2 ended").arg(all - waiting - running).arg(all);
    } else if (m_runner->isRunning()) {
        text = tr("%1 of %2 ended").arg(all - waiting - running).arg(all);
    } else if (waiting > 0) {
        text = tr("%n waiting", nullptr, waiting);
    } else if (all > 0) {
        text = tr("All have ended");
    }
    if (const int failed = m_runner->count(QueueState::Failed); failed > 0 && m_cooling.isEmpty())
        text += tr(", %n failed", nullptr, failed);
    if (const auto left = m_model->millisecondsLeft(); left && m_cooling.isEmpty())
        text += tr(", about %1 left").arg(durationText(*left));
    m_summary->setText(text);
    m_summary->setToolTip(text);
}

void QueueDock::showButtons() {
    const std::vector<app::QueueEntry> entries = selected();
    const auto any = [&entries](bool (*test)(const app::QueueEntry&)) {
        return std::any_of(entries.begin(), entries.end(), test);
    };
    const bool running = m_runner->isRunning();
    const auto& all = m_runner->entries();
    m_start->setVisible(!running);
    m_start->setEnabled(m_reasonNotTo.isEmpty() && m_runner->count(QueueState::Waiting) > 0);
    m_start->setToolTip(m_reasonNotTo.isEmpty() ? tr("Measures what waits, one after the other")
                                                : m_reasonNotTo);
    m_pause->setVisible(running);
    m_pause->setEnabled(!m_pausing);
    m_stop->setVisible(running);
    m_up->setEnabled(entries.size() == 1 && any(mayBeMoved));
    m_down->setEnabled(m_up->isEnabled());
    m_skip->setEnabled(any(mayBeSkipped));
    m_retry->setEnabled(any(mayBeRetried));
    m_remove->setEnabled(any(mayBeRemoved));
    m_clear->setEnabled(std::any_of(all.begin(), all.end(), [](const app::QueueEntry& entry) {
        return isEnded(entry.state) && !entry.ownedElsewhere;
    }));
}

// ---- what is done

std::vector<app::QueueEntry> QueueDock::selected() const {
    std::vector<app::QueueEntry> entries;
    if (!m_table) return entries;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        entries.push_back(m_model->entry(index.row()));
    return entries;
}

void QueueDock::select(qint64 entryId) {
    const int row = m_model->rowOf(entryId);
    if (row < 0) return;
    m_table->selectRow(row);
    m_table->scrollTo(m_model->index(row, 0));
}

void QueueDock::moveSelected(int places) {
    const std::vector<app::QueueEntry> entries = selected();
    if (entries.size() != 1) return;
    m_runner->move(entries.front().id, places);
    select(entries.front().id);
}

void QueueDock::skipSelected() {
    for (const app::QueueEntry& entry : selected()) m_runner->skip(entry.id);
}

void QueueDock::retrySelected() {
    for (const app::QueueEntry& entry : selected()) m_runner->retry(entry.id);
}

void QueueDock::remove(const std::vector<app::QueueEntry>& entries) {
    std::vector<app::QueueEntry> removable;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(removable), mayBeRemoved);
    if (!removable.empty()) m_undo->push(new RemoveEntriesCommand(m_runner, std::move(removable)));
}

void QueueDock::removeEnded() {
    std::vector<app::QueueEntry> ended;
    for (const app::QueueEntry& entry : m_runner->entries()) {
        if (isEnded(entry.state)) ended.push_back(entry);
    }
    remove(ended);
}

}  // namespace arcmeter::ui
