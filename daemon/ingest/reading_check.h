// What the pieces of a reading say together: errors in the order of the input, bad rows by line, whether files were
// read alike, how times were written. Daemon, the thread of LoadFrame; pure.
#pragma once

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

  // The first real error in the order of the input, found only in pieces that began at a record. `retry` is set when a
  // newline inside quotes made the pieces wrong.
  Status CheckPieces(bool cancelled, bool* retry) const;
  // Counts bad rows into the report; kInvalidInput when they are more than `most`.
  Status CheckBadRows(std::uint64_t most, IngestReport& report) const;
  // Files with the same header must be read alike. An id that only some of them show is the id of all: `targets`.
  Status CheckAlike(std::optional<std::string>* targets) const;
  // Many rows with the time and the value of others are a reason to refuse them where a column says that each is
  // another one, or where they are more than half: events, whose number or sum is meant.
  void CheckEvents(const IngestOptions& options, IngestReport& report) const;
  // A unit, or a word for whether they were observed, that stands beside the values and changes within a target is a
  // reason to refuse them.
  void CheckUnits(IngestReport& report) const;
  // The cells of each target that hold something and no number.
  UnreadTargets Unread() const;
  // How the times of all files were written.
  WrittenTimes Times() const;
  // Values that the letter behind them has multiplied; 0 where all of a column have one.
  std::uint64_t Multiplied() const;
  // Fills the report but for bytes, and the names of the frame's columns.
  void Describe(const IngestOptions& options, IngestResult& result) const;

 private:
  std::string CommonCell() const;
  std::string Hint() const;
  std::string PeriodHint() const;
  std::string SectionTitle() const;

  const std::vector<IngestInput>& inputs_;
  const std::vector<PieceResult>& pieces_;
};

}  // namespace fitd
