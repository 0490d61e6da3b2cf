// fitd ui: the live page of the daemon, with the rights of whoever runs it.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>

#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/client/client.h"
#include "daemon/flags/option_checks.h"
#include "daemon/ui/ui_server.h"

namespace fitd {
namespace {

constexpr const char* kUiExamples =
    "Serves one page on this host alone and passes its calls on to the daemon, with your rights. The address that is\n"
    "printed holds a token; without it the page shows everything, but starts and cancels nothing.\n"
    "Examples:\n"
    "  fitd ui\n"
    "  fitd ui --listen 127.0.0.1:9000 --socket /run/fitd/fitd.sock\n"
    "  ssh -L 8088:127.0.0.1:8088 host fitd ui        from another host, in your own browser";

int Serve(UiOptions options) {
  options.socket_path = ClientSocketPath(options.socket_path);
  const Result<std::unique_ptr<UiServer>> server = UiServer::Listen(options);
  if (!server.ok()) return ReportError(server.status());
  // It may come later: the page says so until it does.
  Client daemon(options.socket_path, std::chrono::seconds(2));
  if (const auto health = daemon.Get("/v1/health"); !health.ok()) {
    std::fprintf(stderr, "fitd: %s\n", health.status().message().c_str());
  }
  std::printf("%s\n", (*server)->Address().c_str());
  std::fflush(stdout);
  std::fprintf(stderr, "fitd: the page is at that address until this command ends (Ctrl-C)\n");
  (*server)->Run();
  return 0;
}

}  // namespace

void AddUiCommand(CLI::App& app, CommandRun& run) {
  CLI::App* ui = app.add_subcommand("ui", "Serve the live page of the daemon on this host");
  ui->footer(kUiExamples);
  auto options = std::make_shared<UiOptions>();
  ui->add_option("--listen", options->listen, "Address and port; port 0 takes a free one")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  ui->add_option("--socket", options->socket_path, "The daemon's socket [FITD_SOCKET, /run/fitd/fitd.sock]")
      ->check(NamesAFile())
      ->type_name("PATH");
  ui->callback([&run, options] { run = [options] { return Serve(*options); }; });
}

}  // namespace fitd
