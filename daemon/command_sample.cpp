#include "daemon/commands.h"
namespace fitd {
void AddSampleCommand(CLI::App&, CommandRun&) {}
}  // namespace fitd
