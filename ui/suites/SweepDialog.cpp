// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/suites/SweepDialog.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "engine/protocol/error.h"
#include "ui/queue/QueueText.h"
#include "ui/suites/EntryView.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

constexpr int typing_ms = 300;  ///< the engine is asked when the user rests

struct SweepField {
    const char* field;
    const char* title;
    const char* example;
};

constexpr SweepField fields[] = {
    {"model", QT_TRANSLATE_NOOP("SweepDialog", "Model"), "r50, r100, y1"},
    {"parallelism", QT_TRANSLATE_NOOP("SweepDialog", "Parallelism"), "data, model, partial_fc"},
    {"batch_size_per_device", QT_TRANSLATE_NOOP("SweepDialog", "Batch size a device"), "16, 32, 64, max"},
    {"num_classes", QT_TRANSLATE_NOOP("SweepDialog", "Number of classes"), "10000, 100000, 1000000, max"},
    {"precision", QT_TRANSLATE_NOOP("SweepDialog", "Precision"), "fp32, bf16"},
    {"devices", QT_TRANSLATE_NOOP("SweepDialog", "Devices (nodes x devices)"), "1x1, 1x2, 1x4"},
    {"recompute", QT_TRANSLATE_NOOP("SweepDialog", "Recompute"), "none, units, blocks"},
    {"sample_ratio", QT_TRANSLATE_NOOP("SweepDialog", "Sample ratio"), "0.1, 0.2, 1.0"},
    {"loss", QT_TRANSLATE_NOOP("SweepDialog", "Loss"), "arcface, cosface"},
    {"momentum_precision", QT_TRANSLATE_NOOP("SweepDialog", "Precision of the momentum"), "fp32, bf16"},
    {"method", QT_TRANSLATE_NOOP("SweepDialog", "Method"), "quick, dlperf"},
    {"cpu_threads", QT_TRANSLATE_NOOP("SweepDialog", "CPU threads"), "1, 2, 4"},
    {"seed", QT_TRANSLATE_NOOP("SweepDialog", "Seed"), "1, 2, 3"},
};

bool isKnown(const char* field) {
    const auto known = protocol::config_fields();
    return std::string_view(field) == "devices" ||
           std::any_of(known.begin(), known.end(), [field](const auto& each) { return each.name == field; });
}

}  // namespace

