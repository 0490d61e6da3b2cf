// Zeros from the last row of each target to the end of all data, where no row means zero (GapPolicy::kZero). Daemon,
// ingest threads; each collects tails of its own, and they are extended together once all targets are laid.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/series/series.h"
#include "daemon/times/lay_series.h"

namespace fitd {

class ZeroTails {
 public:
  struct Extended {
    std::uint64_t zeros = 0;
    std::uint64_t parts = 0;  // rows that were left out, of a last period that is not whole
    std::string refusal;      // empty: no target goes on so far alone that zeros of the others would be much
  };

  // `entry` is complete, outlives this and has its values at the beginning of `room`, in which it may grow.
  void Add(Frame::Entry& entry, std::span<double> room, std::uint64_t rows_of_last);
  void Add(ZeroTails others);

  // Extends all. Where the data end within a period, as some target shows, that period begins at `open` (UTC), and last
  // values of it are taken off targets that have others. `allowed`: whatever is said of the end of one target holds.
  Extended Extend(const SeriesRules& rules, std::optional<TimeNs> open, bool allowed);

 private:
  struct Tail {
    Frame::Entry* entry;
    std::span<double> room;
    std::uint64_t rows_of_last;
    bool open = false;  // its only value is that of an open period
  };
  struct Ends;
  std::uint64_t Close(TimeNs open, const Frequency& frequency, SeriesLayer& layer);
  Ends FindEnds(SeriesLayer& layer) const;
  static std::uint64_t Missing(const Tail& tail, TimeNs end, SeriesLayer& layer);

  std::vector<Tail> tails_;
};

}  // namespace fitd
