#include "common/models/ets_select.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fitd {
namespace {

int g_keep = 3;

// Selection for one series: a coarse scan of the smoothing parameters gives every form its starting points, then the
// forms are searched from the most promising on, each only as long as it can still win.
class Selector {
 public:
  Selector(EtsEstimator& estimator, int period) : estimator_(estimator) {
    for (const EtsForm& form : AdmissibleEtsForms(estimator.size(), estimator.positive(), period)) {
      candidates_.push_back({form, {}});
    }
  }

  EtsSelection Run() {
    Scan();
    while (true) {
      Candidate* next = Next();
      if (next == nullptr) break;
      Search(*next);
    }
    Polish();
    return std::move(selection_);
  }

 private:
  struct Candidate {
    EtsForm form;
    std::vector<EtsFit> starts;  // ascending in deviance
    bool done = false;
  };

  double Penalty(const EtsForm& form) const { return EtsInformationCriteria(0, form, estimator_.size()).aicc; }

  void Scan() {
    for (EtsSeason season : {EtsSeason::kNone, EtsSeason::kAdditive}) {
      for (EtsTrend trend : {EtsTrend::kNone, EtsTrend::kAdditive, EtsTrend::kDamped}) {
        const auto found = std::find_if(candidates_.begin(), candidates_.end(), [&](const Candidate& c) {
          return c.form.trend == trend && c.form.season == season;
        });
        if (found == candidates_.end()) continue;
        EtsForm form = found->form;
        form.error = EtsError::kAdditive;
        ScanForm(form);
      }
    }
  }

  void ScanForm(const EtsForm& form) {
    static constexpr double kAlphas[] = {0.02, 0.1, 0.3, 0.6, 0.95};
    static constexpr double kBetas[] = {0.01, 0.2, 0.7};
    static constexpr double kGammas[] = {0.01, 0.3, 0.8};
    static constexpr double kPhis[] = {0.85, 0.96};
    const int betas = form.has_trend() ? 3 : 1;
    const int gammas = form.has_season() ? 3 : 1;
    const int phis = form.trend == EtsTrend::kDamped ? 2 : 1;
    for (double alpha : kAlphas) {
      for (int b = 0; b < betas; ++b) {
        for (int g = 0; g < gammas; ++g) {
          for (int p = 0; p < phis; ++p) ScanPoint(form, {alpha, kBetas[b], kGammas[g], phis == 2 ? kPhis[p] : 1.0});
        }
      }
    }
  }

  void ScanPoint(const EtsForm& form, const EtsBox& box) {
    EtsFit point;
    point.form = form;
    point.smoothing = FromBox(form, box);
    if (!estimator_.Concentrate(point)) return;
    ++selection_.evaluations;
    Offer(point);
    if (!estimator_.positive()) return;
    EtsFit relative = point;
    relative.form.error = EtsError::kMultiplicative;
    relative.deviance = estimator_.Deviance(relative.form, relative.smoothing, relative.initial);
    Offer(relative);
    if (!form.has_season()) return;
    EtsFit ratio = estimator_.WithMultiplicativeSeason(point);
    ratio.deviance = estimator_.Deviance(ratio.form, ratio.smoothing, ratio.initial);
    Offer(ratio);
  }

  // Keeps the few best starting points of a form.
  void Offer(const EtsFit& point) {
    for (Candidate& c : candidates_) {
      if (!(c.form == point.form)) continue;
      const auto place =
          std::find_if(c.starts.begin(), c.starts.end(), [&](const EtsFit& s) { return point.deviance < s.deviance; });
      c.starts.insert(place, point);
      if (static_cast<int>(c.starts.size()) > g_keep) c.starts.pop_back();
    }
  }

  // The unsearched form whose best start has the least AICc.
  Candidate* Next() {
    Candidate* best = nullptr;
    double least = std::numeric_limits<double>::infinity();
    for (Candidate& c : candidates_) {
      if (c.done || c.starts.empty()) continue;
      const double aicc = c.starts.front().deviance + Penalty(c.form);
      if (best == nullptr || aicc < least) {
        least = aicc;
        best = &c;
      }
    }
    return best;
  }

  void Search(Candidate& c) {
    c.done = true;
    const double penalty = Penalty(c.form);
    for (const EtsFit& start : c.starts) {
      MinimizeOptions options;
      options.function_tolerance = 1e-7;
      options.give_up_above = least_ - penalty;
      const EtsFit fit = c.form.error == EtsError::kAdditive ? estimator_.FitAdditive(c.form, start.smoothing, options)
                                                             : estimator_.FitFrom(c.form, start, options);
      selection_.evaluations += fit.evaluations;
      if (fit.deviance + penalty < least_) {
        least_ = fit.deviance + penalty;
        selection_.best = fit;
      }
    }
  }

  void Polish() {
    if (!selection_.best.usable()) return;
    MinimizeOptions options;
    const EtsFit& best = selection_.best;
    const EtsFit fit = best.form.error == EtsError::kAdditive
                           ? estimator_.FitAdditive(best.form, best.smoothing, options)
                           : estimator_.FitFrom(best.form, best, options);
    selection_.evaluations += fit.evaluations;
    if (fit.deviance < best.deviance) selection_.best = fit;
  }

  EtsEstimator& estimator_;
  std::vector<Candidate> candidates_;
  EtsSelection selection_;
  double least_ = std::numeric_limits<double>::infinity();
};

}  // namespace

EtsFit EstimateEts(EtsEstimator& estimator, const EtsFit& start) {
  const MinimizeOptions options;
  if (start.form.error == EtsError::kAdditive) return estimator.FitAdditive(start.form, start.smoothing, options);
  EtsFit best = start;
  best.deviance = estimator.Deviance(start.form, start.smoothing, start.initial);
  EtsFit other = start;
  other.form.error = EtsError::kAdditive;
  if (!start.form.linear()) other.form.season = EtsSeason::kAdditive;
  if (estimator.Concentrate(other)) {
    if (!start.form.linear()) other = estimator.WithMultiplicativeSeason(other);
    other.form = start.form;
    other.deviance = estimator.Deviance(other.form, other.smoothing, other.initial);
    if (other.deviance < best.deviance) best = other;
  }
  return estimator.FitFrom(best.form, best, options);
}

EtsSelection SelectEts(EtsEstimator& estimator, int period) {
  if (getenv("KEEP")) g_keep = atoi(getenv("KEEP"));
  return Selector(estimator, period).Run();
}

}  // namespace fitd
