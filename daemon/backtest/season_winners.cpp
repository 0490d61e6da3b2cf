#include "daemon/backtest/season_winners.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace fitd {
namespace {

SeasonWinner Judge(const AccuracyBoard& board, const std::vector<int>& seasons,
                   const std::vector<std::size_t>& targets) {
  SeasonWinner group{seasons, targets.size(), {}, -1, -1, {}};
  for (std::size_t m = 0; m < board.models().size(); ++m) {
    Mean mean;
    for (const std::size_t t : targets) mean.AddAll(board.scaled().MeanOfTarget(m, t));
    group.mase.push_back(mean.value());
    const auto less = [&group, m](int than) {
      return than < 0 || group.mase[m] < group.mase[static_cast<std::size_t>(than)];
    };
    const bool complete =
        std::all_of(targets.begin(), targets.end(), [&](std::size_t t) { return board.target_complete(m, t); });
    if (!std::isfinite(group.mase[m]) || !complete) continue;
    if (less(group.best)) {
      group.next = group.best;
      group.best = static_cast<int>(m);
    } else if (less(group.next)) {
      group.next = static_cast<int>(m);
    }
  }
  if (group.next >= 0) {
    group.to_next =
        CompareModels(board, static_cast<std::size_t>(group.best), static_cast<std::size_t>(group.next), targets);
  }
  return group;
}

}  // namespace

std::vector<SeasonWinner> SeasonWinners(const BacktestResult& result) {
  std::map<std::vector<int>, std::vector<std::size_t>> groups;
  for (std::size_t t = 0; t < result.board.targets() && t < result.seasons.size(); ++t) {
    if (result.board.BestFor(t) >= 0) groups[result.seasons[t]].push_back(t);
  }
  std::vector<SeasonWinner> winners;
  winners.reserve(groups.size());
  for (const auto& [seasons, targets] : groups) winners.push_back(Judge(result.board, seasons, targets));
  std::stable_sort(winners.begin(), winners.end(),
                   [](const SeasonWinner& a, const SeasonWinner& b) { return a.targets > b.targets; });
  return winners;
}

}  // namespace fitd
