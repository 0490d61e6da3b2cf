#include "common/job/job_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <utility>

#include "common/edit_distance.h"
#include "common/fit/algorithm_host.h"
#include "common/models/base/algorithm.h"
#include "common/number_format.h"
#include "common/series/time_grid.h"
#include "common/series/time_option.h"

namespace fitd {
namespace {

constexpr std::uint64_t kMinMemory = std::uint64_t{16} << 20;  // a worker without any data needs most of this

std::string BoundText(double value) {
  std::string text;
  AppendNumber(text, value);
  return text.empty() ? "nan" : text;
}

class Checker {
 public:
  void Fail(std::string key, std::string text) { violations_.push_back({std::move(key), std::move(text)}); }
  void Require(bool holds, const char* key, const std::string& value, const std::string& rule) {
    if (!holds) Fail(key, "= " + value + ": must be " + rule);
  }
  void OneOf(const char* key, const std::string& value, std::initializer_list<std::string_view> known) {
    if (std::find(known.begin(), known.end(), value) != known.end()) return;
    std::string rule = "one of";
    for (const std::string_view name : known) rule += (name == *known.begin() ? " " : ", ") + std::string(name);
    Require(false, key, value, rule + DidYouMean(value, {known.begin(), known.size()}));
  }

  void CheckData(const Job::Data& data) {
    if (data.files.empty()) Fail("data.files", "is empty: name at least one file, glob, or - for standard input");
    for (const std::string& file : data.files) {
      if (file.empty()) Fail("data.files", "holds an empty name");
    }
    CheckColumns(data);
    CheckText(data);
    CheckTimes(data);
    if (data.frequency != "auto") {
      const Result<Step> step = ParseStep(data.frequency);
      if (!step.ok()) Fail("data.frequency", "= " + step.status().message());
    }
  }

  void CheckModels(const Job::Models& models) {
    if (models.local.empty()) Fail("models.local", "is empty: name at least one algorithm");
    const std::vector<std::string_view> known = AlgorithmNames();
    for (std::size_t i = 0; i < models.local.size(); ++i) {
      const std::string& name = models.local[i];
      if (name == "auto" && models.local.size() == 1) continue;
      if (FindAlgorithm(name) == nullptr && !IsUserAlgorithm(name)) {
        Fail("models.local", "has no algorithm " + name + DidYouMean(name, known));
      }
      if (std::find(models.local.begin(), models.local.begin() + static_cast<std::ptrdiff_t>(i), name) !=
          models.local.begin() + static_cast<std::ptrdiff_t>(i)) {
        Fail("models.local", "names " + name + " twice");
      }
    }
    if (!models.global.starts_with(kPythonPrefix)) OneOf("models.global", models.global, {"auto", "pooled-ar", "none"});
    CheckRange(models);
    Require(models.horizon >= 0 && models.horizon <= kMaxHorizon, "models.horizon", std::to_string(models.horizon),
            "from 1 to 100000, or 0 for one season");
  }

  // Bounds of the forecasts.
  void CheckRange(const Job::Models& models) {
    for (const auto& [key, bound] : {std::pair{"models.min", models.min}, std::pair{"models.max", models.max}}) {
      if (bound) Require(std::isfinite(*bound), key, BoundText(*bound), "a finite number");
    }
    if (!models.min || !models.max) return;
    const std::string least = BoundText(*models.min), most = BoundText(*models.max);
    Require(!(*models.min >= *models.max), "models.min", least, "below max, which is " + most);
    const bool none = models.integer && std::ceil(*models.min) > std::floor(*models.max);
    Require(!none, "models.min", least, "such that a whole number lies between it and max, which is " + most);
  }

  void CheckWorkers(const Job::Workers& workers) {
    Require(workers.target_timeout.count() >= 0, "workers.target_timeout",
            std::to_string(workers.target_timeout.count()) + "ns", "positive, or 0 for none of your own");
    for (const auto& [key, bytes] : {std::pair{"workers.memory", workers.memory_bytes},
                                     std::pair{"workers.recycle_memory", workers.recycle_bytes}}) {
      Require(bytes == 0 || bytes >= kMinMemory, key, std::to_string(bytes), "16M or more, or 0 for no limit");
    }
    Require(!workers.retries || (*workers.retries >= 0 && *workers.retries <= kMaxRetries), "workers.retries",
            std::to_string(workers.retries.value_or(0)), fmt::format("auto or a number from 0 to {}", kMaxRetries));
  }

  void CheckRest(const Job& job) {
    if (!job.export_to.path.empty() && std::filesystem::path(job.export_to.path).lexically_normal() ==
                                           std::filesystem::path(job.store.path).lexically_normal()) {
      Fail("export.path", "= " + job.export_to.path + ": is the store, which the forecasts would replace");
    }
    Require(job.export_to.horizon >= 0 && job.export_to.horizon <= kMostExported, "export.horizon",
            std::to_string(job.export_to.horizon), "from 1 to 1000000, or 0 for what the run was tuned for");
    Require(job.store.keep_runs >= 1, "store.keep_runs", std::to_string(job.store.keep_runs), "1 or more");
    const Job::Failures& failures = job.failures;
    if (failures.max_count && failures.max_percent) Fail("failures.max", "is given as a number and as a percentage");
    const double count = failures.max_count.value_or(0);
    Require(count >= 0 && std::isfinite(count) && count == std::floor(count), "failures.max", fmt::format("{}", count),
            "a whole number of targets from 0, or a percentage");
    Require(!failures.max_percent || (*failures.max_percent >= 0 && *failures.max_percent <= 100), "failures.max",
            fmt::format("{}%", failures.max_percent.value_or(0)), "from 0% to 100%");
  }

