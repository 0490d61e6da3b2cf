#include "daemon/backtest/moved_target.h"

#include "common/fit/model_archive.h"
#include "common/models/base/algorithm.h"
#include "common/models/base/filter.h"
#include "common/models/pooled_ar/filter.h"
#include "common/series/local_clock.h"

namespace fitd {
namespace {

Result<Model> MoveModel(const Model& model, const RunModels& models, std::span<const double> values) {
  for (const PooledArGlobal& global : models.globals) {
    if (model.algorithm == "pooled-ar" && global.season == static_cast<int>(model.Parameter("season"))) {
      return AdvancePooledAr(model, global, values);
    }
  }
  const Algorithm* algorithm = FindAlgorithm(model.algorithm);
  if (algorithm == nullptr) {
    return Status(StatusCode::kInvalidInput,
                  "--refit: " + model.algorithm + " cannot go on with new values without a fit; use --refit every");
  }
  return Advance(*algorithm, model, values);
}

}  // namespace

Result<MovedTarget> MovedTarget::Move(const TargetRecord& target, const RunModels& models,
                                      std::span<const double> values) {
  MovedTarget moved;
  moved.target_ = target;
  moved.target_.num_values += values.size();
  const TimeGrid grid = {target.grid.At(static_cast<std::int64_t>(target.num_values)), target.grid.step};
  const std::vector<double> on_clock = OnClockFrom(grid, values, models.timezone);
  for (const ModelRecord& record : target.models) {
    FITD_ASSIGN_OR_RETURN(FitOutcome outcome, DecodeOutcome(record.archive));
    Result<Model> model = MoveModel(outcome.model, models, on_clock);
    if (!model.ok()) return model.status().WithContext("target " + std::string(target.id));
    outcome.model = *std::move(model);
    moved.archives_.push_back(EncodeOutcome(outcome));
  }
  return moved;
}

TargetRecord MovedTarget::record() const {
  TargetRecord record = target_;
  for (std::size_t i = 0; i < archives_.size(); ++i) record.models[i].archive = archives_[i];
  return record;
}

}  // namespace fitd
