#include "daemon/backtest/paired_errors.h"

#include <algorithm>
#include <utility>

namespace fitd {
namespace {

// What two sums of the same forecasts say of the difference.
Mean Difference(const Mean& a, const Mean& b) {
  return {a.sum - b.sum, a.count};
}

Mean Negated(const Mean& difference) {
  return {-difference.sum, difference.count};
}

}  // namespace

PairedErrors::PairedErrors(std::size_t models, std::size_t steps, std::size_t targets)
    : models_(models),
      steps_(steps),
      targets_(targets),
      by_target_(models * targets),
      in_time_(models),
      tracks_(models),
      lacks_(models * targets, false),
      total_(models * models),
      compared_(models * models, 0) {}

void PairedErrors::NextCut() {
  ++cuts_;
  for (Track& track : in_time_) track.resize(cuts_ * steps_);
  for (std::vector<Track>& others : tracks_) {
    for (Track& track : others) track.resize(cuts_ * steps_);
  }
}

// So far it lacked nothing, and what others lacked they keep.
void PairedErrors::KeepTracks(std::size_t model) {
  if (!tracks_[model].empty()) return;
  std::vector<Track> tracks(models_, Track(cuts_ * steps_));
  for (std::size_t other = 0; other < models_; ++other) {
    for (std::size_t i = 0; i < tracks[other].size(); ++i) {
      tracks[other][i] = tracks_[other].empty() ? Difference(in_time_[model][i], in_time_[other][i])
                                                : Negated(tracks_[other][model][i]);
    }
  }
  tracks_[model] = std::move(tracks);
}

// `any`: it has a forecast at this cut. A model that has none of the target needs no sums.
void PairedErrors::KeepTarget(std::size_t model, std::size_t target, bool any) {
  const bool lacked = lacks_[At(model, target)];
  lacks_[At(model, target)] = true;
  if (!any && by_target_[At(model, target)].count == 0) return;
  const auto [place, is_new] = in_part_.try_emplace(At(model, target), models_);
  if (!is_new || lacked) return;
  for (std::size_t other = 0; other < models_; ++other) {
    if (other == model) continue;
    const auto kept = in_part_.find(At(other, target));
    if (kept != in_part_.end()) {
      place->second[other] = Negated(kept->second[model]);
    } else if (!lacks_[At(other, target)]) {
      place->second[other] = Difference(by_target_[At(model, target)], by_target_[At(other, target)]);
    }
  }
}

void PairedErrors::Add(std::size_t target, std::span<const std::vector<double>> errors,
                       const std::vector<bool>& gives) {
  for (std::size_t m = 0; m < models_; ++m) {
    const bool any = std::any_of(errors[m].begin(), errors[m].end(), [](double e) { return std::isfinite(e); });
    if (!gives[m]) KeepTracks(m);
    if (!gives[m] || lacks_[At(m, target)]) KeepTarget(m, target, any);
  }
  for (std::size_t m = 0; m < models_; ++m) {
    Mean own;
    for (std::size_t h = 0; h < steps_; ++h) {
      own.Add(errors[m][h]);
      in_time_[m][(cuts_ - 1) * steps_ + h].Add(errors[m][h]);
    }
    by_target_[At(m, target)].Add(own.value());
    const auto part = in_part_.find(At(m, target));
    for (std::size_t other = 0; other < models_; ++other) {
      Mean common;
      for (std::size_t h = 0; h < steps_; ++h) {
        const double difference = errors[m][h] - errors[other][h];
        common.Add(difference);
        if (!tracks_[m].empty()) tracks_[m][other][(cuts_ - 1) * steps_ + h].Add(difference);
      }
      total_[m * models_ + other].Add(common.value());
      compared_[m * models_ + other] += static_cast<std::size_t>(common.count);
      if (part != in_part_.end()) part->second[other].Add(common.value());
    }
  }
}

double PairedErrors::AtTarget(std::size_t model, std::size_t other, std::size_t target) const {
  for (const bool own : {true, false}) {
    const std::size_t at = own ? At(model, target) : At(other, target);
    if (!lacks_[at]) continue;
    const auto part = in_part_.find(at);
    if (part == in_part_.end()) return kNotAvailable;
    return own ? part->second[other].value() : Negated(part->second[model]).value();
  }
  return OfTarget(model, target) - OfTarget(other, target);
}

double PairedErrors::InTime(std::size_t model, std::size_t other, std::size_t cut, std::size_t step) const {
  const std::size_t i = cut * steps_ + step;
  if (!tracks_[model].empty()) return tracks_[model][other][i].value();
  if (!tracks_[other].empty()) return Negated(tracks_[other][model][i]).value();
  return in_time_[model][i].value() - in_time_[other][i].value();
}

}  // namespace fitd
