#include "daemon/commands.h"
namespace fitd {
void AddForecastCommand(CLI::App&, CommandRun&) {}
}  // namespace fitd
