// Reading a job file: TOML in, a Job or every error with its line.
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "common/edit_distance.h"
#include "common/job/job.h"
#include "common/job/job_check.h"
#include "common/job/job_keys.h"
#include "common/job/job_text.h"

namespace fitd {
namespace {

using Line = toml::source_index;
TomlValue ValueOf(const toml::node& node) {
  std::ostringstream type;
  type << node.type();
  TomlValue value{{}, type.str(), {}};
  if (node.is_date() || node.is_date_time()) {
    std::ostringstream time;
    node.is_date() ? time << *node.as_date() : time << *node.as_date_time();
    value.time = time.str();
  }
  if (node.is_string()) value.value = node.as_string()->get();
  if (node.is_integer()) value.value = node.as_integer()->get();
  if (node.is_floating_point()) value.value = node.as_floating_point()->get();
  if (node.is_boolean()) value.value = node.as_boolean()->get();
  if (const toml::array* array = node.as_array()) {
    std::vector<TomlValue>& list = value.value.emplace<std::vector<TomlValue>>();
    for (const toml::node& item : *array) list.push_back(ValueOf(item));
  }
  return value;
}

// No name, path or option holds one: it would end where the system takes it for the end.
bool HoldsNul(const TomlValue& value) {
  if (value.text() != nullptr) return value.text()->find('\0') != std::string::npos;
  return value.list() != nullptr && std::any_of(value.list()->begin(), value.list()->end(), HoldsNul);
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
    for (const auto& [key, line] : lines_) job_.said_at[key] = path_ + ":" + std::to_string(line);
    job_.name = std::filesystem::path(path_).stem().string();
    return std::move(job_);
  }

 private:
  void Fail(Line line, std::string text) { errors_.emplace_back(line, std::move(text)); }

  void ReadSection(const toml::key& section, const toml::node& node) {
    const Line line = section.source().begin.line;
    std::vector<std::string_view> sections;
    for (const JobKey& known : JobKeys()) {
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
    for (const JobKey& known : JobKeys()) {
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
    for (const JobKey& known : JobKeys()) {
      if (known.section != section) continue;
      names.push_back(known.name);
      if (known.name != key.str()) continue;
      const TomlValue read = ValueOf(value);
      std::string problem = HoldsNul(read) ? "holds the character \\u0000, which no value can" : known.set(job_, read);
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
    for (const JobKey& known : JobKeys()) {
      if (known.name == key) return "; it belongs in [" + std::string(known.section) + "]";
    }
    std::vector<std::string_view> all;
    for (const JobKey& known : JobKeys()) all.push_back(known.name);
    const std::string_view nearest = Nearest(key, all);
    for (const JobKey& known : JobKeys()) {
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
    std::error_code error;  // the working directory is gone: paths stay relative, and are not found
    std::filesystem::path file = std::filesystem::absolute(path_, error);
    if (error) file = path_;
    const std::filesystem::path folder = file.lexically_normal().parent_path();
    const auto resolve = [&](std::string& path) {
      if (!path.empty() && path != "-" && path.front() != '/') path = (folder / path).lexically_normal().string();
    };
    for (std::string& file : job_.data.files) resolve(file);
    for (std::string& entry : job_.models.python_path) resolve(entry);
    resolve(job_.store.path);
    resolve(job_.export_to.path);
    for (std::string& file : job_.detect.files) resolve(file);
    // What is not written as a range of times is the name of a file with such ranges.
    for (std::string& mute : job_.detect.mute) {
      if (!LooksLikeRange(mute)) resolve(mute);
    }
  }

  std::string path_;
  Job job_;
  std::map<std::string, Line> lines_;
  std::vector<std::pair<Line, std::string>> errors_;
};

}  // namespace

Result<Job> ParseJobFile(const std::string& path) {
  FITD_ASSIGN_OR_RETURN(const std::string text, ReadJobText(path));
  if (const int line = LineNestedTooDeep(text); line > 0) {
    return Status(StatusCode::kBadConfig, path + ":" + std::to_string(line) + ": " + kNestedTooDeep);
  }
  try {
    return JobReader(path).Read(toml::parse(text, path));
  } catch (const toml::parse_error& error) {
    return Status(StatusCode::kBadConfig,
                  path + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
  }
}

}  // namespace fitd
