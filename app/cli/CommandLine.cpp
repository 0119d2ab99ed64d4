// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/CommandLine.h"

#include <QGuiApplication>
#include <exception>
#include <memory>

#include "app/cli/Commands.h"
#include "app/cli/Terminal.h"
#include "engine/protocol/error.h"

namespace arcmeter::app::cli {
namespace {

/// After parsing: only pages need fonts, which Qt has in its GUI application alone; no display is needed.
std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv, bool withFonts) {
    QCoreApplication::setApplicationName(QStringLiteral("arcmeter"));
    if (!withFonts) return std::make_unique<QCoreApplication>(argc, argv);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    return std::make_unique<QGuiApplication>(argc, argv);
}

}  // namespace

int runCommandLine(int argc, char** argv) {
    Commands commands;
    try {
        commands.parse(argc, argv);
        const auto application = makeApplication(argc, argv, commands.needsFonts());
        return commands.execute();
    } catch (const CLI::ParseError& error) {
        const int code = commands.table().exit(error);
        return code == 0 ? exit_done : exit_usage;
    } catch (const Error& error) {
        return reportError(error);
    } catch (const std::exception& error) {
        return reportError(Error(ErrorCode::internal, error.what()));
    }
}

}  // namespace arcmeter::app::cli
