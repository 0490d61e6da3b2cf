// Which model wins where: among the targets that have the same seasons. Daemon; pure.
#pragma once

#include <cstdint>
#include <vector>

#include "daemon/backtest/backtest.h"

namespace fitd {

struct SeasonWinner {
  std::vector<int> seasons;  // of the group; empty: none
  std::uint64_t targets = 0;
  std::vector<double> mase;  // mean over the group's targets, per model; NaN: not measured
  int best = -1, next = -1;  // places of the two models with the least; -1: there is none
  Difference to_next;        // of the best, less the next
};

// Groups by size, the largest first.
std::vector<SeasonWinner> SeasonWinners(const BacktestResult& result);

}  // namespace fitd
