// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QCommandLineParser>
#include <QMessageBox>
#include <cstdio>

#include "app/paths/AppPaths.h"
#include "app/settings/Settings.h"
#include "app/store/RunStore.h"
#include "app/version/Version.h"
#include "engine/protocol/error.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/window/MainWindow.h"
#include "ui/window/Translations.h"

namespace {

using namespace arcmeter;

/// A sentence for a person who may not see standard error.
int fail(const Error& error) {
    const QString sentence = QString::fromUtf8(error.what()) + ' ' + QString::fromStdString(error.hint());
    std::fprintf(stderr, "arcmeter: %s\n", qPrintable(sentence.trimmed()));
    QMessageBox::critical(nullptr, QStringLiteral("Arcmeter"), sentence);
    return exit_code_of(error.code());
}

/// Ends the program for --help and --version: QApplication, which the rest needs, cannot do without a
/// display.
void answerWithoutDisplay(int argc, char** argv, QCommandLineParser& parser) {
    QCoreApplication application(argc, argv);
    for (const QString& word : QCoreApplication::arguments()) {
        if (word == QStringLiteral("--version") || word == QStringLiteral("-v")) parser.showVersion();
        if (word == QStringLiteral("--help") || word == QStringLiteral("-h")) parser.showHelp();
    }
}

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication::setApplicationName(QStringLiteral("arcmeter"));
    QCoreApplication::setApplicationVersion(app::programVersion());
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Launch, watch, compare and export face-recognition training benchmarks."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption db(QStringLiteral("db"),
                                QStringLiteral("Run store to open, instead of the usual one."),
                                QStringLiteral("FILE"), app::paths::defaultDatabase());
    parser.addOption(db);
    answerWithoutDisplay(argc, argv, parser);

    QApplication application(argc, argv);
    ui::loadResources();
    QApplication::setApplicationDisplayName(QStringLiteral("Arcmeter"));
    QApplication::setDesktopFileName(QStringLiteral("arcmeter"));
    QApplication::setWindowIcon(ui::programIcon());
    parser.process(application);

    try {
        app::Settings settings;
        ui::installTranslations(application, settings.language());
        ui::Theme theme(&application, &settings);
        app::RunStore store(parser.value(db));
        ui::MainWindow window(&store, &settings);
        window.show();
        return QApplication::exec();
    } catch (const Error& error) {
        return fail(error);
    }
}
