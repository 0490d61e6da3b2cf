// Finds the column that identifies series whose times never coincide: each has a step of its own at its own seconds, so
// no time repeats and their rows look like one series. Daemon, ingest threads; pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/series/time_grid.h"
#include "daemon/ingest/file_layout.h"

namespace fitd {

// A column that may hold ids, with its cell in each row.
struct TurnCandidate {
  std::size_t column = 0;
  std::string_view name;
  bool text = false;  // words, not numbers
  std::vector<std::string_view> cells;
};

// Index in `candidates` of the only column whose ids each have regular times that overlap with those of other ids,
// while the times of all rows together are irregular, or are sorted only within each id, or come from the ids in turns
// within a day. nullopt: none, or more than one. `times`: those of the rows, in file order.
std::optional<std::size_t> FindTurnTaker(std::span<const TimeNs> times, std::span<const TurnCandidate> candidates);

// Makes the column found in the first rows, with which `text` begins, the target of a layout that has none. Leaves the
// layout unchanged when no column is found.
void TakeTurnTaker(std::string_view text, FileLayout& layout);

}  // namespace fitd
