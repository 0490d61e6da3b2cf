// Finds the column that tells series apart whose times never meet: each of them has a step of its own, at its own
// seconds, so that no time repeats and their rows look like one series. Daemon, ingest threads; pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/series/time_grid.h"
#include "daemon/ingest/file_layout.h"

namespace fitd {

// A column that may be the id, with its cell in each row.
struct TurnCandidate {
  std::size_t column = 0;
  std::string_view name;
  bool text = false;  // words, not numbers
  std::vector<std::string_view> cells;
};

// The place among `candidates` of the one whose ids have regular times of their own, which overlap, where the times of
// all rows together are irregular, or are in order within each id only, or come from the ids in turns within a day.
// `times` are those of the rows, in the order of the file.
std::optional<std::size_t> FindTurnTaker(std::span<const TimeNs> times, std::span<const TurnCandidate> candidates);

// Makes that column the target of a layout for which none was found, by the first of its rows, which `text` begins
// with.
void TakeTurnTaker(std::string_view text, FileLayout& layout);

}  // namespace fitd
