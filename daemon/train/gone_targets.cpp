#include "daemon/train/gone_targets.h"

#include <fmt/format.h>

#include "common/text.h"

namespace fitd {
namespace {

struct Gone {
  std::uint64_t count = 0;
  std::string names;

  void Add(std::string_view id) {
    constexpr std::uint64_t kNamed = 3;
    if (++count <= kNamed) names += ", " + QuoteForMessage(id);
    if (count == kNamed + 1) names += ", ...";
  }
};

}  // namespace

Result<std::string> DescribeGoneTargets(const Store& store, std::int64_t earlier, const Frame& frame) {
  Gone missing, cut;
  std::size_t i = 0;  // index in the frame; both sides are sorted by id
  TargetFilter no_models;
  no_models.with_models = false;
  FITD_RETURN_IF_ERROR(store.ForEachTarget(earlier, no_models, [&](const TargetRecord& before) {
    while (i < frame.size() && frame[i].id < before.id) ++i;
    if (i == frame.size() || frame[i].id != before.id) {
      missing.Add(before.id);
      return Status();
    }
    const SeriesView now = frame[i];
    const bool comparable = now.grid.step == before.grid.step && !now.values.empty() && before.num_values > 0;
    const auto last = [](const TimeGrid& grid, std::uint64_t values) {
      return grid.At(static_cast<std::int64_t>(values) - 1);
    };
    if (comparable && last(now.grid, now.values.size()) < last(before.grid, before.num_values)) cut.Add(before.id);
    return Status();
  }));
  std::string text;
  if (missing.count > 0) {
    text = fmt::format("{} {} of run {} {} not in the data{}", missing.count, missing.count == 1 ? "target" : "targets",
                       earlier, missing.count == 1 ? "is" : "are", missing.names);
  }
  if (cut.count > 0) {
    text += fmt::format("{}{} {} {} before {} did in run {}{}", text.empty() ? "" : "; ", cut.count,
                        cut.count == 1 ? "target" : "targets", cut.count == 1 ? "ends" : "end",
                        cut.count == 1 ? "it" : "they", earlier, cut.names);
  }
  return text;
}

}  // namespace fitd
