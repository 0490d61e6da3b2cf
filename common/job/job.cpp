// Durations, sizes and the text of a job.
#include "common/job/job.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "common/job/detect_values.h"
#include "common/job/job_check.h"

namespace fitd {
namespace {

struct NamedUnit {
  std::string_view name;
  double factor;
};

constexpr NamedUnit kDurationUnits[] = {{"ns", 1},   {"us", 1e3},   {"ms", 1e6},   {"s", 1e9},
                                        {"m", 60e9}, {"min", 60e9}, {"h", 3600e9}, {"d", 86400e9}};
constexpr NamedUnit kSizeUnits[] = {
    {"", 1}, {"B", 1}, {"K", 1024.0}, {"M", 1048576.0}, {"G", 1073741824.0}, {"T", 1099511627776.0}};

// Takes a plain decimal number ("1", "1.5") off the front; negative when there is none.
double TakeNumber(std::string_view& text) {
  const std::size_t length = std::min(text.find_first_not_of("0123456789."), text.size());
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + length, value, std::chars_format::fixed);
  if (length == 0 || error != std::errc() || end != text.data() + length) return -1;
  text.remove_prefix(length);
  return value;
}

Status BadValue(std::string_view text, const char* rule) {
  return {StatusCode::kBadConfig, "\"" + std::string(text) + "\" is not " + rule};
}

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      std::array<char, 8> escape;
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      quoted += escape.data();
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string QuoteList(const std::vector<std::string>& items) {
  std::string list = "[";
  for (const std::string& item : items) list += (list.size() > 1 ? ", " : "") + Quote(item);
  return list + "]";
}

std::string FormatDuration(std::chrono::nanoseconds duration) {
  const std::pair<std::int64_t, const char*> units[] = {
      {3600'000'000'000, "h"}, {60'000'000'000, "m"}, {1'000'000'000, "s"}, {1'000'000, "ms"}, {1000, "us"}, {1, "ns"}};
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  for (const auto& [unit, name] : units) {
    if (count % unit == 0) return std::to_string(count / unit) + name;
  }
  return {};
}

std::string FormatSize(std::uint64_t bytes) {
  for (const auto& [shift, name] : {std::pair{30, "G"}, std::pair{20, "M"}, std::pair{10, "K"}}) {
    if (bytes != 0 && bytes % (std::uint64_t{1} << shift) == 0) return std::to_string(bytes >> shift) + name;
  }
  return std::to_string(bytes);
}

std::string FormatNumber(double value) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

// A number stays a number, a word is quoted.
std::string WordOrNumber(const std::string& text) {
  const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  return number ? text : Quote(text);
}

std::string FormatMaxFailures(const Job::Failures& failures) {
  if (failures.max_count) return FormatNumber(*failures.max_count);
  return Quote(FormatNumber(failures.max_percent.value_or(100)) + "%");
}

}  // namespace

Result<std::chrono::nanoseconds> ParseDuration(std::string_view text) {
  static constexpr char kRule[] = "a duration such as 30s, 500ms, 2m, 1h30m or 1.5 (seconds)";
  std::string_view rest = text;
  double total = 0;
  for (bool first = true; first || !rest.empty(); first = false) {
    const double number = TakeNumber(rest);
    if (number < 0) return BadValue(text, kRule);
    std::string_view unit = rest.substr(0, std::min(rest.find_first_of("0123456789."), rest.size()));
    rest.remove_prefix(unit.size());
    if (unit.empty() && first && rest.empty()) unit = "s";
    double factor = 0;
    for (const NamedUnit& known : kDurationUnits) {
      if (known.name == unit) factor = known.factor;
    }
    if (factor == 0) return BadValue(text, kRule);
    total += number * factor;
  }
  if (!(total < 9.2e18)) return BadValue(text, "a duration of less than 292 years");
  return std::chrono::nanoseconds(std::llround(total));
}

Result<std::uint64_t> ParseSize(std::string_view text) {
  static constexpr char kRule[] = "a size such as 512M, 1G or 4096 (bytes)";
  std::string_view unit = text;
  const double number = TakeNumber(unit);
  if (number < 0) return BadValue(text, kRule);
  if (unit.size() > 1 && (unit.ends_with("iB") || unit.ends_with("B"))) unit = unit.substr(0, 1);
  for (const NamedUnit& known : kSizeUnits) {
    if (known.name != unit) continue;
    const double bytes = number * known.factor;
    if (!(bytes < 9.2e18)) return BadValue(text, "a size that any machine has");
    return static_cast<std::uint64_t>(std::llround(bytes));
  }
  return BadValue(text, kRule);
}

Result<double> ParsePercent(std::string_view text) {
  std::string_view rest = text;
  const double value = TakeNumber(rest);
  if (rest != "%" || !(value >= 0 && value <= 100)) return BadValue(text, "a percentage from 0% to 100%");
  return value;
}

bool ParseFailureLimit(std::string_view text, Job::Failures& failures) {
  double number = 0;
  bool percent = false;
  if (!ParseNumberOrPercent(text, number, percent)) return false;
  failures.max_count.reset();
  failures.max_percent.reset();
  (percent ? failures.max_percent : failures.max_count) = number;
  return true;
}

std::vector<std::string> InputsOf(const Job& job) {
  std::vector<std::string> inputs = job.data.files;
  inputs.insert(inputs.end(), job.detect.files.begin(), job.detect.files.end());
  if (!job.said_at.empty()) {
    const std::string& place = job.said_at.begin()->second;  // FILE:LINE
    inputs.push_back(place.substr(0, place.rfind(':')));
  }
  return inputs;
}

std::string FormatJob(const Job& job) {
  const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
  const auto gaps = static_cast<std::size_t>(job.data.gaps);
  const Job::Workers& workers = job.workers;
  std::string text;
  const auto line = [&](const char* key, const std::string& value) { text += std::string(key) + " = " + value + "\n"; };
  text += "[data]\n";
  line("files", QuoteList(job.data.files));
  line("target", Quote(job.data.target));
  line("time", Quote(job.data.time));
  line("value", Quote(job.data.value));
  line("ignore", Quote(job.data.ignore));
  line("wide", flag(job.data.wide));
  line("layout", Quote(job.data.layout));
  line("separator", Quote(job.data.separator));
  line("decimal", Quote(job.data.decimal));
  line("missing", QuoteList(job.data.missing));
  line("skip_lines", job.data.skip_lines < 0 ? Quote("auto") : std::to_string(job.data.skip_lines));
  line("no_header", flag(job.data.no_header));
  line("time_format", Quote(job.data.time_format));
  line("timezone", Quote(job.data.timezone));
  line("aggregate", Quote(job.data.aggregate));
  line("start", Quote(job.data.start));
  line("until", Quote(job.data.until));
  line("max_repaired", Quote(job.data.max_repaired ? FormatNumber(*job.data.max_repaired) + "%" : "auto"));
  line("gaps", Quote(gaps < std::size(kGapPolicyNames) ? kGapPolicyNames[gaps] : "?"));
  line("outliers", Quote(job.data.keep_outliers ? "keep" : "missing"));
  line("frequency", Quote(job.data.frequency));
  line("max_bad_rows", std::to_string(job.data.max_bad_rows));
  text += "\n[models]\n";
  line("local", QuoteList(job.models.local));
  line("global", Quote(job.models.global));
  line("combine", Quote(FormatCombine(job.models.combine)));
  line("season", WordOrNumber(FormatSeasons(job.models.season)));
  line("horizon", std::to_string(job.models.horizon));
  const auto bound = [](const std::optional<double>& value) {
    std::array<char, 32> digits;
    if (!value) return Quote("none");
    return std::string(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), *value).ptr);
  };
  line("min", bound(job.models.min));
  line("max", bound(job.models.max));
  line("integer", flag(job.models.integer));
  line("prior", flag(job.models.prior));
  line("python_path", QuoteList(job.models.python_path));
  text += "\n[workers]\n";
  line("count", WordOrNumber(FormatWorkerCount(workers.count)));
  line("chunk_size", WordOrNumber(FormatChunkSize(workers.chunk_size)));
  line("target_timeout", Quote(FormatDuration(workers.target_timeout)));
  line("memory", Quote(FormatSize(workers.memory_bytes)));
  line("retries", workers.retries ? std::to_string(*workers.retries) : Quote("auto"));
  line("recycle_targets", std::to_string(workers.recycle_targets));
  line("recycle_memory", Quote(FormatSize(workers.recycle_bytes)));
  text += "\n[store]\n";
  line("path", Quote(job.store.path));
  line("keep_runs", std::to_string(job.store.keep_runs));
  line("keep_history", WordOrNumber(FormatKeepHistory(job.store.keep_history)));
  text += "\n[export]\n";
  line("path", Quote(job.export_to.path));
  line("horizon", std::to_string(job.export_to.horizon));
  text += "\n[failures]\n";
  line("max", FormatMaxFailures(job.failures));
  line("fail_fast", flag(job.failures.fail_fast));
  const DetectChoice& detect = job.detect;
  text += "\n[detect]\n";
  line("files", QuoteList(detect.files));
  line("every", Quote(FormatDuration(detect.every)));
  line("threshold", detect.threshold > 0 ? FormatNumber(detect.threshold) : Quote("auto"));
  line("alarm_rate", Quote(detect.alarm_rate));
  line("direction", Quote(detect.direction));
  line("min_change", Quote(detect.min_change));
  line("for", std::to_string(detect.persist));
  line("mute", QuoteList(detect.mute));
  line("exec", Quote(detect.exec));
  line("exec_timeout", Quote(FormatDuration(detect.exec_timeout)));
  return text;
}

}  // namespace fitd
