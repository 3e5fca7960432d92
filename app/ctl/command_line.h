// From the words of a command line to an exit code.
#pragma once

namespace fieldseal::ctl {

/// Runs what the words ask for and says on stderr what went wrong. Returns the exit code (docs/cli.md). Throws nothing but
/// what the standard streams throw.
int run_command_line(int count, char** words);

}  // namespace fieldseal::ctl
