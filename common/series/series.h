// A target's values on its regular time grid, and the frame: all series of a run.
// Frame: built by ingest in the daemon, then read-only; reading is safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/series/time_grid.h"

namespace fitd {

// Points [first, first + count) of a series without an observation; their values are filled.
struct GapRun {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  friend bool operator==(const GapRun&, const GapRun&) = default;
};

// A view; its creator determines how long it lives (the frame, or a mapped chunk segment).
struct SeriesView {
  std::string_view id;             // the target, byte for byte
  std::span<const double> values;  // finite, unless gaps=none left NaN in the middle; first and last are never NaN
  TimeGrid grid;
  std::span<const GapRun> filled = {};  // ascending; values that gaps=none left as NaN are not included
  std::string_view prior = {};          // what an earlier run knows of the target, read by the task; empty: nothing
  // Of a target that an update or a detection knows: its rows (observations.h), in order of time, on the clock of
  // `grid`, which `values` may not show at their own times; empty: `values` do.
  std::span<const double> rows = {};
};

// The values of a series with NaN in place of filled ones; empty when none was filled.
std::vector<double> ObservedValues(const SeriesView& series);

// All series of a run, sorted by target id (byte order). Owns ids and values.
class Frame {
 public:
  struct Entry {
    std::string_view id;   // into an arena of this frame
    const double* values;  // into an arena of this frame
    std::uint64_t size;    // number of values
    TimeGrid grid;
    std::uint32_t gaps_filled = 0;
    std::uint32_t lost = 0;          // input values that the series does not show
    std::uint32_t num_runs = 0;      // of `filled`
    const GapRun* filled = nullptr;  // into an arena of this frame
    std::string_view prior = {};     // owned by whoever set it
    const double* rows = nullptr;    // SeriesView::rows, into an arena of this frame
    std::uint64_t num_rows = 0;
  };

  Frame() = default;
  Frame(Frame&&) = default;
  Frame& operator=(Frame&&) = default;

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  SeriesView operator[](std::size_t i) const {
    const Entry& e = entries_[i];
    return {e.id, {e.values, e.size}, e.grid, {e.filled, e.num_runs}, e.prior, {e.rows, 2 * e.num_rows}};
  }
  const Entry& entry(std::size_t i) const { return entries_[i]; }
  std::uint64_t num_values() const { return num_values_; }
  // Sets the prior that is sent with the series to the task. The caller owns the bytes and keeps them alive.
  void SetPrior(std::size_t i, std::string_view prior) { entries_[i].prior = prior; }

  // Column names and time format of the input, used in all output.
  std::string target_column = "target";
  std::string time_column = "time";
  std::string value_column = "value";
  TimeFormat time_format = TimeFormat::kDate;
  std::string time_pattern;  // see TimeForm
  std::string time_zone;
  TimeForm time_form() const { return {time_format, time_pattern, time_zone}; }

  // For ingest only. `entries` must point into `arenas`, which the frame keeps alive, and be sorted by id without
  // duplicates.
  void Adopt(std::vector<Entry> entries, std::vector<std::shared_ptr<const void>> arenas);
  // Copies one series (tests and small frames). Call Sort() after the last.
  void Append(std::string_view id, std::span<const double> values, TimeGrid grid, std::span<const GapRun> filled = {});
  void Sort();

 private:
  std::vector<Entry> entries_;
  std::vector<std::shared_ptr<const void>> arenas_;
  std::uint64_t num_values_ = 0;
};

}  // namespace fitd
