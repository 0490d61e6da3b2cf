// Judges what all pieces of a reading found together: errors in the order of the input, whether files were read in the
// same way, how times were written. Daemon, the thread of LoadFrame; pure.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "common/status.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/ingest/piece_reader.h"
#include "daemon/ingest/row_counts.h"
#include "daemon/ingest/series_rules.h"

namespace fitd {

class ReadingCheck {
 public:
  // Both outlive this; pieces are in the order of the input.
  ReadingCheck(const std::vector<IngestInput>& inputs, const std::vector<PieceResult>& pieces)
      : inputs_(inputs), pieces_(pieces) {}

  // Returns the first error in the order of the input, ignoring pieces that did not begin at a record. Sets `retry`
  // when a newline inside quotes made the split into pieces wrong.
  Status CheckPieces(bool cancelled, bool* retry) const;
  // kInvalidInput when files with the same header would be read in different ways. When they differ only in the target
  // columns, sets `targets` (as --target-column takes it) to the larger set; the inputs must then be read again.
  Status CheckAlike(std::optional<std::string>* targets) const;
  // kInvalidInput when two files with rows hold the same bytes, compressed or not, and rows of a step are added up or
  // counted. Files that name targets (without ids) may be alike: they are two targets. `stop` ends the search.
  Status CheckCopies(const IngestOptions& options, const std::atomic<bool>& stop) const;
  // kInvalidInput when two files overlap (report.repeated) and it is not allowed with --max-repaired.
  Status CheckOverlap(const IngestOptions& options, const IngestReport& report) const;
  // Sets report.refusal when many rows repeat the time and value of another: more than a tenth of the rows when a
  // column numbers the rows, or more than half in a single file. Such rows are events that should be counted or summed.
  void CheckEvents(const IngestOptions& options, IngestReport& report) const;
  // Sets report.unit, and report.refusal when a column of units, of actual/forecast words, or of directions (in/out)
  // changes within a target.
  void CheckUnits(IngestReport& report) const;
  // Cells by target id that are neither a number nor a missing value.
  UnreadTargets Unread() const;
  // How the times of all files were written.
  WrittenTimes Times() const;
  // Number of values multiplied by a letter behind them (1.2M), in columns where not all have one.
  std::uint64_t Multiplied() const;
  // Fills the report except its bytes, and names the columns of the frame.
  void Describe(const IngestOptions& options, IngestResult& result) const;

 private:
  const std::vector<IngestInput>& inputs_;
  const std::vector<PieceResult>& pieces_;
};

}  // namespace fitd