  void CheckDetect(const DetectChoice& detect) {
    for (const std::string& file : detect.files) {
      if (file.empty()) Fail("detect.files", "holds an empty name");
      if (file == "-") Fail("detect.files", "holds -: a timer has no standard input; name files");
    }
    Require(detect.every >= kLeastEvery, "detect.every",
            fmt::format("{}s", std::chrono::duration<double>(detect.every).count()), "1m or more");
    OneOf("detect.direction", detect.direction, {"up", "down", "both"});
    Require(detect.persist >= 1 && detect.persist <= kMostPersist, "detect.for", std::to_string(detect.persist),
            "a number of observations from 1 to 1000000");
    if (const auto rate = ParseAlarmRate(detect.alarm_rate); !detect.alarm_rate.empty() && !rate.ok()) {
      Fail("detect.alarm_rate", "= " + rate.status().message());
    }
    if (const auto least = ParseLeastChange(detect.min_change); !detect.min_change.empty() && !least.ok()) {
      Fail("detect.min_change", "= " + least.status().message());
    }
    if (!detect.alarm_rate.empty() && detect.threshold > 0) {
      Fail("detect.alarm_rate", "is given beside detect.threshold: one of them says what alerts");
    }
    for (const std::string& range : detect.mute) {
      if (range.empty()) Fail("detect.mute", "holds an empty range");
      const std::string wrong = LooksLikeRange(range) ? WrongDatesOf(range) : std::string();
      if (!wrong.empty()) Fail("detect.mute", "= " + range + ": " + wrong + "; ranges are 2024-12-24/2024-12-26");
    }
    Require(detect.exec_timeout.count() > 0, "detect.exec_timeout", "0s", "longer, such as \"30s\"");
  }

  std::vector<JobViolation> Take() { return std::move(violations_); }

 private:
  void CheckColumns(const Job::Data& data) {
    const std::pair<const char*, const std::string*> columns[] = {
        {"data.target", &data.target}, {"data.time", &data.time}, {"data.value", &data.value}};
    for (std::size_t i = 0; i < std::size(columns); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (columns[i].second->empty() || *columns[i].second != *columns[j].second) continue;
        Fail(columns[i].first, "= " + *columns[i].second + ": is the same column as " + columns[j].first);
      }
    }
  }

  void CheckText(const Job::Data& data) {
    OneOf("data.layout", data.layout, {"auto", "long", "wide", "rows", "table"});
    if (data.wide && data.layout != "auto" && data.layout != "wide") {
      Fail("data.layout", "= " + data.layout + ": contradicts wide");
    }
    const bool one = data.separator.size() == 1 && data.separator.find_first_of("\"\r\n.") == std::string::npos;
    const bool named = data.separator == "auto" || data.separator == "tab" || data.separator == "space";
    Require(one || named, "data.separator", data.separator, "auto, tab, space or one character such as ; or |");
    OneOf("data.decimal", data.decimal, {"auto", ".", ","});
    Require(data.decimal != "," || data.separator != ",", "data.decimal", data.decimal,
            "another character than the separator");
    Require(data.skip_lines >= -1, "data.skip_lines", std::to_string(data.skip_lines), "auto or a number from 0");
    if (!data.aggregate.empty()) {
      OneOf("data.aggregate", data.aggregate, {"sum", "mean", "last", "first", "min", "max", "count", "median"});
    }
    Require(!data.max_repaired || (*data.max_repaired >= 0 && *data.max_repaired <= 100), "data.max_repaired",
            fmt::format("{}%", data.max_repaired.value_or(0)), "from 0% to 100%");
  }

  void CheckTimes(const Job::Data& data) {
    const auto check = [this](const char* key, const std::string& value, auto rule) {
      const Status status = value.empty() ? OkStatus() : rule(value);
      if (!status.ok()) Fail(key, "= " + value + ": " + status.message());
    };
    check("data.time_format", data.time_format, CheckTimeFormat);
    check("data.timezone", data.timezone, CheckTimeZone);
    check("data.start", data.start, CheckTimeText);
    check("data.until", data.until, CheckTimeText);
    if (data.frequency != "auto") return;
    // The key is that of what lacks, which the command line may still give to a job that has none.
    if (!data.aggregate.empty()) {
      Fail("data.frequency",
           "says no step, but aggregate = " + data.aggregate + " needs one that rows are put together to, such as 1D");
    }
    if (!data.start.empty()) {
      Fail("data.frequency", "says no step, but start = " + data.start + " needs the one between rows, such as 1D");
    }
  }

  std::vector<JobViolation> violations_;
};

}  // namespace

std::vector<JobViolation> CheckJob(const Job& job) {
  Checker checker;
  checker.CheckData(job.data);
  checker.CheckModels(job.models);
  checker.CheckWorkers(job.workers);
  checker.CheckRest(job);
  checker.CheckDetect(job.detect);
  return checker.Take();
}

std::vector<std::string> Job::Validate() const {
  std::vector<std::string> sentences;
  for (const JobViolation& violation : CheckJob(*this)) sentences.push_back(violation.key + " " + violation.text);
  return sentences;
}

}  // namespace fitd
