// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/newrun/FieldRow.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardItemModel>

#include "engine/protocol/run_config.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

/// The help sentence that `arcmeter-cli run --help` gives, as a tool tip.
QString toolTipFor(const QString& field) {
    for (const protocol::ConfigField& entry : protocol::config_fields()) {
        if (field != QLatin1String(entry.name.data(), static_cast<qsizetype>(entry.name.size()))) continue;
        return QStringLiteral("%1\n%2: %3")
            .arg(QString::fromUtf8(entry.help.data(), static_cast<qsizetype>(entry.help.size())),
                 FieldRow::tr("Allowed"),
                 QString::fromUtf8(entry.allowed.data(), static_cast<qsizetype>(entry.allowed.size())));
    }
    return {};
}

}  // namespace

FieldRow::FieldRow(FieldSpec spec, QWidget* parent)
    : QWidget(parent),
      m_spec(std::move(spec)),
      m_label(makeLabel(m_spec.label)),
      m_problem(makeWrappedLabel({}, TextRole::Small)) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(2 * space);
    grid->setVerticalSpacing(2);
    grid->setColumnMinimumWidth(0, 92);
    grid->setColumnStretch(1, 1);
    m_problem->setProperty("problem", true);
    m_problem->hide();
    addEditor();
    if (!m_spec.isSwitch) grid->addWidget(m_label, 0, 0);
    m_label->setVisible(!m_spec.isSwitch);
    grid->addWidget(editor(), 0, 1);
    grid->addWidget(m_problem, 1, 1);
    editor()->setToolTip(toolTipFor(m_spec.field));
    editor()->setAccessibleName(m_spec.label);
    editor()->setObjectName(m_spec.field);
    m_label->setBuddy(editor());
    if (m_spec.action.isEmpty()) return;
    auto* action = new QPushButton(m_spec.action, this);
    action->setObjectName(m_spec.field + QStringLiteral("_action"));
    action->setToolTip(m_spec.actionHelp);
    action->setAccessibleName(QStringLiteral("%1: %2").arg(m_spec.label, m_spec.action));
    action->setAccessibleDescription(m_spec.actionHelp);
    action->setProperty("beside", true);
    grid->addWidget(action, 0, 2);
    connect(action, &QPushButton::clicked, this, &FieldRow::actionAsked);
}

void FieldRow::addEditor() {
    if (m_spec.isSwitch) {
        m_check = new QCheckBox(m_spec.label, this);
        connect(m_check, &QCheckBox::toggled, this, &FieldRow::edited);
        return;
    }
    if (m_spec.choices.isEmpty()) {
        m_line = new QLineEdit(this);
        m_line->setPlaceholderText(m_spec.placeholder);
        connect(m_line, &QLineEdit::textChanged, this, &FieldRow::edited);
        return;
    }
    m_list = new QComboBox(this);
    m_list->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_list->setMinimumContentsLength(10);
    if (m_spec.optional) m_list->addItem(m_spec.placeholder, QString());
    for (qsizetype i = 0; i < m_spec.choices.size(); ++i) {
        m_list->addItem(i < m_spec.titles.size() ? m_spec.titles[i] : m_spec.choices[i], m_spec.choices[i]);
    }
    connect(m_list, &QComboBox::currentIndexChanged, this, &FieldRow::edited);
}

QWidget* FieldRow::editor() const {
    if (m_check) return m_check;
    return m_line ? static_cast<QWidget*>(m_line) : m_list;
}

QString FieldRow::text() const {
    if (m_check) return m_check->isChecked() ? QStringLiteral("true") : QStringLiteral("false");
    return m_line ? m_line->text().trimmed() : m_list->currentData().toString();
}

void FieldRow::setText(const QString& text) {
    if (text == this->text()) return;
    const QSignalBlocker blocker(editor());
    if (m_check) {
        m_check->setChecked(text == QLatin1String("true"));
    } else if (m_line) {
        m_line->setText(text);
    } else {
        m_list->setCurrentIndex(std::max(0, m_list->findData(text)));
    }
}

void FieldRow::setPlaceholder(const QString& text) {
    if (m_line) m_line->setPlaceholderText(text);
    if (m_list && m_spec.optional) m_list->setItemText(0, text);
}

void FieldRow::setProblem(const QString& sentence) {
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    setLook(editor(), "invalid", !sentence.isEmpty());
    editor()->setAccessibleDescription(sentence);
}

QString FieldRow::problem() const {
    return m_problem->text();
}

void FieldRow::setChoiceEnabled(const QString& choice, bool enabled, const QString& reason) {
    const int row = m_list ? m_list->findData(choice) : -1;
    auto* model = m_list ? qobject_cast<QStandardItemModel*>(m_list->model()) : nullptr;
    if (row < 0 || !model) return;
    model->item(row)->setEnabled(enabled);
    model->item(row)->setToolTip(enabled ? QString() : reason);
}

}  // namespace arcmeter::ui
