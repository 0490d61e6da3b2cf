// Predicts the seconds that a target takes, learned from fitted targets: by what is fitted (algorithms, season) and by
// the length, with a power law between measured lengths. Parent; one thread. A value, kept in the store between runs;
// used for order, chunk size, deadlines and the time left.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

class CostModel {
 public:
  // `what`: names work that only varies with the length, such as "ets,arima/12".
  void Learn(std::string_view what, std::uint64_t length, double seconds);

  // Nullopt when `what` was never measured. Log-linear in the length (a power law) between two measured lengths and
  // beyond the last; proportional to the length when only one was measured.
  std::optional<double> Predict(std::string_view what, std::uint64_t length) const;

  std::string Encode() const;
  static Result<CostModel> Decode(std::string_view bytes);

 private:
  // Lengths from 2^k to 2^(k+1) share a mean. Old observations fade, so that a faster machine or version shows.
  struct Bucket {
    double weight = 0;
    double mean_log_length = 0;
    double mean_seconds = 0;
  };
  static constexpr int kBuckets = 40;
  using Curve = std::array<Bucket, kBuckets>;

  std::map<std::string, Curve, std::less<>> curves_;
};

}  // namespace fitd
