// Decides whether rows of several files may form one series. The values that a target has in different files must be
// the same quantity (column name), in the same unit and with the same decimal mark, and the times of two files must not
// interleave. Targets named after their files must not be consecutive parts of one series. Daemon, ingest threads;
// immutable once made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/series/series.h"
#include "common/status.h"
#include "daemon/ingest/ingest_options.h"
#include "daemon/ingest/piece_reader.h"
#include "daemon/ingest/unlike_files.h"
#include "daemon/rows/target_table.h"

namespace fitd {

class MixedFiles {
 public:
  // Both outlive this; `pieces` are all pieces of all inputs.
  MixedFiles(const IngestOptions& options, const std::vector<IngestInput>& inputs,
             const std::vector<PieceResult>& pieces);

  // All pieces measure the same quantity, so per-target checks can be skipped.
  bool all_alike() const { return measures_.size() < 2; }
  // True when rows of two files may interleave in one target, so that each target must be checked.
  bool may_alternate() const { return inputs_.size() > 1 && options_.frequency == "auto" && !options_.observations; }
  // The input of each piece, by its number.
  std::vector<std::uint32_t> InputOfPieces() const {
    std::vector<std::uint32_t> inputs;
    for (const PieceResult* piece : result_of_) inputs.push_back(piece ? piece->piece.input : 0);
    return inputs;
  }
  // True when rows of target `id` in pieces number `a` and `b` measure different quantities, in different units or
  // periods, and so cannot be one series.
  bool Differ(std::string_view id, std::uint32_t a, std::uint32_t b) const;
  // True when two runs of one target interleave: from two files, with the same step but at other times, and overlapping
  // by several steps. Example: full hours from one device and half hours from another.
  bool Alternate(const TimeRun& a, const TimeRun& b) const;
  // Why a target with rows of both pieces is refused, and how to fix it.
  std::string Refusal(std::string_view id, std::uint32_t a, std::uint32_t b) const;
  // Why a target whose two runs interleave is refused, and how to fix it.
  std::string RefusalOfTurns(std::string_view id, const TimeRun& a, const TimeRun& b) const;
  // kInvalidInput when the same column would name targets in one file but not in another: a file with one column of
  // values names none after it, a file with several does.
  Status CheckNames() const;
  // kInvalidInput when series named after their files look like parts of one series: each starts where another ends, or
  // they hold the same values where they overlap, or are named alike except for numbers and one continues after a gap.
  // --layout turns the check off.
  Status CheckParts(const std::vector<PieceResult>& pieces, const Frame& frame) const;

 private:
  struct Measure {
    std::string name;  // quantity (QuantityOf) of the only column of values; empty: unknown, fits any
    FileStage stage = FileStage::kUnknown;  // said by the name of the file
    int months = 0;                         // that a time is of (MonthsOfForm); 0: a day or less, or it does not say
    char decimal = 0;                       // 0: no number has a decimal mark
    std::size_t column = kNoColumn;         // the only column of values; kNoColumn: there are several
    std::uint32_t input = 0;                // the first input with this measure
    const CsvLayout* layout = nullptr;
  };
  bool Differ(std::string_view id, const Measure& a, const Measure& b) const;
  std::uint32_t InputOf(const TimeRun& run) const { return result_of_[run.piece]->piece.input; }

  const IngestOptions& options_;
  const std::vector<IngestInput>& inputs_;
  std::vector<Measure> measures_;
  std::vector<std::uint32_t> of_piece_;        // index in measures_ by piece number; kNoMeasure: empty input
  std::vector<const PieceResult*> result_of_;  // by piece number
};

}  // namespace fitd
