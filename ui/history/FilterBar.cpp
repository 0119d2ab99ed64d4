// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/history/FilterBar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSet>
#include <QTimer>

#include "app/models/HistoryModel.h"
#include "ui/format/Format.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

constexpr int typing_pause_ms = 120;  ///< filtering 50,000 rows at each key would be felt

}  // namespace

FilterBar::FilterBar(QWidget* parent)
    : QWidget(parent), m_text(new QLineEdit(this)), m_clear(makeLinkButton(tr("Clear"))) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * space);
    m_text->setPlaceholderText(tr("Search every column"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(actionIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_text->setObjectName(QStringLiteral("search"));
    m_text->setAccessibleName(tr("Search the history"));
    m_text->setMinimumWidth(150);
    row->addWidget(m_text, 1);
    m_show = addList("show", tr("All rows"), tr("Runs or published rows"));
    m_show->addItem(tr("Runs"), static_cast<int>(app::HistoryFilter::Show::Runs));
    m_show->addItem(tr("Published"), static_cast<int>(app::HistoryFilter::Show::Published));
    m_show->addItem(tr("Imported"), static_cast<int>(app::HistoryFilter::Show::Imported));
    m_model = addList("model", tr("Any model"), tr("Model"));
    m_dataset = addList("dataset", tr("Any dataset"), tr("Dataset"));
    m_precision = addList("precision", tr("Any precision"), tr("Precision"));
    m_framework = addList("framework", tr("Any framework"), tr("Framework"));
    m_state = addList("state", tr("Any state"), tr("State"));
    for (const auto state : {app::RunState::Finished, app::RunState::Failed, app::RunState::Stopped,
                             app::RunState::Interrupted}) {
        m_state->addItem(ui::stateText(state), static_cast<int>(state));
    }
    m_tag = addList("tag", tr("Any tag"), tr("Tag"));
    m_clear->hide();
    row->addWidget(m_clear);
    auto* pause = new QTimer(this);
    pause->setSingleShot(true);
    pause->setInterval(typing_pause_ms);
    connect(m_text, &QLineEdit::textChanged, pause, qOverload<>(&QTimer::start));
    connect(pause, &QTimer::timeout, this, &FilterBar::changed);
    connect(m_clear, &QPushButton::clicked, this, &FilterBar::clear);
    connect(this, &FilterBar::changed, this,
            [this] { m_clear->setVisible(!(filter() == app::HistoryFilter{})); });
}

QComboBox* FilterBar::addList(const char* name, const QString& everything, const QString& accessibleName) {
    auto* list = new QComboBox(this);
    list->setObjectName(QLatin1String("filter_") + QLatin1String(name));
    list->setAccessibleName(accessibleName);
    list->addItem(everything, QVariant());
    list->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    list->setMinimumContentsLength(static_cast<int>(everything.size()));
    list->setMinimumWidth(70);  // rather cut words than widen a small window
    list->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    layout()->addWidget(list);
    connect(list, &QComboBox::currentIndexChanged, this, &FilterBar::changed);
    return list;
}

void FilterBar::refill(QComboBox* list, QStringList values) {
    const QSignalBlocker blocker(list);
    const QString chosen = list->currentData().toString();
    while (list->count() > 1) list->removeItem(1);
    values.sort(Qt::CaseInsensitive);
    for (const QString& value : values) list->addItem(value, value);
    list->setCurrentIndex(chosen.isEmpty() ? 0 : std::max(0, list->findData(chosen)));
    list->setVisible(list->count() > 2 || list->currentIndex() > 0);
}

void FilterBar::setChoices(const app::HistoryModel& model, const QStringList& tags) {
    QSet<QString> models, datasets, precisions, frameworks;
    for (int i = 0; i < model.rowCount(); ++i) {
        const app::HistoryRow& row = model.rowAt(i);
        models.insert(row.model);
        datasets.insert(row.dataset);
        precisions.insert(row.precision);
        frameworks.insert(row.framework);
    }
    const std::pair<QComboBox*, QSet<QString>*> lists[] = {
        {m_model, &models}, {m_dataset, &datasets}, {m_precision, &precisions}, {m_framework, &frameworks}};
    for (const auto& [list, values] : lists) {
        values->remove(QString());
        refill(list, values->values());
    }
    refill(m_tag, tags);
}

app::HistoryFilter FilterBar::filter() const {
    app::HistoryFilter filter;
    filter.text = m_text->text();
    if (m_show->currentIndex() > 0)
        filter.show = static_cast<app::HistoryFilter::Show>(m_show->currentData().toInt());
    filter.model = m_model->currentData().toString();
    filter.dataset = m_dataset->currentData().toString();
    filter.precision = m_precision->currentData().toString();
    filter.framework = m_framework->currentData().toString();
    filter.tag = m_tag->currentData().toString();
    if (m_state->currentIndex() > 0)
        filter.state = static_cast<app::RunState>(m_state->currentData().toInt());
    return filter;
}

void FilterBar::setShow(app::HistoryFilter::Show show) {
    m_show->setCurrentIndex(std::max(0, m_show->findData(static_cast<int>(show))));
}

void FilterBar::clear() {
    m_text->clear();
    for (QComboBox* list : {m_show, m_model, m_dataset, m_precision, m_framework, m_state, m_tag}) {
        const QSignalBlocker blocker(list);
        list->setCurrentIndex(0);
    }
    emit changed();
}

void FilterBar::focusSearch() {
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

}  // namespace arcmeter::ui
