// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/Translations.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace arcmeter::ui {

void installTranslations(QApplication& application, const QString& language) {
    const QLocale locale = language == QLatin1String("auto") ? QLocale::system() : QLocale(language);
    if (language != QLatin1String("auto")) QLocale::setDefault(locale);
    auto* own = new QTranslator(&application);
    const QString folder = QStringLiteral(":/arcmeter/translations");
    // English has a file too, for its plurals: it serves every language that has none.
    if (own->load(locale, QStringLiteral("arcmeter"), QStringLiteral("_"), folder) ||
        own->load(folder + QStringLiteral("/arcmeter_en.qm"))) {
        QApplication::installTranslator(own);
    }
    auto* qt = new QTranslator(&application);
    if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                 QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        QApplication::installTranslator(qt);
    }
}

}  // namespace arcmeter::ui
