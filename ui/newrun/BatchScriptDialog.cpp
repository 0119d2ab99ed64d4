// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/newrun/BatchScriptDialog.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QSaveFile>
#include <QVBoxLayout>

#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {

BatchScriptDialog::BatchScriptDialog(const QString& script, QWidget* parent)
    : QDialog(parent), m_script(script), m_news(makeWrappedLabel({}, TextRole::Small)) {
    setWindowTitle(tr("Slurm batch script"));
    resize(760, 560);
    auto* text = new QPlainTextEdit(script);
    text->setReadOnly(true);
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text->setAccessibleName(windowTitle());
    text->setObjectName(QStringLiteral("script"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    auto* copy = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    auto* save = buttons->addButton(tr("&Save as…"), QDialogButtonBox::ActionRole);
    auto* column = new QVBoxLayout(this);
    column->addWidget(makeWrappedLabel(
        tr("Run starts these ranks for you. To hand them in yourself, save the script and give it to sbatch; "
           "the events of every repeat are its output.")));
    column->addWidget(text, 1);
    column->addWidget(m_news);
    column->addWidget(buttons);
    m_news->setObjectName(QStringLiteral("scriptNews"));
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_script); });
    connect(save, &QPushButton::clicked, this, &BatchScriptDialog::askAndSave);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void BatchScriptDialog::askAndSave() {
    const QString file =
        QFileDialog::getSaveFileName(this, tr("Save the batch script"), QStringLiteral("arcmeter.sh"));
    if (!file.isEmpty()) saveAs(file);
}

bool BatchScriptDialog::saveAs(const QString& file) {
    QSaveFile out(file);
    const QByteArray bytes = m_script.toUtf8();
    const bool saved = out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() &&
                       out.setPermissions(out.permissions() | QFileDevice::ExeOwner) && out.commit();
    m_news->setText(saved ? tr("Saved as %1").arg(file)
                          : tr("%1 cannot be written: %2").arg(file, out.errorString()));
    return saved;
}

}  // namespace arcmeter::ui
