#include "common/detect/tail_histogram.h"

#include <algorithm>
#include <numbers>

#include "common/detect/pack.h"
#include "common/models/numeric/elementary.h"

namespace fitd {
namespace {

// Bins span a ratio of 2^(1/4), so that quantiles are within 10 %; bin 0 holds all below 2^-10.
constexpr double kPerOctave = 4;
constexpr double kLowest = -10;
// NAB at 0.9: 69.1, 0.93: 67.8, 0.95: 68.8.
constexpr double kTailShare = 0.9;
// The mean excess is at least this part of the quantile it is over: short histories have hardly any tail. NAB at 0.1:
// 70.0, 0.2: 69.1, 0.3: 68.
constexpr double kLeastExcess = 0.1;
// A number that so many of the history reach is no more unusual than they are, whatever the tail says: counts have
// steps that no exponential knows. Of NAB novelty and alerts, cloud point and alert F1, and alerts in twelve series of
// rare Poisson counts without an event: without 73.4, 70.5, 0.505, 0.584, 73; at 2: 72.5, 70.9, 0.537, 0.555, 38;
// 3: 73.4, 71.1, 0.543, 0.576, 41; 5: 73.0, 70.4, 0.539, 0.589, 44; 10: 72.2, 69.5, 0.534, 0.583, 53.
constexpr double kKnown = 3;

double Position(double x) {
  return x > 0 ? (Log2(x) - kLowest) * kPerOctave + 1 : 0;
}

int BinOf(double position) {
  if (!(position >= 1)) return 0;
  return position >= TailHistogram::kBins ? TailHistogram::kBins - 1 : static_cast<int>(position);
}

// The number at `position`, the inverse of Position.
double NumberAt(double position) {
  return Exp2((position - 1) / kPerOctave + kLowest);
}

struct Centres {
  std::array<double, TailHistogram::kBins> of{};
  Centres() {
    for (int i = 1; i < TailHistogram::kBins; ++i) of[static_cast<std::size_t>(i)] = NumberAt(i + 0.5);
  }
};
const Centres kCentres;

}  // namespace

void TailHistogram::Add(double x) {
  if (total_ >= kMemory) {
    total_ = 0;
    for (std::uint16_t& bin : bins_) {
      bin = static_cast<std::uint16_t>(bin / 2);
      total_ += bin;
    }
  }
  ++bins_[static_cast<std::size_t>(BinOf(Position(x)))];
  ++total_;
}

double TailHistogram::Quantile(double share) const {
  if (total_ == 0) return 0;
  const double need = share * total_;
  double below = 0;
  for (int i = 0; i < kBins; ++i) {
    const double bin = bins_[static_cast<std::size_t>(i)];
    if (bin > 0 && below + bin >= need) return i == 0 ? NumberAt(1) : NumberAt(i + (need - below) / bin);
    below += bin;
  }
  return NumberAt(kBins);
}

double TailHistogram::Surprise(double x) const {
  if (total_ == 0) return 0;
  const double position = Position(x);
  const int at = BinOf(position);
  std::uint32_t above = 0;
  for (int i = at + 1; i < kBins; ++i) above += bins_[static_cast<std::size_t>(i)];
  const double inside = at == 0 ? 0 : std::min(1.0, position - at);
  const double rank = above + bins_[static_cast<std::size_t>(at)] * (1 - inside);
  const double share = std::min(1.0, (rank + 0.5) / (total_ + 1.0));
  if (rank > (1 - kTailShare) * total_) return -Log10(share);
  const double edge = Quantile(kTailShare);
  if (x <= edge) return -Log10(share);
  double count = 0;
  double excess = 0;
  for (int i = std::max(1, BinOf(Position(edge))); i < kBins; ++i) {
    const double bin = bins_[static_cast<std::size_t>(i)];
    count += bin;
    excess += bin * std::max(0.0, kCentres.of[static_cast<std::size_t>(i)] - edge);
  }
  const double mean = std::max(count > 0 ? excess / count : 0, kLeastExcess * edge);
  const double most = rank >= kKnown ? -Log10(share) : kMostSurprise;
  const double edge_share = std::max(1 - kTailShare, 1 / (total_ + 1.0));
  return std::min(most, (x - edge) / mean / std::numbers::ln10 - Log10(edge_share));
}

void TailHistogram::Pack(std::string& out) const {
  // Empty bins are a zero and how many there are.
  for (std::size_t i = 0; i < bins_.size();) {
    PackNumber(bins_[i], out);
    if (bins_[i++] != 0) continue;
    std::size_t more = 0;
    while (i < bins_.size() && bins_[i] == 0) ++i, ++more;
    PackNumber(more, out);
  }
}

bool TailHistogram::Unpack(std::string_view& bytes) {
  bins_ = {};
  total_ = 0;
  for (std::size_t i = 0; i < bins_.size();) {
    std::uint64_t count = 0;
    if (!UnpackNumber(bytes, count) || count > kMemory) return false;
    bins_[i++] = static_cast<std::uint16_t>(count);
    total_ += static_cast<std::uint32_t>(count);
    if (count != 0) continue;
    std::uint64_t more = 0;
    if (!UnpackNumber(bytes, more) || more > bins_.size() - i) return false;
    i += more;
  }
  return total_ <= kMemory;
}

}  // namespace fitd
