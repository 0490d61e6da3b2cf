#include "daemon/commands.h"
namespace fitd {
void AddCheckCommand(CLI::App&, CommandRun&) {}
}  // namespace fitd
