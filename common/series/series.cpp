#include "common/series/series.h"

#include <algorithm>

namespace fitd {

void Frame::Adopt(std::vector<Entry> entries, std::vector<std::shared_ptr<const void>> arenas) {
  entries_ = std::move(entries);
  arenas_ = std::move(arenas);
  num_values_ = 0;
  for (const Entry& e : entries_) num_values_ += e.size;
}

void Frame::Append(std::string_view id, std::span<const double> values, TimeGrid grid) {
  auto id_copy = std::make_shared<const std::string>(id);
  auto value_copy = std::make_shared<const std::vector<double>>(values.begin(), values.end());
  entries_.push_back({*id_copy, value_copy->data(), value_copy->size(), grid});
  arenas_.push_back(std::move(id_copy));
  arenas_.push_back(std::move(value_copy));
  num_values_ += values.size();
}

void Frame::Sort() {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.id < b.id; });
}

}  // namespace fitd
