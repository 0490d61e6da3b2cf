#include "common/job/job_keys.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/edit_distance.h"
#include "common/job/job_check.h"
#include "common/job/name_list.h"

namespace fitd {
namespace {

using Setter = std::function<std::string(Job&, const TomlValue&)>;

std::string Wants(const TomlValue& node, std::string_view wanted) {
  return "must be " + std::string(wanted) + ", not " + node.type;
}

template <class T>
Setter String(T field) {
  return [field](Job& job, const TomlValue& node) -> std::string {
    if (node.text() == nullptr) return Wants(node, "a string");
    field(job) = *node.text();
    return {};
  };
}

// A time: a string in any form that data have, or TOML's own dates, date-times and whole numbers.
template <class T>
Setter Time(T field) {
  return [field](Job& job, const TomlValue& node) -> std::string {
    if (node.text() == nullptr && node.time.empty() && node.whole() == nullptr) return Wants(node, "a time");
    field(job) = node.text() != nullptr ? *node.text() : node.time.empty() ? std::to_string(*node.whole()) : node.time;
    return {};
  };
}

template <class T>
Setter Flag(T field) {
  return [field](Job& job, const TomlValue& node) -> std::string {
    if (node.flag() == nullptr) return Wants(node, "true or false");
    field(job) = *node.flag();
    return {};
  };
}

// A whole number from `low`; the field may be narrower than 64 bits.
template <class T>
Setter Integer(T field, std::int64_t low) {
  return [field, low](Job& job, const TomlValue& node) -> std::string {
    if (node.whole() == nullptr) return Wants(node, "a whole number");
    const std::int64_t value = *node.whole();
    using Field = std::remove_reference_t<decltype(field(job))>;
    if (value < low || !std::in_range<Field>(value)) {
      return "= " + std::to_string(value) + ": must be a whole number from " + std::to_string(low);
    }
    field(job) = static_cast<Field>(value);
    return {};
  };
}

template <class T>
Setter StringList(T field) {
  return [field](Job& job, const TomlValue& node) -> std::string {
    std::vector<std::string> items;
    if (node.text() != nullptr) items.push_back(*node.text());  // a list of one without brackets
    if (const std::vector<TomlValue>* array = node.list()) {
      for (const TomlValue& item : *array) {
        if (item.text() == nullptr) return Wants(item, "a list of strings");
        items.push_back(*item.text());
      }
    } else if (node.text() == nullptr) {
      return Wants(node, "a list of strings");
    }
    field(job) = std::move(items);
    return {};
  };
}

// A word or a whole number: count = 4, count = "physical".
template <class Field, class Parse>
Setter WordOrInteger(Field field, Parse parse, std::string_view wanted) {
  return [field, parse, wanted](Job& job, const TomlValue& node) -> std::string {
    if (node.text() == nullptr && node.whole() == nullptr) return Wants(node, wanted);
    auto value = parse(node.text() != nullptr ? *node.text() : std::to_string(*node.whole()));
    if (!value.ok()) return "= " + value.status().message();
    field(job) = *std::move(value);
    return {};
  };
}

std::string SetCombine(Job& job, const TomlValue& node) {
  if (node.text() == nullptr) return Wants(node, "a string");
  Result<CombineChoice> rule = ParseCombine(*node.text());
  if (!rule.ok()) return "= " + rule.status().message();
  job.models.combine = *rule;
  return {};
}

std::string SetSeason(Job& job, const TomlValue& node) {
  static constexpr char kWanted[] = "auto, a season length or a list of them";
  const std::vector<TomlValue>* array = node.list();
  const auto season = [](Job & j) -> auto& {
    return j.models.season;
  };
  if (array == nullptr) return WordOrInteger(season, ParseSeasons, kWanted)(job, node);
  std::string lengths;
  for (const TomlValue& item : *array) {
    if (item.whole() == nullptr) return Wants(item, kWanted);
    lengths += (lengths.empty() ? "" : ",") + std::to_string(*item.whole());
  }
  Result<SeasonChoice> parsed = ParseSeasons(lengths);
  if (!parsed.ok()) return "= " + parsed.status().message();
  job.models.season = *std::move(parsed);
  return {};
}

// Columns: one string, in which commas separate names, or a list of names.
template <class T>
Setter Names(T field) {
  return [field](Job& job, const TomlValue& node) -> std::string {
    if (node.text() != nullptr) {
      field(job) = *node.text();
      return {};
    }
    std::vector<std::string> names;
    std::string wrong = StringList([&](Job&) -> auto& { return names; })(job, node);
    field(job) = JoinNames(names);
    return wrong;
  };
}

std::string SetSkipLines(Job& job, const TomlValue& node) {
  job.data.skip_lines = -1;
  if (node.text() != nullptr && *node.text() == "auto") return {};
  return Integer(
      [](Job & j) -> auto& { return j.data.skip_lines; }, 0)(job, node);
}

std::string SetMaxRepaired(Job& job, const TomlValue& node) {
  if (node.text() == nullptr) return Wants(node, "a percentage such as \"10%\"");
  const std::string& text = *node.text();
  job.data.max_repaired.reset();
  if (text == "auto") return {};
  const Result<double> percent = ParsePercent(text);
  if (!percent.ok()) return "= " + percent.status().message();
  job.data.max_repaired = *percent;
  return {};
}

std::string SetOutliers(Job& job, const TomlValue& node) {
  if (node.text() == nullptr) return Wants(node, "a string");
  if (*node.text() != "missing" && *node.text() != "keep") return "= " + *node.text() + ": must be missing or keep";
  job.data.keep_outliers = *node.text() == "keep";
  return {};
}

std::string SetGaps(Job& job, const TomlValue& node) {
  if (node.text() == nullptr) return Wants(node, "a string");
  const std::string& name = *node.text();
  for (std::size_t i = 0; i < std::size(kGapPolicyNames); ++i) {
    if (name != kGapPolicyNames[i]) continue;
    job.data.gaps = static_cast<GapPolicy>(i);
    return {};
  }
  return "= " + name + ": must be auto, linear, previous, seasonal, zero or none" + DidYouMean(name, kGapPolicyNames);
}

// What is a word or a number, as text.
std::string TextOfNode(const TomlValue& node) {
  if (node.text() != nullptr) return *node.text();
  if (node.whole() != nullptr) return std::to_string(*node.whole());
  if (node.real() == nullptr) return {};
  std::array<char, 512> digits;  // fixed notation of any double
  return {digits.data(),
          std::to_chars(digits.data(), digits.data() + digits.size(), *node.real(), std::chars_format::fixed).ptr};
}

template <class Field>
Setter ADuration(Field field) {
  return [field](Job& job, const TomlValue& node) -> std::string {
    const std::string text = TextOfNode(node);
    if (text.empty()) return Wants(node, "a duration such as \"30s\"");
    const Result<std::chrono::nanoseconds> duration = ParseDuration(text);
    if (!duration.ok()) return "= " + duration.status().message();
    field(job) = *duration;
    return {};
  };
}

std::string SetThreshold(Job& job, const TomlValue& node) {
  const bool automatic = node.text() != nullptr && *node.text() == "auto";
  if (!automatic && !node.number()) return Wants(node, "a score or \"auto\"");
  const double score = automatic ? 0 : *node.number();
  if (!automatic && !(score >= kLeastThreshold && score <= kMostThreshold)) {
    return "= " + TextOfNode(node) + ": must be a score from 0.1 to 99.99, or \"auto\"";
  }
  job.detect.threshold = score;
  return {};
}

std::string SetMinChange(Job& job, const TomlValue& node) {
  if (node.text() == nullptr && !node.number()) return Wants(node, "a difference or a share such as \"10%\"");
  job.detect.min_change = TextOfNode(node);
  return {};
}

template <class T>
Setter Size(T field) {
  return [field](Job& job, const TomlValue& node) -> std::string {
    if (node.text() == nullptr && node.whole() == nullptr) return Wants(node, "a size such as \"1G\"");
    const Result<std::uint64_t> size = ParseSize(node.text() != nullptr ? *node.text() : std::to_string(*node.whole()));
    if (!size.ok()) return "= " + size.status().message();
    field(job) = *size;
    return {};
  };
}

template <class Field>
Setter Bound(Field field) {
  return [field](Job& job, const TomlValue& node) -> std::string {
    const bool none = node.text() != nullptr && *node.text() == "none";
    if (!none && !node.number()) return Wants(node, "a number or \"none\"");
    field(job) = none ? std::optional<double>() : node.number();
    return {};
  };
}

std::string SetRetries(Job& job, const TomlValue& node) {
  if (node.text() != nullptr && *node.text() == "auto") {
    job.workers.retries.reset();
    return {};
  }
  if (node.whole() == nullptr) return Wants(node, "a whole number or \"auto\"");
  job.workers.retries = static_cast<int>(std::clamp<std::int64_t>(*node.whole(), -1, 1'000'000));
  return {};
}

std::string SetMaxFailures(Job& job, const TomlValue& node) {
  static constexpr char kWanted[] = "a number of targets or a percentage such as \"5%\"";
  job.failures.max_count.reset();
  job.failures.max_percent.reset();
  if (node.whole() != nullptr) {
    job.failures.max_count = static_cast<double>(*node.whole());
    return {};
  }
  if (node.text() == nullptr) return Wants(node, kWanted);
  if (!ParseFailureLimit(*node.text(), job.failures)) return "= \"" + *node.text() + "\": must be " + kWanted;
  return {};
}

}  // namespace

const std::vector<JobKey>& JobKeys() {
  static const std::vector<JobKey>& keys = *new std::vector<JobKey>{
      {"data", "files", StringList([](Job & j) -> auto& { return j.data.files; })},
      {"data", "target", Names([](Job & j) -> auto& { return j.data.target; })},
      {"data", "time", Names([](Job & j) -> auto& { return j.data.time; })},
      {"data", "value", Names([](Job & j) -> auto& { return j.data.value; })},
      {"data", "ignore", Names([](Job & j) -> auto& { return j.data.ignore; })},
      {"data", "layout", String([](Job & j) -> auto& { return j.data.layout; })},
      {"data", "separator", String([](Job & j) -> auto& { return j.data.separator; })},
      {"data", "decimal", String([](Job & j) -> auto& { return j.data.decimal; })},
      {"data", "missing", StringList([](Job & j) -> auto& { return j.data.missing; })},
      {"data", "skip_lines", SetSkipLines},
      {"data", "no_header", Flag([](Job & j) -> auto& { return j.data.no_header; })},
      {"data", "time_format", String([](Job & j) -> auto& { return j.data.time_format; })},
      {"data", "timezone", String([](Job & j) -> auto& { return j.data.timezone; })},
      {"data", "aggregate", String([](Job & j) -> auto& { return j.data.aggregate; })},
      {"data", "start", Time([](Job & j) -> auto& { return j.data.start; })},
      {"data", "until", Time([](Job & j) -> auto& { return j.data.until; })},
      {"data", "max_repaired", SetMaxRepaired},
      {"data", "wide", Flag([](Job & j) -> auto& { return j.data.wide; })},
      {"data", "gaps", SetGaps},
      {"data", "outliers", SetOutliers},
      {"data", "frequency", String([](Job & j) -> auto& { return j.data.frequency; })},
      {"data", "max_bad_rows",
       Integer(
           [](Job & j) -> auto& { return j.data.max_bad_rows; }, 0)},
      {"models", "local", StringList([](Job & j) -> auto& { return j.models.local; })},
      {"models", "global", String([](Job & j) -> auto& { return j.models.global; })},
      {"models", "combine", SetCombine},
      {"models", "season", SetSeason},
      {"models", "horizon",
       Integer(
           [](Job & j) -> auto& { return j.models.horizon; }, 0)},
      {"models", "min", Bound([](Job & j) -> auto& { return j.models.min; })},
      {"models", "max", Bound([](Job & j) -> auto& { return j.models.max; })},
      {"models", "integer", Flag([](Job & j) -> auto& { return j.models.integer; })},
      {"models", "prior", Flag([](Job & j) -> auto& { return j.models.prior; })},
      {"models", "python_path", StringList([](Job & j) -> auto& { return j.models.python_path; })},
      {"workers", "count",
       WordOrInteger(
           [](Job & j) -> auto& { return j.workers.count; }, ParseWorkerCount, "\"physical\" or a number")},
      {"workers", "chunk_size",
       WordOrInteger(
           [](Job & j) -> auto& { return j.workers.chunk_size; }, ParseChunkSize, "\"auto\", \"even\" or a number")},
      {"workers", "target_timeout", ADuration([](Job & j) -> auto& { return j.workers.target_timeout; })},
      {"workers", "memory", Size([](Job & j) -> auto& { return j.workers.memory_bytes; })},
      {"workers", "retries", SetRetries},
      {"workers", "recycle_targets",
       Integer(
           [](Job & j) -> auto& { return j.workers.recycle_targets; }, 0)},
      {"workers", "recycle_memory", Size([](Job & j) -> auto& { return j.workers.recycle_bytes; })},
      {"store", "path", String([](Job & j) -> auto& { return j.store.path; })},
      {"store", "keep_runs",
       Integer(
           [](Job & j) -> auto& { return j.store.keep_runs; }, 1)},
      {"store", "keep_history",
       WordOrInteger(
           [](Job & j) -> auto& { return j.store.keep_history; }, ParseKeepHistory,
           "\"auto\", \"all\", \"none\" or a number")},
      {"export", "path", String([](Job & j) -> auto& { return j.export_to.path; })},
      {"export", "horizon",
       Integer(
           [](Job & j) -> auto& { return j.export_to.horizon; }, 0)},
      {"failures", "max", SetMaxFailures},
      {"failures", "fail_fast", Flag([](Job & j) -> auto& { return j.failures.fail_fast; })},
      {"detect", "files", StringList([](Job & j) -> auto& { return j.detect.files; })},
      {"detect", "every", ADuration([](Job & j) -> auto& { return j.detect.every; })},
      {"detect", "threshold", SetThreshold},
      {"detect", "alarm_rate", String([](Job & j) -> auto& { return j.detect.alarm_rate; })},
      {"detect", "direction", String([](Job & j) -> auto& { return j.detect.direction; })},
      {"detect", "min_change", SetMinChange},
      {"detect", "for",
       Integer(
           [](Job & j) -> auto& { return j.detect.persist; }, 1)},
      {"detect", "mute", StringList([](Job & j) -> auto& { return j.detect.mute; })},
      {"detect", "exec", String([](Job & j) -> auto& { return j.detect.exec; })},
      {"detect", "exec_timeout", ADuration([](Job & j) -> auto& { return j.detect.exec_timeout; })},
  };
  return keys;
}

}  // namespace fitd
