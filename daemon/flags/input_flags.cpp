#include "daemon/flags/input_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <limits>
#include <optional>

#include "common/job/job_check.h"
#include "common/job/name_list.h"
#include "daemon/flags/given.h"
#include "daemon/flags/option_checks.h"

namespace fitd {

// What was said on the command line; nullopt: nothing.
struct InputFlags::Given {
  std::optional<std::string> target, time, value, ignore, layout, separator, decimal, missing;
  std::optional<std::string> time_format, timezone, aggregate, start, until, max_repaired, gaps, outliers, frequency;
  std::optional<int> skip_lines;
  std::optional<std::uint64_t> max_bad_rows;
  bool wide = false;
  bool no_header = false;
};

namespace {

Status ApplyGaps(const std::string& text, Job::Data& data) {
  std::string known;
  for (std::size_t i = 0; i < std::size(kGapPolicyNames); ++i) {
    if (text == kGapPolicyNames[i]) {
      data.gaps = static_cast<GapPolicy>(i);
      return {};
    }
    known += (i == 0 ? "" : ", ") + std::string(kGapPolicyNames[i]);
  }
  return {StatusCode::kUsage, fmt::format("--gaps: '{}' is not one of {}", text, known)};
}

}  // namespace

InputFlags::InputFlags() : given_(std::make_unique<Given>()) {}
InputFlags::~InputFlags() = default;

void InputFlags::AddTo(CLI::App& command) {
  Given& g = *given_;
  auto* data = command.add_option_group("Data");
  const auto add = [data](const char* name, auto& field, const char* type, const char* text) {
    data->add_option(name, field, text)->type_name(type);
  };
  add("--target-column", g.target, "A,B", "Columns of the target id, by name or as #N [found by name and content]");
  add("--time-column", g.time, "A,B", "Columns of the time [time|ds|timestamp|date|datetime, or by content]");
  add("--value-column", g.value, "A,B", "Columns of values [value|y|v, or the only one left]");
  add("--ignore", g.ignore, "A,B", "Columns to leave out");
  data->add_flag("--wide", g.wide, "Every column but time is a target: --layout wide");
  add("--layout", g.layout, "HOW",
      "long, wide, rows: one series a row, times in the header; or table: a year or day a row [auto]");
  add("--separator", g.separator, "C", "Character between fields, or tab or space [, ; tab | or space, as found]");
  add("--decimal", g.decimal, "C", "Decimal mark: . or , [as found]");
  add("--missing", g.missing, "LIST", "More markers of a missing value, such as -999,void; none: no number is one");
  data->add_option("--skip-lines", g.skip_lines, "Lines above the header [as found]")
      ->check(WholeNumber(0, std::numeric_limits<int>::max()))
      ->type_name("N");
  data->add_flag("--no-header", g.no_header, "The first line is data; name columns as #1, #2, ...");
  add("--time-format", g.time_format, "FORMAT", "Form of the times, such as '%d/%m/%Y %H:%M' [recognised]");
  add("--timezone", g.timezone, "NAME", "Zone of times without one, such as Europe/Berlin [UTC]");
  add("--frequency", g.frequency, "F", "Step of the series, such as 5min, 1h, 1D, 1M [auto]");
  add("--start", g.start, "T", "Time of the first row of data without a time column");
  add("--until", g.until, "T", "Last time of all targets; later rows are left out");
  add("--aggregate", g.aggregate, "HOW", "What shares a step: sum, mean, last, first, min, max, count or median");
  add("--gaps", g.gaps, "HOW",
      "Fill inner gaps: auto, linear, previous, seasonal, zero or none [auto: linear, for models along the season]");
  data->add_option("--outliers", g.outliers,
                   "A single reading far beyond all others of its target: missing or keep [missing]")
      ->check(CLI::IsMember({"missing", "keep"}))
      ->type_name("HOW");
  add("--max-repaired", g.max_repaired, "P%", "Rows lost or values invented that a target may have");
  data->add_option("--max-bad-rows", g.max_bad_rows, "Malformed rows to tolerate before giving up [0]")
      ->check(WholeNumber(0, std::numeric_limits<long long>::max()))
      ->type_name("N");
}

Status InputFlags::ApplyTo(Job::Data& data) const {
  const Given& g = *given_;
  Apply(g.target, data.target);
  Apply(g.time, data.time);
  Apply(g.value, data.value);
  Apply(g.ignore, data.ignore);
  if (g.layout) data.wide = false;
  Apply(g.layout, data.layout);
  data.wide |= g.wide;
  Apply(g.separator, data.separator);
  Apply(g.decimal, data.decimal);
  if (g.missing) data.missing = SplitNames(*g.missing);
  Apply(g.skip_lines, data.skip_lines);
  data.no_header |= g.no_header;
  Apply(g.time_format, data.time_format);
  Apply(g.timezone, data.timezone);
  Apply(g.frequency, data.frequency);
  Apply(g.start, data.start);
  Apply(g.until, data.until);
  Apply(g.aggregate, data.aggregate);
  Apply(g.max_bad_rows, data.max_bad_rows);
  if (g.outliers) data.keep_outliers = *g.outliers == "keep";
  if (g.gaps) FITD_RETURN_IF_ERROR(ApplyGaps(*g.gaps, data));
  if (g.max_repaired) {
    const Result<double> percent = ParsePercent(*g.max_repaired);
    if (!percent.ok()) return {StatusCode::kUsage, "--max-repaired: " + percent.status().message()};
    data.max_repaired = *percent;
  }
  return {};
}

void InputFlags::AppendGiven(std::vector<GivenOption>& options) const {
  const Given& g = *given_;
  const GivenOption own[] = {{"data.target", "--target-column", g.target.has_value()},
                             {"data.time", "--time-column", g.time.has_value()},
                             {"data.value", "--value-column", g.value.has_value()},
                             {"data.layout", "--layout", g.layout.has_value()},
                             {"data.separator", "--separator", g.separator.has_value()},
                             {"data.decimal", "--decimal", g.decimal.has_value()},
                             {"data.skip_lines", "--skip-lines", g.skip_lines.has_value()},
                             {"data.time_format", "--time-format", g.time_format.has_value()},
                             {"data.timezone", "--timezone", g.timezone.has_value()},
                             {"data.start", "--start", g.start.has_value()},
                             {"data.until", "--until", g.until.has_value()},
                             {"data.aggregate", "--aggregate", g.aggregate.has_value()},
                             {"data.outliers", "--outliers", g.outliers.has_value()},
                             {"data.max_repaired", "--max-repaired", g.max_repaired.has_value()},
                             {"data.frequency", "--frequency", g.frequency.has_value()}};
  options.insert(options.end(), std::begin(own), std::end(own));
}

}  // namespace fitd
