// fitd plot: last values and forecast of a target, as SVG or in the terminal.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "common/atomic_file.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/reading/history_flags.h"
#include "daemon/cli/report.h"
#include "daemon/flags/option_checks.h"
#include "daemon/output/models_table.h"
#include "daemon/output/opened_run.h"
#include "daemon/output/output_file.h"
#include "daemon/output/run_forecasts.h"
#include "daemon/report/plot_json.h"
#include "daemon/report/svg_plot.h"
#include "daemon/report/target_plot.h"
#include "daemon/report/text_plot.h"

namespace fitd {
namespace {

constexpr const char* kPlotExamples =
    "Shows the last values that the store keeps (fitd train --keep-history), the forecast of the held-out ones, and "
    "the\n"
    "forecast with its 80 and 95 % intervals.\n"
    "Examples:\n"
    "  fitd plot --store metrics.db --target web-17 -o web-17.svg\n"
    "  fitd plot --store metrics.db --target web-17 --target web-18 --horizon 48 > both.svg\n"
    "  fitd plot --store metrics.db --target web-17 --text\n"
    "  fitd plot --store metrics.db metrics.csv --target web-17 --last 2000 > long.svg";

struct PlotOptions {
  std::string store = kDefaultStore;
  std::vector<std::string> targets;
  HistoryFlags history;
  std::string output = "-";
  bool text = false;
  bool json = false;
  int horizon = 0;
  int last = 0;
  int width = 0;   // 0: 720 pixels, or as wide as the terminal
  int height = 0;  // 0: 300 pixels, or 16 rows
  bool allow_code = false;
};

int TerminalColumns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

// So much of what is kept that the forecast is not a speck at its end.
void ShowEnough(TargetPlot& plot) {
  const std::size_t enough = std::max<std::size_t>(120, 8 * plot.forecast.values.size());
  if (plot.history.values.size() <= enough) return;
  plot.history.first = plot.history.end() - static_cast<std::int64_t>(enough);
  plot.history.values.erase(plot.history.values.begin(),
                            plot.history.values.end() - static_cast<std::ptrdiff_t>(enough));
}

// `failures`: what users' code could not forecast.
Result<std::vector<TargetPlot>> ReadPlots(const PlotOptions& options, std::vector<std::string>& failures) {
  FITD_ASSIGN_OR_RETURN(const OpenedRun opened, OpenLatestRun(options.store));
  FITD_ASSIGN_OR_RETURN(const std::unique_ptr<HistorySource> history, options.history.Load(opened.store, opened.run));
  FITD_ASSIGN_OR_RETURN(PlotReader reader,
                        PlotReader::Open(opened.store, opened.run, history.get(), options.allow_code));
  std::vector<TargetPlot> plots;
  TargetFilter filter;
  filter.ids = options.targets;
  filter.with_last_values = true;
  FITD_RETURN_IF_ERROR(opened.store.ForEachTarget(opened.run.run, filter, [&](const TargetRecord& target) -> Status {
    FITD_ASSIGN_OR_RETURN(TargetPlot plot,
                          reader.Read(target, options.horizon, static_cast<std::size_t>(options.last)));
    plots.push_back(std::move(plot));
    return {};
  }));
  AnomalyFilter events;
  events.targets = options.targets;
  FITD_RETURN_IF_ERROR(opened.store.ForEachAnomaly(events, [&plots](const StoredAnomaly& event) -> Status {
    for (TargetPlot& plot : plots) MarkAnomaly(plot, event);
    return {};
  }));
  // In the order they were asked for.
  std::vector<TargetPlot> asked;
  for (const std::string& id : options.targets) {
    const auto at =
        std::find_if(plots.begin(), plots.end(), [&id](const TargetPlot& plot) { return plot.target == id; });
    if (at == plots.end()) {
      return Status(StatusCode::kNotFound, fmt::format("{} has no target '{}'{}; fitd models lists what is there",
                                                       options.store, id, NearestTarget(opened.store, opened.run, id)));
    }
    if (!HasSomethingToPlot(*at)) {
      return Status(StatusCode::kNotFound,
                    fmt::format("target '{}' has neither a model nor kept values; fitd models says why", id));
    }
    asked.push_back(*at);
    if (options.last == 0 && !options.json) ShowEnough(asked.back());
  }
  failures = reader.forecaster().user_failures();
  return asked;
}

void AppendText(std::string& out, const std::vector<TargetPlot>& plots, const PlotOptions& options) {
  TextPlotOptions text;
  text.columns = options.width > 0 ? options.width : TerminalColumns();
  if (options.height > 0) text.rows = options.height;
  const char* const term = std::getenv("TERM");
  const bool colours = std::getenv("NO_COLOR") == nullptr && (term == nullptr || std::string_view(term) != "dumb");
  text.colour = options.output == "-" && ::isatty(STDOUT_FILENO) == 1 && colours;
  for (const TargetPlot& plot : plots) {
    AppendTextPlot(out, plot, text);
    if (&plot != &plots.back()) out += '\n';
  }
}

// One picture, the plots below each other.
void AppendSvg(std::string& out, const std::vector<TargetPlot>& plots, const PlotOptions& options) {
  SvgPlotOptions svg;
  svg.width = options.width > 0 ? options.width : 720;
  svg.height = options.height > 0 ? options.height : 300;
  svg.standalone = true;
  if (plots.size() > 1) {
    out +=
        fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">",
                    svg.width, static_cast<std::size_t>(svg.height) * plots.size());
  }
  for (std::size_t i = 0; i < plots.size(); ++i) {
    svg.y = static_cast<int>(i) * svg.height;
    AppendSvgPlot(out, plots[i], svg);
  }
  out += plots.size() > 1 ? "</svg>\n" : "\n";
}

void AppendJson(std::string& out, const std::vector<TargetPlot>& plots) {
  for (const TargetPlot& plot : plots) {
    out += &plot == &plots.front() ? "[\n" : ",\n";
    AppendPlotJson(out, plot);
  }
  out += "\n]\n";
}

// Of what this command writes with these options.
Status CheckIsPlot(const PlotOptions& options) {
  if (options.json) {
    return CheckIsKind(options.output, "plot in JSON",
                       [](std::string_view head) { return head.starts_with("[\n{\"target\":"); });
  }
  if (options.text) {  // below the target's name stands the axis of the values
    return CheckIsKind(options.output, "plot of characters",
                       [](std::string_view head) { return head.find("\xe2\x94\x82") != std::string_view::npos; });
  }
  return CheckIsKind(options.output, "SVG picture", [](std::string_view head) { return head.starts_with("<svg"); });
}

// The exit code.
Result<int> Plot(const PlotOptions& options) {
  std::vector<std::string> failures;
  FITD_ASSIGN_OR_RETURN(const std::vector<TargetPlot> plots, ReadPlots(options, failures));
  FITD_RETURN_IF_ERROR(CheckIsNoInput(options.output, options.history.data()));
  FITD_RETURN_IF_ERROR(CheckIsPlot(options));
  FITD_ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(options.output));
  std::string& out = file.sink().text();
  if (options.json) {
    AppendJson(out, plots);
  } else {
    options.text ? AppendText(out, plots, options) : AppendSvg(out, plots, options);
  }
  FITD_RETURN_IF_ERROR(file.Commit());
  ReportUserFailures(failures);
  return failures.empty() ? 0 : kExitSomeFailed;
}

}  // namespace

