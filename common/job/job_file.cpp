// Reading a job file: TOML in, a Job or every error with its line.
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>
#include <map>
#include <sstream>

#include "common/edit_distance.h"
#include "common/job/job.h"
#include "common/job/job_check.h"
#include "common/job/job_text.h"
#include "common/job/name_list.h"

namespace fitd {
namespace {

using Line = toml::source_index;
// Puts a key's value into the job; what is wrong with it, or nothing.
using Setter = std::function<std::string(Job&, const toml::node&)>;

std::string Wants(const toml::node& node, std::string_view wanted) {
  std::ostringstream type;
  type << node.type();
  return "must be " + std::string(wanted) + ", not " + type.str();
}

template <class T>
Setter String(T field) {
  return [field](Job& job, const toml::node& node) -> std::string {
    if (!node.is_string()) return Wants(node, "a string");
    field(job) = node.as_string()->get();
    return {};
  };
}

template <class T>
Setter Flag(T field) {
  return [field](Job& job, const toml::node& node) -> std::string {
    if (!node.is_boolean()) return Wants(node, "true or false");
    field(job) = node.as_boolean()->get();
    return {};
  };
}

// A whole number from `low`; the field may be narrower than 64 bits.
template <class T>
Setter Integer(T field, std::int64_t low) {
  return [field, low](Job& job, const toml::node& node) -> std::string {
    if (!node.is_integer()) return Wants(node, "a whole number");
    const std::int64_t value = node.as_integer()->get();
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
  return [field](Job& job, const toml::node& node) -> std::string {
    std::vector<std::string> items;
    if (node.is_string()) items.push_back(node.as_string()->get());  // a list of one without brackets
    if (const toml::array* array = node.as_array()) {
      for (const toml::node& item : *array) {
        if (!item.is_string()) return Wants(item, "a list of strings");
        items.push_back(item.as_string()->get());
      }
    } else if (!node.is_string()) {
      return Wants(node, "a list of strings");
    }
    field(job) = std::move(items);
    return {};
  };
}

// A word or a whole number: count = 4, count = "physical".
template <class Field, class Parse>
Setter WordOrInteger(Field field, Parse parse, std::string_view wanted) {
  return [field, parse, wanted](Job& job, const toml::node& node) -> std::string {
    if (!node.is_string() && !node.is_integer()) return Wants(node, wanted);
    auto value = parse(node.is_string() ? node.as_string()->get() : std::to_string(node.as_integer()->get()));
    if (!value.ok()) return "= " + value.status().message();
    field(job) = *std::move(value);
    return {};
  };
}

std::string SetCombine(Job& job, const toml::node& node) {
  if (!node.is_string()) return Wants(node, "a string");
  Result<CombineChoice> rule = ParseCombine(node.as_string()->get());
  if (!rule.ok()) return "= " + rule.status().message();
  job.models.combine = *rule;
  return {};
}

std::string SetSeason(Job& job, const toml::node& node) {
  static constexpr char kWanted[] = "auto, a season length or a list of them";
  const toml::array* array = node.as_array();
  const auto season = [](Job & j) -> auto& {
    return j.models.season;
  };
  if (array == nullptr) return WordOrInteger(season, ParseSeasons, kWanted)(job, node);
  std::string lengths;
  for (const toml::node& item : *array) {
    if (!item.is_integer()) return Wants(item, kWanted);
    lengths += (lengths.empty() ? "" : ",") + std::to_string(item.as_integer()->get());
  }
  Result<SeasonChoice> parsed = ParseSeasons(lengths);
  if (!parsed.ok()) return "= " + parsed.status().message();
  job.models.season = *std::move(parsed);
  return {};
}

// Columns: one string, in which commas separate names, or a list of names.
template <class T>
Setter Names(T field) {
  return [field](Job& job, const toml::node& node) -> std::string {
    if (node.is_string()) {
      field(job) = node.as_string()->get();
      return {};
    }
    std::vector<std::string> names;
    std::string wrong = StringList([&](Job&) -> auto& { return names; })(job, node);
    field(job) = JoinNames(names);
    return wrong;
  };
}

std::string SetSkipLines(Job& job, const toml::node& node) {
  job.data.skip_lines = -1;
  if (node.is_string() && node.as_string()->get() == "auto") return {};
  return Integer(
      [](Job & j) -> auto& { return j.data.skip_lines; }, 0)(job, node);
}

std::string SetMaxRepaired(Job& job, const toml::node& node) {
  if (!node.is_string()) return Wants(node, "a percentage such as \"10%\"");
  const std::string& text = node.as_string()->get();
  job.data.max_repaired.reset();
  if (text == "auto") return {};
  const Result<double> percent = ParsePercent(text);
  if (!percent.ok()) return "= " + percent.status().message();
  job.data.max_repaired = *percent;
  return {};
}

std::string SetGaps(Job& job, const toml::node& node) {
  if (!node.is_string()) return Wants(node, "a string");
  const std::string& name = node.as_string()->get();
  for (std::size_t i = 0; i < std::size(kGapPolicyNames); ++i) {
    if (name != kGapPolicyNames[i]) continue;
    job.data.gaps = static_cast<GapPolicy>(i);
    return {};
  }
  return "= " + name + ": must be linear, previous, seasonal, zero or none" + DidYouMean(name, kGapPolicyNames);
}

std::string SetTimeout(Job& job, const toml::node& node) {
  std::string text;
  if (node.is_string()) text = node.as_string()->get();
  if (node.is_integer()) text = std::to_string(node.as_integer()->get());
  if (node.is_floating_point()) {
    std::array<char, 512> digits;  // fixed notation of any double
    const double value = node.as_floating_point()->get();
    text.assign(digits.data(),
                std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed).ptr);
  }
  if (text.empty()) return Wants(node, "a duration such as \"30s\"");
  const Result<std::chrono::nanoseconds> duration = ParseDuration(text);
  if (!duration.ok()) return "= " + duration.status().message();
  job.workers.target_timeout = *duration;
  return {};
}

template <class T>
Setter Size(T field) {
  return [field](Job& job, const toml::node& node) -> std::string {
    if (!node.is_string() && !node.is_integer()) return Wants(node, "a size such as \"1G\"");
    const Result<std::uint64_t> size =
        ParseSize(node.is_string() ? node.as_string()->get() : std::to_string(node.as_integer()->get()));
    if (!size.ok()) return "= " + size.status().message();
    field(job) = *size;
    return {};
  };
}

template <class Field>
Setter Bound(Field field) {
  return [field](Job& job, const toml::node& node) -> std::string {
    const bool none = node.is_string() && node.as_string()->get() == "none";
    if (!none && !node.is_number()) return Wants(node, "a number or \"none\"");
    field(job) = none ? std::optional<double>() : node.value<double>();
    return {};
  };
}

std::string SetRetries(Job& job, const toml::node& node) {
  if (node.is_string() && node.as_string()->get() == "auto") {
    job.workers.retries.reset();
    return {};
  }
  if (!node.is_integer()) return Wants(node, "a whole number or \"auto\"");
  job.workers.retries = static_cast<int>(std::clamp<std::int64_t>(node.as_integer()->get(), -1, 1'000'000));
  return {};
}

std::string SetMaxFailures(Job& job, const toml::node& node) {
  static constexpr char kWanted[] = "a number of targets or a percentage such as \"5%\"";
  job.failures.max_count.reset();
  job.failures.max_percent.reset();
  if (node.is_integer()) {
    job.failures.max_count = static_cast<double>(node.as_integer()->get());
    return {};
  }
  if (!node.is_string()) return Wants(node, kWanted);
  const std::string& text = node.as_string()->get();
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || (rest != end && std::string_view(rest, end) != "%")) {
    return "= \"" + text + "\": must be " + kWanted;
  }
  (rest == end ? job.failures.max_count : job.failures.max_percent) = value;
  return {};
}

struct KnownKey {
  std::string_view section, name;
  Setter set;
};

// Every key there is.
const std::vector<KnownKey>& KnownKeys() {
  static const std::vector<KnownKey>& keys = *new std::vector<KnownKey>{
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
      {"data", "start", String([](Job & j) -> auto& { return j.data.start; })},
      {"data", "until", String([](Job & j) -> auto& { return j.data.until; })},
      {"data", "max_repaired", SetMaxRepaired},
      {"data", "wide", Flag([](Job & j) -> auto& { return j.data.wide; })},
      {"data", "gaps", SetGaps},
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
      {"models", "python_path", StringList([](Job & j) -> auto& { return j.models.python_path; })},
      {"workers", "count",
       WordOrInteger(
           [](Job & j) -> auto& { return j.workers.count; }, ParseWorkerCount, "\"physical\" or a number")},
      {"workers", "chunk_size",
       WordOrInteger(
           [](Job & j) -> auto& { return j.workers.chunk_size; }, ParseChunkSize, "\"auto\", \"even\" or a number")},
      {"workers", "target_timeout", SetTimeout},
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
      {"export", "path", String([](Job & j) -> auto& { return j.export_to.path; })},
      {"export", "horizon",
       Integer(
           [](Job & j) -> auto& { return j.export_to.horizon; }, 0)},
      {"failures", "max", SetMaxFailures},
      {"failures", "fail_fast", Flag([](Job & j) -> auto& { return j.failures.fail_fast; })},
  };
  return keys;
}

class JobReader {
 public:
  explicit JobReader(std::string path) : path_(std::move(path)) {}

