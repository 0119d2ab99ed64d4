// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/CommandLine.h"

#include <exception>

#include "app/cli/Commands.h"
#include "app/cli/Terminal.h"
#include "engine/protocol/error.h"

namespace arcmeter::app::cli {

int runCommandLine(int argc, char** argv) {
    Commands commands;
    try {
        commands.parse(argc, argv);
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
