#include "daemon/train/post_process.h"

#include "common/fit/local_fit.h"

namespace fitd {
namespace {

// Validations as the store has them, packed; unpacked one at a time.
class PackedValidations {
 public:
  explicit PackedValidations(std::size_t num_algorithms) : num_algorithms_(num_algorithms) {}
  Status Load(const Store& store, std::int64_t run, std::uint64_t num_targets) {
    TargetFilter filter;
    filter.with_models = false;
    filter.every = num_targets / kMaxValidations + 1;
    return store.ForEachTarget(run, filter, [&](const TargetRecord& target) {
      if (!target.validation.empty()) packed_.emplace_back(target.validation);
      return Status();
    });
  }
  std::size_t size() const { return packed_.size(); }
  const Validation& Get(std::size_t i) {
    TargetTraits traits;
    validation_ = {};
    Status status = UnpackFitValidation(packed_[i], traits, validation_);
    if (status.ok() && validation_.forecast.size() > num_algorithms_) {
      status = Status(StatusCode::kCorrupt, "the validation of a target is of more models than its run has");
    }
    if (!status.ok()) validation_ = {};
    if (!status.ok() && error_.ok()) error_ = status;
    return validation_;
  }
  const Status& error() const { return error_; }

 private:
  std::size_t num_algorithms_;
  std::vector<std::string> packed_;
  Validation validation_;
  Status error_;
};

}  // namespace

Result<FleetCombination> LearnFleet(const Store& store, std::int64_t run, const std::vector<std::string>& names,
                                    std::uint64_t num_targets, std::optional<CombineRule> rule, bool prior) {
  PackedValidations validations(names.size());
  FITD_RETURN_IF_ERROR(validations.Load(store, run, num_targets));
  FleetCombination fleet = LearnCombination(
      names.size(), validations.size(), [&](std::size_t i) -> const Validation& { return validations.Get(i); }, rule,
      prior ? CombinationPrior{names, num_targets} : CombinationPrior());
  FITD_RETURN_IF_ERROR(validations.error());
  return fleet;
}

Status CountOutcomes(const Store& store, std::int64_t run, RunSummary& summary) {
  FITD_ASSIGN_OR_RETURN(const std::vector<std::uint64_t> counts, store.CountByStatus(run));
  const auto count = [&](FitStatus status) { return counts[static_cast<std::size_t>(status)]; };
  summary.fitted = count(FitStatus::kFitted);
  summary.fallback = count(FitStatus::kFallback);
  summary.constant = count(FitStatus::kConstant);
  summary.short_series = count(FitStatus::kShort);
  summary.failed = count(FitStatus::kFailed);
  summary.failures.clear();
  if (summary.fallback + summary.failed == 0) return {};
  TargetFilter filter;
  filter.with_models = false;
  return store.ForEachTarget(run, filter, [&](const TargetRecord& target) {
    if (target.status == FitStatus::kFallback || target.status == FitStatus::kFailed) {
      summary.failures.push_back({std::string(target.id), std::string(target.reason)});
    }
    return Status();
  });
}

}  // namespace fitd
