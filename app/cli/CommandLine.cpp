// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/CommandLine.h"

#include <CLI/CLI.hpp>
#include <QGuiApplication>
#include <exception>
#include <memory>

#include "app/cli/CompareCommand.h"
#include "app/cli/EngineCommands.h"
#include "app/cli/HistoryCommands.h"
#include "app/cli/ImportCommand.h"
#include "app/cli/PlanCommand.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/ReportCommand.h"
#include "app/cli/RunCommand.h"
#include "app/cli/SearchCommand.h"
#include "app/cli/SuiteCommands.h"
#include "app/cli/Terminal.h"
#include "app/version/Version.h"
#include "engine/protocol/error.h"

namespace arcmeter::app::cli {
namespace {

constexpr const char* description =
    "arcmeter-cli - measure how fast face-recognition networks train\n\n"
    "First look (no GPU needed, under a minute):\n"
    "  arcmeter-cli run --preset quick-look\n\n"
    "A benchmark, its result as JSON, stored in a file of its own:\n"
    "  arcmeter-cli run --model r50 --batch-size 32 --method quick --db runs.sqlite --json\n\n"
    "Will it fit, on this machine or another:\n"
    "  arcmeter-cli plan --model r100 --batch-size 128 --precision fp16\n\n"
    "The largest batch under a cap, proven by real runs:\n"
    "  arcmeter-cli search --find batch-size --model y1 --memory-limit 2GiB\n\n"
    "Every configuration of the published report that this machine can run, or a short look at each:\n"
    "  arcmeter-cli suite run dlperf-quick --device cpu\n\n"
    "All results beside the published ones, for a spreadsheet:\n"
    "  arcmeter-cli history export --format csv --output results.csv\n\n"
    "Two runs and a published row side by side, with a verdict:\n"
    "  arcmeter-cli compare 12 13 ref:1\n";

constexpr const char* footer =
    "\nExit codes: 0 done, 1 the run failed, 2 wrong usage or invalid configuration, 3 stopped by the user,\n"
    "4 the device asked for is not here. Results go to standard output, progress and errors to standard "
    "error.\n"
    "Runs are stored in $XDG_DATA_HOME/arcmeter/runs.sqlite unless --db names another file.\n"
    "'arcmeter-cli COMMAND --help' explains one command.";

/// After parsing: only pages need fonts, which Qt has in its GUI application alone; no display is needed.
std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv, bool withFonts) {
    QCoreApplication::setApplicationName(QStringLiteral("arcmeter"));
    if (!withFonts) return std::make_unique<QCoreApplication>(argc, argv);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    return std::make_unique<QGuiApplication>(argc, argv);
}

}  // namespace

int runCommandLine(int argc, char** argv) {
    CLI::App app{description, "arcmeter-cli"};
    app.footer(footer);
    app.set_version_flag("--version", "arcmeter-cli " + programVersion().toStdString());
    app.require_subcommand(1);

    RunCommand run(app);
    PlanCommand plan(app);
    SearchCommand search(app);
    ProjectCommand project(app);
    SuiteCommands suite(app);
    ReportCommand report(app);
    HistoryCommands history(app);
    CompareCommand compare(app);
    ImportCommand import(app);
    EngineCommands engine(app);
    try {
        app.parse(argc, argv);
        const auto application = makeApplication(argc, argv, report.needsFonts());
        return run.chosen()       ? run.execute()
               : plan.chosen()    ? plan.execute()
               : search.chosen()  ? search.execute()
               : project.chosen() ? project.execute()
               : suite.chosen()   ? suite.execute()
               : report.chosen()  ? report.execute()
               : history.chosen() ? history.execute()
               : compare.chosen() ? compare.execute()
               : import.chosen()  ? import.execute()
                                  : engine.execute();
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? exit_done : exit_usage;
    } catch (const Error& error) {
        return reportError(error);
    } catch (const std::exception& error) {
        return reportError(Error(ErrorCode::internal, error.what()));
    }
}

}  // namespace arcmeter::app::cli
