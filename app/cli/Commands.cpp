// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"

#include "app/version/Version.h"

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
    "The published report's tables with this machine's runs beside them, for a paper:\n"
    "  arcmeter-cli report dlperf --format tex --output report.tex\n\n"
    "Two runs and a published row side by side, with a verdict:\n"
    "  arcmeter-cli compare 12 13 ref:1\n";

constexpr const char* footer =
    "\nExit codes: 0 done, 1 the run failed, 2 wrong usage or invalid configuration, 3 stopped by the user,\n"
    "4 the device asked for is not here. Results go to standard output, progress and errors to standard "
    "error.\n"
    "Runs are stored in $XDG_DATA_HOME/arcmeter/runs.sqlite unless --db names another file.\n"
    "'arcmeter-cli COMMAND --help' explains one command.";

}  // namespace

Commands::Commands()
    : m_table(description, "arcmeter-cli"),
      m_run(m_table),
      m_plan(m_table),
      m_search(m_table),
      m_project(m_table),
      m_suite(m_table),
      m_report(m_table),
      m_history(m_table),
      m_compare(m_table),
      m_import(m_table),
      m_engine(m_table) {
    m_table.footer(footer);
    m_table.set_version_flag("--version", "arcmeter-cli " + programVersion().toStdString());
    m_table.require_subcommand(1);
}

int Commands::execute() {
    return m_run.chosen()       ? m_run.execute()
           : m_plan.chosen()    ? m_plan.execute()
           : m_search.chosen()  ? m_search.execute()
           : m_project.chosen() ? m_project.execute()
           : m_suite.chosen()   ? m_suite.execute()
           : m_report.chosen()  ? m_report.execute()
           : m_history.chosen() ? m_history.execute()
           : m_compare.chosen() ? m_compare.execute()
           : m_import.chosen()  ? m_import.execute()
                                : m_engine.execute();
}

}  // namespace arcmeter::app::cli
