#include "common/series/series.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fitd {

std::vector<double> ObservedValues(const SeriesView& series) {
  std::vector<double> observed;
  const auto is_missing = [](double v) { return std::isnan(v); };
  if (series.filled.empty() && std::none_of(series.values.begin(), series.values.end(), is_missing)) return observed;
  observed.assign(series.values.begin(), series.values.end());
  for (const GapRun& run : series.filled) {
    std::fill_n(observed.begin() + run.first, run.count, std::numeric_limits<double>::quiet_NaN());
  }
  return observed;
}

void Frame::Adopt(std::vector<Entry> entries, std::vector<std::shared_ptr<const void>> arenas) {
  entries_ = std::move(entries);
  arenas_ = std::move(arenas);
  num_values_ = 0;
  for (const Entry& e : entries_) num_values_ += e.size;
}

void Frame::Append(std::string_view id, std::span<const double> values, TimeGrid grid, std::span<const GapRun> filled) {
  auto id_copy = std::make_shared<const std::string>(id);
  auto value_copy = std::make_shared<const std::vector<double>>(values.begin(), values.end());
  auto run_copy = std::make_shared<const std::vector<GapRun>>(filled.begin(), filled.end());
  Entry entry{*id_copy, value_copy->data(), value_copy->size(), grid};
  entry.num_runs = static_cast<std::uint32_t>(run_copy->size());
  entry.filled = run_copy->data();
  for (const GapRun& run : filled) entry.gaps_filled += run.count;
  entries_.push_back(entry);
  arenas_.push_back(std::move(id_copy));
  arenas_.push_back(std::move(run_copy));
  arenas_.push_back(std::move(value_copy));
  num_values_ += values.size();
}

void Frame::Sort() {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.id < b.id; });
}

}  // namespace fitd
