#include "common/models/ets/form.h"

#include <cmath>
#include <limits>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/information.h"

namespace fitd {

int EtsForm::num_smoothing() const {
  return 1 + (has_trend() ? 1 : 0) + (trend == EtsTrend::kDamped ? 1 : 0) + (has_season() ? 1 : 0);
}

int EtsForm::num_initial_states() const {
  return 1 + (has_trend() ? 1 : 0) + (has_season() ? period - 1 : 0);
}

std::string EtsFormName(const EtsForm& form) {
  std::string name = form.error == EtsError::kAdditive ? "A," : "M,";
  name += form.trend == EtsTrend::kNone ? "N," : form.trend == EtsTrend::kAdditive ? "A," : "Ad,";
  name += form.season == EtsSeason::kNone ? "N" : form.season == EtsSeason::kAdditive ? "A" : "M";
  return name;
}

std::optional<EtsForm> ParseEtsForm(std::string_view name, int period) {
  for (EtsError error : {EtsError::kAdditive, EtsError::kMultiplicative}) {
    for (EtsTrend trend : {EtsTrend::kNone, EtsTrend::kAdditive, EtsTrend::kDamped}) {
      for (EtsSeason season : {EtsSeason::kNone, EtsSeason::kAdditive, EtsSeason::kMultiplicative}) {
        const EtsForm form{error, trend, season, season == EtsSeason::kNone ? 1 : period};
        if (name == EtsFormName(form)) return form;
      }
    }
  }
  return std::nullopt;
}

std::vector<EtsForm> AdmissibleEtsForms(std::size_t n, bool positive, int period) {
  std::vector<EtsForm> forms;
  const bool seasonal = period > 1 && period <= kEtsMaxPeriod && n > static_cast<std::size_t>(period);
  for (EtsSeason season : {EtsSeason::kNone, EtsSeason::kAdditive, EtsSeason::kMultiplicative}) {
    for (EtsError error : {EtsError::kAdditive, EtsError::kMultiplicative}) {
      for (EtsTrend trend : {EtsTrend::kNone, EtsTrend::kAdditive, EtsTrend::kDamped}) {
        if (season != EtsSeason::kNone && !seasonal) continue;
        if (error == EtsError::kAdditive && season == EtsSeason::kMultiplicative) continue;
        if (error == EtsError::kMultiplicative && !positive) continue;
        const EtsForm form{error, trend, season, season == EtsSeason::kNone ? 1 : period};
        if (static_cast<std::size_t>(form.num_parameters()) + 1 < n) forms.push_back(form);
      }
    }
  }
  return forms;
}

EtsCriteria EtsInformationCriteria(double deviance, const EtsForm& form, std::size_t n) {
  const double k = form.num_parameters() + 1;
  const double size = static_cast<double>(n);
  EtsCriteria c;
  c.aic = deviance + 2 * k;
  c.bic = deviance + k * Log(size);
  c.aicc = CorrectedAic(deviance, k, n);
  return c;
}

}  // namespace fitd
