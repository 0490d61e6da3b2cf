// Seconds a target takes, learned from the targets that were fitted: by what is fitted (algorithms, season) and the
// length, whose effect is a power between its measured points. Parent; one thread. A value: kept in the store between
// runs, used for order, chunk size, deadlines and the time left.
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
  // `what` names the work that is the same for all lengths, e.g. "ets,arima/12".
  void Learn(std::string_view what, std::uint64_t length, double seconds);

  // Nullopt when nothing like it was ever seen. Between two measured lengths, and beyond the last, log-linear in the
  // length (a power law); with a single one, proportional to the length.
  std::optional<double> Predict(std::string_view what, std::uint64_t length) const;

  std::string Encode() const;
  static Result<CostModel> Decode(std::string_view bytes);

 private:
  // Lengths from 2^k to 2^(k+1) share a mean; old observations fade, so that a faster machine or version is noticed.
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
