#include "daemon/commands.h"
namespace fitd {
void AddModelsCommand(CLI::App&, CommandRun&) {}
}  // namespace fitd