void AddPlotCommand(CLI::App& app, CommandRun& run) {
  CLI::App* plot = app.add_subcommand("plot", "Plot targets of a store with their forecasts");
  plot->footer(kPlotExamples);
  auto options = std::make_shared<PlotOptions>();
  options->history.AddTo(*plot);
  plot->add_option("--store", options->store, "Store to read")
      ->check(NamesAFile())
      ->type_name("FILE")
      ->capture_default_str();
  plot->add_option("--target", options->targets, "Target to plot (repeatable)")
      ->allow_extra_args(false)
      ->required()
      ->type_name("ID");
  plot->add_option("-o,--output", options->output, "File to write [stdout]")->check(NamesAFile())->type_name("FILE");
  auto* text = plot->add_flag("--text", options->text, "Draw with characters instead of SVG");
  plot->add_flag("--json", options->json, "Print what is drawn as a JSON array instead")->excludes(text);
  plot->add_option("--horizon", options->horizon, "Steps ahead [what the run was tuned for]")
      ->check(WholeNumber(1, 1'000'000))
      ->type_name("H");
  plot->add_option("--last", options->last, "Values to show before the forecast [120, or 8 times the horizon]")
      ->check(WholeNumber(1, 1'000'000'000))
      ->type_name("N");
  plot->add_option("--width", options->width, "Width in pixels, or in columns with --text [720, the terminal's]")
      ->check(WholeNumber(20, 10'000))
      ->type_name("W");
  plot->add_option("--height", options->height, "Height of one plot in pixels, or in rows with --text [300, 16]")
      ->check(WholeNumber(4, 10'000))
      ->type_name("H");
  plot->add_flag("--allow-code", options->allow_code,
                 "Run the command, plugin or module that the store names, whoever owns the store");
  plot->callback([&run, options] {
    run = [options] {
      const Result<int> code = Plot(*options);
      return code.ok() ? *code : ReportError(code.status());
    };
  });
}

}  // namespace fitd
