// What the values of each piece of the input are: what their column is called, their unit, their decimal mark. Rows of
// one target that are of two files must be of one quantity, written in one way; within a file the layout sees to it.
// Daemon, ingest threads; immutable once made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"
#include "daemon/ingest/piece_reader.h"

namespace fitd {

// What a column of values is called, in lower case: one that is called after the year of its file is the same in all,
// and so are those whose names say nothing.
std::string QuantityOf(std::string_view name);
// Of two names or units, where an empty one says nothing.
bool BothSayAndDiffer(std::string_view a, std::string_view b);

class MeasureWatch {
 public:
  // `inputs` outlive this; pieces are those of all of them.
  MeasureWatch(const CsvOptions& options, const std::vector<IngestInput>& inputs,
               const std::vector<PieceResult>& pieces);

  // Whether all pieces are of one measure, so that nobody need ask.
  bool all_alike() const { return measures_.size() < 2; }
  // Whether rows of these two pieces, by their numbers, make no series.
  bool Differ(std::uint32_t a, std::uint32_t b) const;
  // Why a target that has rows of both is refused, and what would mend it.
  std::string Refusal(std::string_view id, std::uint32_t a, std::uint32_t b) const;
  // kInvalidInput where a column makes targets of one name in some files and of another in others, which have more
  // columns of values.
  Status CheckNames() const;

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

  const CsvOptions& options_;
  const std::vector<IngestInput>& inputs_;
  std::vector<Measure> measures_;
  std::vector<std::uint32_t> of_piece_;  // by number
};

}  // namespace fitd
