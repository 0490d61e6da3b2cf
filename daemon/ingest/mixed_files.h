// Whether rows of several files are of one series. What each has for values (what their column is called, their unit,
// their decimal mark) must be one quantity, written in one way, in all that a target has rows of, and their times must
// not alternate; within a file the layout sees to it. And targets that are called after their files must not be parts
// of one. Daemon, ingest threads; immutable once made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/series/series.h"
#include "common/status.h"
#include "daemon/ingest/ingest_options.h"
#include "daemon/ingest/piece_reader.h"
#include "daemon/rows/target_table.h"

namespace fitd {

// What a column of values is called, in lower case: one that is called after the year of its file is the same in all,
// and so are those whose names say nothing.
std::string QuantityOf(std::string_view name);
// Of two names or units, where an empty one says nothing.
bool BothSayAndDiffer(std::string_view a, std::string_view b);

class MixedFiles {
 public:
  // `inputs` outlive this; pieces are those of all of them.
  MixedFiles(const IngestOptions& options, const std::vector<IngestInput>& inputs,
             const std::vector<PieceResult>& pieces);

  // Whether all pieces are of one measure, so that nobody need ask.
  bool all_alike() const { return measures_.size() < 2; }
  // Whether a target's times may be of several files that take turns.
  bool may_alternate() const { return inputs_.size() > 1 && options_.frequency == "auto" && !options_.observations; }
  // Whether rows of these two pieces, by their numbers, make no series.
  bool Differ(std::uint32_t a, std::uint32_t b) const;
  // Whether two runs of one target take turns: both as regular as the other, of two files, and side by side, such as
  // the full hours of one device and the half hours of another.
  bool Alternate(const TimeRun& a, const TimeRun& b) const;
  // Why a target that has rows of both is refused, and what would mend it.
  std::string Refusal(std::string_view id, std::uint32_t a, std::uint32_t b) const;
  std::string RefusalOfTurns(std::string_view id, const TimeRun& a, const TimeRun& b) const;
  // kInvalidInput where a column makes targets of one name in some files and of another in others, which have more
  // columns of values.
  Status CheckNames() const;
  // kInvalidInput where series that are called after their files are parts of one, unless --layout says that they are
  // not: each begins where another one ends, or is called alike but for a number and holds the same values where they
  // overlap, or goes on behind a gap.
  Status CheckParts(const std::vector<PieceResult>& pieces, const Frame& frame) const;

 private:
  struct Measure {
    std::string name;  // of the only column of values of rows that have a time, in lower case; empty: any
    std::string unit;  // behind its values; empty: any
    char decimal = 0;  // 0: any, for no number has one
    std::size_t column = kNoColumn;
    std::uint32_t input = 0;  // the first that has it
    const CsvLayout* layout = nullptr;
  };
  static bool Differ(const Measure& a, const Measure& b);

  const IngestOptions& options_;
  const std::vector<IngestInput>& inputs_;
  std::vector<Measure> measures_;
  std::vector<std::uint32_t> of_piece_;  // by number
  std::vector<std::uint32_t> input_of_;  // likewise
};

}  // namespace fitd
