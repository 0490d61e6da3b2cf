#include "daemon/commands.h"
namespace fitd {
void AddExportCommand(CLI::App&, CommandRun&) {}
}  // namespace fitd
