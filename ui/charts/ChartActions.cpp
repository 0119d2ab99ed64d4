// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartActions.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QFileDialog>
#include <QGuiApplication>

#include "engine/protocol/error.h"
#include "ui/charts/ChartExport.h"
#include "ui/charts/Picture.h"
#include "ui/widgets/MessageBar.h"

namespace arcmeter::ui {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(ChartActions)
};

QString suggestedName(const QString& title) {
    QString name = title.toLower();
    name.replace(' ', '-').remove('\'');
    return name + QStringLiteral(".png");
}

}  // namespace

void saveChartAs(Picture& chart, QWidget* parent, const QString& footer, MessageBar* messages) {
    QString file =
        QFileDialog::getSaveFileName(parent, Words::tr("Save the chart"), suggestedName(chart.title()),
                                     Words::tr("Pictures (*.png *.svg *.pdf)"));
    if (file.isEmpty()) return;
    if (QFileInfo(file).suffix().isEmpty()) file += QStringLiteral(".png");
    try {
        saveChart(chart, file, footer);
        messages->showMessage(MessageBar::Kind::Done, Words::tr("Saved %1").arg(file), {}, 8);
    } catch (const Error& error) {
        messages->showMessage(MessageBar::Kind::Problem, QString::fromUtf8(error.what()));
    }
}

void copyChart(Picture& chart, const QString& footer) {
    QGuiApplication::clipboard()->setImage(chartImage(chart, footer));
}

}  // namespace arcmeter::ui
