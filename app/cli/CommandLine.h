// SPDX-License-Identifier: GPL-3.0-or-later
// arcmeter-cli as a function: parses, runs one command, returns the exit code (0 done, 1 failed, 2 wrong
// usage or invalid configuration, 3 stopped by the user, 4 the device asked for is not here).
#pragma once

namespace arcmeter::app::cli {

int runCommandLine(int argc, char** argv);

}  // namespace arcmeter::app::cli