  Result<Job> Read(const toml::table& file) {
    for (const auto& [key, node] : file) ReadSection(key, node);
    for (const JobViolation& violation : CheckJob(job_)) {
      const auto line = lines_.find(violation.key);
      // Keys that are not in the file may still come from the command line; the job is checked again then.
      if (line != lines_.end()) Fail(line->second, violation.key + " " + violation.text);
    }
    if (!errors_.empty()) return Status(StatusCode::kBadConfig, Sentences());
    ResolvePaths();
    job_.name = std::filesystem::path(path_).stem().string();
    return std::move(job_);
  }

 private:
  void Fail(Line line, std::string text) { errors_.emplace_back(line, std::move(text)); }

  void ReadSection(const toml::key& section, const toml::node& node) {
    const Line line = section.source().begin.line;
    std::vector<std::string_view> sections;
    for (const KnownKey& known : KnownKeys()) {
      if (sections.empty() || sections.back() != known.section) sections.push_back(known.section);
    }
    if (std::find(sections.begin(), sections.end(), section.str()) == sections.end()) {
      return UnknownSection(section, node, sections);
    }
    const toml::table* table = node.as_table();
    if (table == nullptr)
      return Fail(line, std::string(section.str()) + " must be a section: [" + std::string(section.str()) + "]");
    for (const auto& [key, value] : *table) ReadKey(section.str(), key, value);
  }

