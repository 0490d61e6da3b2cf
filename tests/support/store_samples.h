// Outcomes and targets that store tests save, made from a number.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "daemon/store/model_store.h"

namespace fitd {

inline FitOutcome SampleOutcome(int i, const std::string& algorithm = "ets") {
  FitOutcome outcome;
  outcome.status = FitStatus::kFitted;
  outcome.reason.clear();
  outcome.evaluations = static_cast<std::uint32_t>(17 + i);
  outcome.model.algorithm = algorithm;
  outcome.model.spec = "A,Ad,M";
  outcome.model.num_observations = static_cast<std::uint64_t>(100 + i);
  outcome.model.criteria = {-1.5 * i, 3.0 * i + 0.1, 3.0 * i + 0.2, 3.0 * i + 0.3, 0.5 + i};
  outcome.model.parameters = {{"alpha", 0.1 + i}, {"beta", 0.01}, {"m", 12}};
  outcome.model.states = {{"level", {100.0 + i}}, {"season", std::vector<double>(12, 0.25 * i)}};
  return outcome;
}

// Owns what the views of its records point to.
class SampleBatch {
 public:
  void Add(std::uint64_t index, std::string id, const std::vector<FitOutcome>& outcomes, std::string validation = "v") {
    TargetRecord record;
    record.index = index;
    record.id = Keep(std::move(id));
    record.grid = {86'400'000'000'000LL * static_cast<std::int64_t>(index), {Step::Unit::kMonth, 1}};
    record.num_values = 100 + index;
    record.status = outcomes.empty() ? FitStatus::kFailed : FitStatus::kFitted;
    record.seasons = {12, 24};
    record.seconds = 0.25;
    record.attempts = 1;
    record.fingerprint = 0xfedcba9876543210U + index;
    record.validation = Keep(std::move(validation));
    for (const FitOutcome& outcome : outcomes) record.models.push_back({Keep(EncodeOutcome(outcome)), 0.125});
    records_.push_back(std::move(record));
  }
  std::vector<TargetRecord>& records() { return records_; }

 private:
  std::string_view Keep(std::string bytes) { return kept_.emplace_back(std::move(bytes)); }

  std::deque<std::string> kept_;
  std::vector<TargetRecord> records_;
};

inline RunHeader SampleHeader(std::uint64_t num_targets, std::string fingerprint = "0123456789abcdef0123456789abcdef") {
  RunHeader header;
  header.fingerprint = std::move(fingerprint);
  header.num_targets = num_targets;
  header.horizon = 18;
  header.target_column = "host";
  header.time_column = "ds";
  header.value_column = "y";
  header.time_format = TimeFormat::kDateTimeZ;
  header.options = R"({"horizon":18})";
  return header;
}

inline constexpr WallTime kSampleNow{std::chrono::seconds(1'700'000'000)};

}  // namespace fitd
