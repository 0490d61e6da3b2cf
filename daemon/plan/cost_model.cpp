#include "daemon/plan/cost_model.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "common/archive.h"

namespace fitd {
namespace {

constexpr double kMemory = 256;         // observations that a bucket's mean remembers. Chosen, not measured
constexpr std::size_t kMaxCurves = 64;  // limit when decoding; a real model has a few

struct Entry {
  std::string what;
  std::uint32_t bucket = 0;
  double weight = 0, mean_log_length = 0, mean_seconds = 0;

  template <class Archive>
  void serialize(Archive& ar) {
    ar(what, bucket, weight, mean_log_length, mean_seconds);
  }
};

bool Plausible(const Entry& e, int num_buckets) {
  return e.bucket < static_cast<std::uint32_t>(num_buckets) && e.weight > 0 && e.weight <= kMemory + 1 &&
         std::isfinite(e.mean_log_length) && e.mean_seconds > 0 && std::isfinite(e.mean_seconds);
}

}  // namespace

void CostModel::Learn(std::string_view what, std::uint64_t length, double seconds) {
  if (!(seconds > 0) || !std::isfinite(seconds)) return;
  length = std::max<std::uint64_t>(length, 1);
  const auto it = curves_.find(what);
  Curve& curve = it != curves_.end() ? it->second : curves_[std::string(what)];
  Bucket& bucket =
      curve[static_cast<std::size_t>(std::min(static_cast<int>(std::bit_width(length)) - 1, kBuckets - 1))];
  bucket.weight = std::min(bucket.weight + 1, kMemory);
  bucket.mean_log_length += (std::log(static_cast<double>(length)) - bucket.mean_log_length) / bucket.weight;
  bucket.mean_seconds += (seconds - bucket.mean_seconds) / bucket.weight;
}

std::optional<double> CostModel::Predict(std::string_view what, std::uint64_t length) const {
  const auto it = curves_.find(what);
  if (it == curves_.end()) return std::nullopt;
  const double x = std::log(static_cast<double>(std::max<std::uint64_t>(length, 1)));
  // The two nearest measured points, around x when possible.
  const Bucket *low = nullptr, *high = nullptr;
  for (const Bucket& bucket : it->second) {
    if (bucket.weight == 0) continue;
    if (low != nullptr && high->mean_log_length >= x) break;
    low = high;
    high = &bucket;
  }
  if (high == nullptr) return std::nullopt;
  double power = 1;
  // Points closer than this in log length give no power: noise of some 20 % would look like a power of 2.
  constexpr double kApart = 0.1;
  // The work of all models grows at most like the length times a logarithm. A power above 4 is noise and must not be
  // extrapolated.
  constexpr double kSteepest = 4;
  if (low != nullptr && high->mean_log_length > low->mean_log_length + kApart) {
    power = std::log(high->mean_seconds / low->mean_seconds) / (high->mean_log_length - low->mean_log_length);
    power = std::clamp(power, 0.0, kSteepest);
  }
  return high->mean_seconds * std::exp(power * (x - high->mean_log_length));
}

std::string CostModel::Encode() const {
  std::vector<Entry> entries;
  for (const auto& [what, curve] : curves_) {
    for (std::uint32_t i = 0; i < curve.size(); ++i) {
      const Bucket& b = curve[i];
      if (b.weight > 0) entries.push_back({what, i, b.weight, b.mean_log_length, b.mean_seconds});
    }
  }
  return fitd::Encode(entries);
}

Result<CostModel> CostModel::Decode(std::string_view bytes) {
  std::vector<Entry> entries;
  FITD_RETURN_IF_ERROR(fitd::Decode(bytes, entries, "cost model"));
  CostModel model;
  for (const Entry& e : entries) {
    if (!Plausible(e, kBuckets) || (model.curves_.size() >= kMaxCurves && model.curves_.count(e.what) == 0)) {
      return Status(StatusCode::kCorrupt, "cost model: an impossible entry");
    }
    model.curves_[e.what][e.bucket] = {e.weight, e.mean_log_length, e.mean_seconds};
  }
  return model;
}

}  // namespace fitd