  void UnknownSection(const toml::key& section, const toml::node& node, const std::vector<std::string_view>& sections) {
    const Line line = section.source().begin.line;
    const std::string name(section.str());
    if (node.is_table()) return Fail(line, "there is no section [" + name + "]" + DidYouMean(name, sections));
    for (const KnownKey& known : KnownKeys()) {
      if (known.name != name) continue;
      return Fail(line,
                  "the key " + name + " stands before any section; it belongs in [" + std::string(known.section) + "]");
    }
    Fail(line, "there is no key " + name + " outside of a section");
  }

  void ReadKey(std::string_view section, const toml::key& key, const toml::node& value) {
    const Line line = key.source().begin.line;
    const std::string full = std::string(section) + "." + std::string(key.str());
    std::vector<std::string_view> names;
    for (const KnownKey& known : KnownKeys()) {
      if (known.section != section) continue;
      names.push_back(known.name);
      if (known.name != key.str()) continue;
      std::string problem = known.set(job_, value);
      if (problem.empty()) {
        lines_[full] = line;
      } else {
        Fail(line, problem.insert(0, full + " "));
      }
      return;
    }
    std::string hint = DidYouMean(key.str(), names);
    if (hint.empty()) hint = HintElsewhere(key.str());
    if (hint.empty()) {
      hint = "; known are";
      for (const std::string_view name : names) hint += (name == names.front() ? " " : ", ") + std::string(name);
    }
    Fail(line, "there is no key " + full + hint);
  }

  // A known key in the wrong section, perhaps misspelt.
  static std::string HintElsewhere(std::string_view key) {
    for (const KnownKey& known : KnownKeys()) {
      if (known.name == key) return "; it belongs in [" + std::string(known.section) + "]";
    }
    std::vector<std::string_view> all;
    for (const KnownKey& known : KnownKeys()) all.push_back(known.name);
    const std::string_view nearest = Nearest(key, all);
    for (const KnownKey& known : KnownKeys()) {
      if (known.name == nearest)
        return "; did you mean " + std::string(nearest) + " in [" + std::string(known.section) + "]?";
    }
    return {};
  }

  std::string Sentences() {
    std::stable_sort(errors_.begin(), errors_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string text;
    for (const auto& [line, sentence] : errors_) {
      text += (text.empty() ? "" : "\n") + path_ + ":" + std::to_string(line) + ": " + sentence;
    }
    return text;
  }

  // Relative paths are relative to the job file's folder, whatever the working directory.
  void ResolvePaths() {
    const std::filesystem::path folder = std::filesystem::absolute(path_).lexically_normal().parent_path();
    const auto resolve = [&](std::string& path) {
      if (!path.empty() && path != "-" && path.front() != '/') path = (folder / path).lexically_normal().string();
    };
    for (std::string& file : job_.data.files) resolve(file);
    for (std::string& entry : job_.models.python_path) resolve(entry);
    resolve(job_.store.path);
    resolve(job_.export_to.path);
  }

  std::string path_;
  Job job_;
  std::map<std::string, Line> lines_;
  std::vector<std::pair<Line, std::string>> errors_;
};

}  // namespace

Result<Job> ParseJobFile(const std::string& path) {
  FITD_ASSIGN_OR_RETURN(const std::string text, ReadJobText(path));
  try {
    return JobReader(path).Read(toml::parse(text, path));
  } catch (const toml::parse_error& error) {
    return Status(StatusCode::kBadConfig,
                  path + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
  }
}

}  // namespace fitd
