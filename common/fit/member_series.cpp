#include "common/fit/member_series.h"

#include <string>

namespace fitd {

MemberSeries::MemberSeries(const SeriesView& series, const LocalFitOptions& options, const std::vector<int>& seasons)
    : series_(series), view_(series) {
  if (!options.validate || IsIntermittent(series, seasons)) return;
  shifts_ = FindLevelShifts(series.values, seasons, HorizonOf(seasons, options));
  if (shifts_.empty()) return;
  values_.assign(series.values.begin(), series.values.end());
  RemoveLevelShifts(shifts_, values_);
  view_.values = values_;
}

void MemberSeries::Describe(Model& model) const {
  if (shifts_.empty()) return;
  NamedVector state{std::string(kLevelShifts), {}};
  for (const LevelShift& shift : shifts_) {
    const double number = static_cast<double>(shift.at);
    state.values.insert(state.values.end(), {number, shift.before, shift.after, shift.multiplicative ? 1.0 : 0.0});
  }
  model.states.push_back(std::move(state));
}

}  // namespace fitd
