// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/suites/SuitesDialog.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QListWidget>
#include <QVBoxLayout>

#include "ui/newrun/CatalogText.h"
#include "ui/suites/EntryView.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {

SuitesDialog::SuitesDialog(std::vector<app::Suite> suites, app::RunStore* store, const QString& engine,
                           QWidget* parent)
    : QDialog(parent),
      m_suites(std::move(suites)),
      m_list(new QListWidget),
      m_description(makeWrappedLabel({}, TextRole::Body, true)),
      m_entries(new EntryView(store, engine)) {
    setWindowTitle(tr("Suites"));
    setObjectName(QStringLiteral("suitesDialog"));
    resize(1280, 680);
    m_list->setObjectName(QStringLiteral("suites"));
    m_list->setAccessibleName(tr("Suites"));
    m_list->setMaximumWidth(230);
    m_list->setSpacing(space / 2);
    for (const app::Suite& suite : m_suites) {
        m_list->addItem(QStringLiteral("%1 (%2)").arg(catalogText(suite.title)).arg(suite.entries.size()));
    }
    m_description->setObjectName(QStringLiteral("suiteDescription"));
    auto* side = new QVBoxLayout;
    side->setSpacing(2 * space);
    side->addWidget(m_description);
    side->addWidget(m_entries, 1);
    auto* row = new QHBoxLayout;
    row->setSpacing(3 * space);
    row->addWidget(m_list);
    row->addLayout(side, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    auto* column = new QVBoxLayout(this);
    column->addLayout(row, 1);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_list, &QListWidget::currentRowChanged, this, &SuitesDialog::showSuite);
    connect(m_entries, &EntryView::addAsked, this, [this](bool start) {
        const auto chosen = static_cast<std::size_t>(m_list->currentRow());
        emit queueAsked(m_entries->batch(m_suites[chosen].id), start);
        accept();
    });
    m_list->setCurrentRow(0);
}

void SuitesDialog::choose(const QString& suiteId) {
    for (std::size_t i = 0; i < m_suites.size(); ++i) {
        if (m_suites[i].id == suiteId) m_list->setCurrentRow(static_cast<int>(i));
    }
}

void SuitesDialog::showSuite(int row) {
    if (row < 0) return;
    const app::Suite& suite = m_suites[static_cast<std::size_t>(row)];
    m_description->setText(catalogText(suite.description));
    m_entries->setEntries(suite.entries);
}

}  // namespace arcmeter::ui
