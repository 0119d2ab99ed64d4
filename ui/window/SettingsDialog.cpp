// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/SettingsDialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include "app/catalog/Catalog.h"
#include "app/settings/Settings.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {

using app::Settings;

SettingsDialog::SettingsDialog(const app::Catalog& catalog, Settings* settings, QWidget* parent)
    : QDialog(parent), m_settings(settings), m_problem(makeWrappedLabel({})) {
    setWindowTitle(tr("Settings"));
    setMinimumWidth(620);
    auto* form = new QFormLayout;
    form->setVerticalSpacing(3 * space);
    form->setHorizontalSpacing(4 * space);
    addLook(form);
    addFolders(form, catalog);
    addEngine(form);
    m_problem->setProperty("problem", true);
    m_problem->hide();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::accepted, this, &SettingsDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(5 * space, 5 * space, 5 * space, 4 * space);
    column->setSpacing(4 * space);
    column->addLayout(form);
    column->addWidget(m_problem);
    column->addStretch();
    column->addWidget(buttons);
}

void SettingsDialog::addLook(QFormLayout* form) {
    m_theme = new QComboBox;
    m_theme->setObjectName(QStringLiteral("theme"));
    m_theme->addItem(tr("As the system"), static_cast<int>(Settings::Theme::Auto));
    m_theme->addItem(tr("Light"), static_cast<int>(Settings::Theme::Light));
    m_theme->addItem(tr("Dark"), static_cast<int>(Settings::Theme::Dark));
    m_theme->setCurrentIndex(m_theme->findData(static_cast<int>(m_settings->theme())));
    m_language = new QComboBox;
    m_language->setObjectName(QStringLiteral("language"));
    m_language->addItem(tr("As the system"), QStringLiteral("auto"));
    m_language->addItem(QStringLiteral("English"), QStringLiteral("en"));
    m_language->addItem(QStringLiteral("简体中文"), QStringLiteral("zh_CN"));
    m_language->setCurrentIndex(std::max(0, m_language->findData(m_settings->language())));
    m_language->setToolTip(tr("Takes effect when Arcmeter starts next"));
    form->addRow(tr("&Colours"), m_theme);
    form->addRow(tr("&Language (at next start)"), m_language);
}

void SettingsDialog::addFolders(QFormLayout* form, const app::Catalog& catalog) {
    for (const app::Dataset& dataset : catalog.datasets()) {
        if (!dataset.hasFolder) continue;
        QLineEdit* line =
            addPath(form, tr("Folder of %1").arg(dataset.id), m_settings->datasetFolder(dataset.id),
                    tr("not set: synthetic data stands in"), true);
        line->setObjectName(QStringLiteral("folder_") + dataset.id);
        m_folders.emplace(dataset.id, line);
    }
}

void SettingsDialog::addEngine(QFormLayout* form) {
    m_engine = addPath(form, tr("&Engine program"), m_settings->enginePath(),
                       tr("arcmeter-engine, found by itself"), false);
    m_engine->setObjectName(QStringLiteral("engine"));
    m_torch = addPath(form, tr("&Python with PyTorch"), m_settings->torchPython(), tr("python3"), false);
    m_torch->setObjectName(QStringLiteral("torchPython"));
    m_torch->setToolTip(
        tr("A Python 3.11 or newer with torch and numpy: PyTorch is then offered as an engine"));
}

QLineEdit* SettingsDialog::addPath(QFormLayout* form, const QString& label, const QString& value,
                                   const QString& placeholder, bool folder) {
    auto* line = new QLineEdit(value);
    line->setPlaceholderText(placeholder);
    line->setClearButtonEnabled(true);
    auto* browse = new QPushButton(tr("Browse…"));
    browse->setAccessibleName(tr("Browse: %1").arg(QString(label).remove('&')));
    auto* row = new QHBoxLayout;
    row->addWidget(line, 1);
    row->addWidget(browse);
    auto* title = new QLabel(label);
    title->setBuddy(line);
    form->addRow(title, row);
    connect(line, &QLineEdit::textChanged, this, &SettingsDialog::check);
    connect(browse, &QPushButton::clicked, this, [this, line, folder, label] {
        const QString chosen = folder ? QFileDialog::getExistingDirectory(this, label, line->text())
                                      : QFileDialog::getOpenFileName(this, label, line->text());
        if (!chosen.isEmpty()) line->setText(chosen);
    });
    return line;
}

void SettingsDialog::check() {
    QStringList sentences;
    for (const auto& [id, line] : m_folders) {
        const QString folder = line->text().trimmed();
        if (folder.isEmpty() || QFileInfo::exists(folder + QStringLiteral("/train.rec"))) continue;
        sentences << tr("There is no train.rec in %1.").arg(folder);
    }
    const QString engine = m_engine ? m_engine->text().trimmed() : QString();
    if (!engine.isEmpty() && !QFileInfo(engine).isExecutable()) {
        sentences << tr("%1 is not a program that can be run.").arg(engine);
    }
    const QString torch = m_torch ? m_torch->text().trimmed() : QString();
    if (torch.contains(QLatin1Char('/')) && !QFileInfo(torch).isExecutable()) {
        sentences << tr("%1 is not a program that can be run.").arg(torch);
    }
    m_problem->setText(sentences.join('\n'));
    m_problem->setVisible(!sentences.isEmpty());
}

void SettingsDialog::accept() {
    m_settings->setTheme(static_cast<Settings::Theme>(m_theme->currentData().toInt()));
    m_settings->setLanguage(m_language->currentData().toString());
    for (const auto& [id, line] : m_folders) m_settings->setDatasetFolder(id, line->text().trimmed());
    m_settings->setEnginePath(m_engine->text().trimmed());
    m_settings->setTorchPython(m_torch->text().trimmed());
    QDialog::accept();
}

}  // namespace arcmeter::ui
