// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/TableSaver.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>

#include "app/export/TableExporter.h"
#include "engine/protocol/error.h"
#include "ui/widgets/MessageBar.h"

namespace arcmeter::ui {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(TableSaver)
};

}  // namespace

bool saveTable(const app::Table& table, const QString& file, MessageBar* messages) {
    const auto format = app::tableFormatFromString(QFileInfo(file).suffix().toLower());
    if (!format) {
        QStringList allowed;
        for (const app::TableFormat known : app::tableFormats()) allowed << app::toString(known);
        messages->showMessage(MessageBar::Kind::Problem,
                              Words::tr("The table cannot be saved as %1; allowed endings: %2.")
                                  .arg(file, allowed.join(QStringLiteral(", "))));
        return false;
    }
    try {
        app::writeTable(table, *format, file);
    } catch (const Error& error) {
        messages->showMessage(MessageBar::Kind::Problem, QString::fromUtf8(error.what()));
        return false;
    }
    messages->showMessage(MessageBar::Kind::Done,
                          Words::tr("Saved %1 rows to %2").arg(table.rows.size()).arg(file), {}, 8);
    return true;
}

void saveTableAs(QWidget* parent, const app::Table& table, const QString& suggestedName,
                 MessageBar* messages) {
    QStringList kinds;
    for (const app::TableFormat format : app::tableFormats()) {
        kinds << QStringLiteral("%1 (*.%2)").arg(app::titleOf(format), app::toString(format));
    }
    QString chosen;
    QString file = QFileDialog::getSaveFileName(parent, Words::tr("Save the table"),
                                                suggestedName + QStringLiteral(".csv"),
                                                kinds.join(QStringLiteral(";;")), &chosen);
    if (file.isEmpty()) return;
    if (QFileInfo(file).suffix().isEmpty())
        file += '.' + chosen.section(QStringLiteral("*."), 1).section(')', 0, 0);
    saveTable(table, file, messages);
}

}  // namespace arcmeter::ui
