#include "daemon/plan/bounds_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "common/text.h"

namespace fitd {
namespace {

constexpr double kMostWhollyOutside = 0.1;  // share of the targets

// Counts what lies outside one bound.
class Outside {
 public:
  Outside(std::string_view option, double bound, bool above) : option_(option), bound_(bound), above_(above) {}

  void Add(std::string_view id, std::span<const double> values) {
    std::uint64_t outside = 0, observed = 0;
    double farthest = bound_;
    for (const double v : values) {
      if (std::isnan(v)) continue;
      ++observed;
      if (above_ ? v <= bound_ : v >= bound_) continue;
      ++outside;
      farthest = above_ ? std::max(farthest, v) : std::min(farthest, v);
    }
    ++all_targets_;
    all_values_ += observed;
    values_ += outside;
    targets_ += outside > 0 ? 1 : 0;
    const bool wholly = outside > 0 && outside == observed;
    wholly_ += wholly ? 1 : 0;
    // Chooses the target to name: one that is wholly outside, else the one with the most values outside.
    if (wholly != worst_wholly_ ? wholly : outside > most_) {
      worst_wholly_ = wholly;
      most_ = outside;
      worst_ = id;
      farthest_ = farthest;
    }
  }

  void Tell(BoundsCheck& check) const {
    if (values_ == 0) return;
    const std::string worst =
        fmt::format("{} ({} to {:.6g})", QuoteForMessage(worst_), above_ ? "up" : "down", farthest_);
    const char* side = above_ ? "above" : "below";
    const std::string bound = fmt::format("{} {:.15g}", option_, bound_);
    if (static_cast<double>(wholly_) > kMostWhollyOutside * static_cast<double>(all_targets_)) {
      Append(
          check.refusal,
          fmt::format("{}: every value of {} of {} targets is {} it, such as {}: their forecasts would all be {:.15g}; "
                      "correct the bound, or train the targets that it is meant for alone",
                      bound, wholly_, all_targets_, side, worst, bound_));
    } else {
      Append(check.warning,
             fmt::format("{}: {} of {} values are {} it, in {} of {} targets, such as {}; no forecast is", bound,
                         values_, all_values_, side, targets_, all_targets_, worst));
    }
  }

 private:
  static void Append(std::string& text, const std::string& line) { text += (text.empty() ? "" : "\n") + line; }

  std::string_view option_;
  double bound_;
  bool above_;
  std::uint64_t values_ = 0, all_values_ = 0, targets_ = 0, all_targets_ = 0, wholly_ = 0;
  // The target to name.
  bool worst_wholly_ = false;
  std::uint64_t most_ = 0;
  std::string_view worst_;
  double farthest_ = 0;
};

}  // namespace

BoundsCheck CheckBounds(std::optional<double> lowest, std::optional<double> highest, const Frame& frame) {
  std::vector<Outside> bounds;
  if (lowest) bounds.emplace_back("--min", *lowest, false);
  if (highest) bounds.emplace_back("--max", *highest, true);
  BoundsCheck check;
  if (bounds.empty()) return check;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const std::vector<double> observed = ObservedValues(frame[i]);
    for (Outside& outside : bounds) outside.Add(frame[i].id, observed.empty() ? frame[i].values : observed);
  }
  for (const Outside& outside : bounds) outside.Tell(check);
  return check;
}

}  // namespace fitd