SweepDialog::SweepDialog(const app::SuiteEntry& base, app::RunStore* store, const QString& engine,
                         QWidget* parent)
    : QDialog(parent),
      m_base(base),
      m_grid(new QGridLayout),
      m_typing(new QTimer(this)),
      m_entries(new EntryView(store, engine)) {
    setWindowTitle(tr("Sweep"));
    setObjectName(QStringLiteral("sweepDialog"));
    resize(980, 640);
    m_entries->setPublishedShown(false);
    m_typing->setSingleShot(true);
    m_typing->setInterval(typing_ms);
    auto* add = makeFlatButton(tr("Another field"), QStringLiteral("add"));
    add->setObjectName(QStringLiteral("addDimension"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    m_grid->setColumnStretch(1, 1);
    m_grid->setSpacing(2 * space);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(2 * space);
    column->addWidget(makeWrappedLabel(
        tr("Every combination of these values is a configuration; all else is as in the New-run panel: %1.")
            .arg(entryText(m_base)),
        TextRole::Body, true));
    column->addLayout(m_grid);
    column->addWidget(add, 0, Qt::AlignLeft);
    column->addWidget(m_entries, 1);
    column->addWidget(buttons);
    connect(add, &QToolButton::clicked, this, [this] {
        addRow();
        m_rows.back().field->setFocus();
    });
    connect(m_typing, &QTimer::timeout, this, &SweepDialog::refresh);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_entries, &EntryView::addAsked, this, [this](bool start) {
        emit queueAsked(m_entries->batch(tr("Sweep")), start);
        accept();
    });
    addRow();
    refresh();
}

void SweepDialog::addRow() {
    Row row{new QComboBox, new QLineEdit, makeFlatButton({}, QStringLiteral("close"))};
    row.field->addItem(tr("Choose a field …"), QString());
    for (const SweepField& each : fields) {
        if (isKnown(each.field))
            row.field->addItem(QCoreApplication::translate("SweepDialog", each.title),
                               QString::fromLatin1(each.field));
    }
    row.field->setAccessibleName(tr("Field"));
    row.field->setObjectName(QStringLiteral("sweepField%1").arg(m_rows.size()));
    row.values->setAccessibleName(tr("Values"));
    row.values->setObjectName(QStringLiteral("sweepValues%1").arg(m_rows.size()));
    row.values->setEnabled(false);
    row.remove->setToolTip(tr("Leave this field out"));
    row.remove->setAccessibleName(tr("Leave this field out"));
    const int line = m_grid->rowCount();
    m_grid->addWidget(row.field, line, 0);
    m_grid->addWidget(row.values, line, 1);
    m_grid->addWidget(row.remove, line, 2);
    connect(row.field, &QComboBox::currentIndexChanged, this, [this, row](int index) {
        row.values->setEnabled(index > 0);
        row.values->setPlaceholderText(allowed(row.field->currentData().toString()));
        m_typing->start();
    });
    connect(row.values, &QLineEdit::textChanged, this, [this] { m_typing->start(); });
    connect(row.remove, &QToolButton::clicked, this, [this, field = row.field] { removeRow(field); });
    m_rows.push_back(row);
}

void SweepDialog::removeRow(const QComboBox* field) {
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [field](const Row& row) { return row.field == field; });
    if (found == m_rows.end()) return;
    for (QWidget* widget : std::initializer_list<QWidget*>{found->field, found->values, found->remove}) {
        widget->hide();
        widget->deleteLater();
    }
    m_rows.erase(found);
    if (m_rows.empty()) addRow();
    refresh();
}

void SweepDialog::setDimension(const QString& field, const QString& values) {
    if (!m_rows.back().field->currentData().toString().isEmpty()) addRow();
    const Row& row = m_rows.back();
    row.field->setCurrentIndex(row.field->findData(field));
    row.values->setText(values);
}

QString SweepDialog::allowed(const QString& field) const {
    for (const SweepField& each : fields) {
        if (field == QLatin1String(each.field))
            return tr("for example %1").arg(QString::fromLatin1(each.example));
    }
    return {};
}

/// Rows with a field and a value; both commas of a Chinese keyboard count.
std::vector<app::SweepDimension> SweepDialog::dimensions() const {
    std::vector<app::SweepDimension> dimensions;
    for (const Row& row : m_rows) {
        app::SweepDimension dimension{row.field->currentData().toString(), {}};
        QString text = row.values->text();
        text.replace(QChar(0xff0c), QLatin1Char(','));
        for (const QString& value : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
            const QString trimmed = value.trimmed();
            if (!trimmed.isEmpty() && !dimension.values.contains(trimmed)) dimension.values << trimmed;
        }
        if (!dimension.field.isEmpty() && !dimension.values.isEmpty()) dimensions.push_back(dimension);
    }
    return dimensions;
}

void SweepDialog::refresh() {
    m_typing->stop();
    const std::vector<app::SweepDimension> chosen = dimensions();
    if (chosen.empty()) {
        m_entries->setProblem(tr("Choose a field and type its values, separated by commas."));
        return;
    }
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (chosen[i].field != chosen[j].field) continue;
            m_entries->setProblem(
                tr("The field %1 is chosen twice; give all its values in one row.").arg(chosen[i].field));
            return;
        }
    }
    try {
        m_entries->setEntries(app::crossProduct(m_base, chosen));
    } catch (const Error& error) {
        m_entries->setProblem(QString::fromUtf8(error.what()));
    }
}

}  // namespace arcmeter::ui
