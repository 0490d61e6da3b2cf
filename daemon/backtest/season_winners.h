// Finds the best model for each group of targets that have the same seasons. Daemon; pure.
#pragma once

#include <cstdint>
#include <vector>

#include "daemon/backtest/backtest.h"

namespace fitd {

struct SeasonWinner {
  std::vector<int> seasons;  // seasons of the group; empty: none
  std::uint64_t targets = 0;
  std::vector<double> mase;  // mean over the group's targets and cuts, by model; NaN: not measured
  int best = -1, next = -1;  // indexes of the two models with the least MASE; -1: none
  DieboldMariano to_next;    // of `best` compared with `next`
};

// One entry per group, the largest group first.
std::vector<SeasonWinner> SeasonWinners(const BacktestResult& result);

}  // namespace fitd
