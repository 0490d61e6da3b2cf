// How large a quantity usually is: counts in bins of equal ratio, from which ranks, quantiles and tail probabilities
// are read. The counts are halved when there are kMemory of them, so that old numbers fade and the size is fixed.
// Integers only, so that a history fed in pieces, packed and unpacked between, has the same bits as one fed at once.
// Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace fitd {

class TailHistogram {
 public:
  static constexpr int kBins = 128;
  // NAB (even half) at 4000: 67.8, 6000: 69.8, 8000: 70.0, 12000: 70.2; half of them are left after a halving.
  static constexpr std::uint32_t kMemory = 8000;

  void Add(double x);
  std::uint32_t total() const { return total_; }

  // -log10 of the probability of a number of at least x >= 0. By rank among the history up to its 90 % quantile,
  // beyond it by an exponential tail with the mean excess of the history (the tail of a peaks-over-threshold model with
  // shape 0: Siffer et al. 2017; a Pareto tail takes NAB from 64 to 61), but never more than by rank where some of the
  // history reach x. At most kMostSurprise, 0 without history.
  double Surprise(double x) const;
  static constexpr double kMostSurprise = 40;

  // The number that `share` of the history lies below; 0 without history.
  double Quantile(double share) const;

  // Appends the bytes of the history to `out`; a history of n numbers takes about as many bytes as bins it fills.
  void Pack(std::string& out) const;
  // Takes them from the front of `bytes`; false when they are not such bytes.
  bool Unpack(std::string_view& bytes);

  friend bool operator==(const TailHistogram&, const TailHistogram&) = default;

 private:
  std::array<std::uint16_t, kBins> bins_{};
  std::uint32_t total_ = 0;
};

}  // namespace fitd
