// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/HelpWindow.h"

#include <QFile>
#include <QLocale>
#include <QMessageBox>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "app/version/Version.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"

namespace arcmeter::ui {
namespace {

QString helpText() {
    // The window's language decides, not the system's: tr() of this word is the language code.
    const QString language = HelpWindow::tr("en", "code of the language that help is shown in");
    QFile file(QStringLiteral(":/arcmeter/help/help.%1.html").arg(language));
    if (!file.open(QIODevice::ReadOnly)) {
        file.setFileName(QStringLiteral(":/arcmeter/help/help.en.html"));
        if (!file.open(QIODevice::ReadOnly)) return {};
    }
    return QString::fromUtf8(file.readAll());
}

}  // namespace

HelpWindow::HelpWindow(QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Arcmeter help"));
    resize(720, 720);
    auto* text = new QTextBrowser;
    text->setOpenExternalLinks(true);
    text->setHtml(helpText());
    text->document()->setDocumentMargin(4 * space);
    text->setAccessibleName(tr("Help"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(text);
}

void showAbout(QWidget* parent, const QString& engineText) {
    QMessageBox box(parent);
    box.setWindowTitle(HelpWindow::tr("About Arcmeter"));
    box.setIconPixmap(programIcon().pixmap(64, 64));
    box.setText(HelpWindow::tr("<b>Arcmeter %1</b>").arg(app::programVersion()));
    box.setInformativeText(
        HelpWindow::tr(
            "Explore how fast face-recognition networks train.\n\nEngine: %1\nQt %2\n\nThe window and the "
            "command line are free software under the GPL, version 3 or later; the engine is under the "
            "Apache License 2.0.")
            .arg(engineText, QString::fromLatin1(qVersion())));
    box.exec();
}

}  // namespace arcmeter::ui
