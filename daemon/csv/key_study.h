// Which columns tell the rows of one time apart: the id of a file whose header does not name one.
// Daemon; one thread. Rows are kept as hashes; of large inputs some times are kept, with all of their rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/column_facts.h"
#include "daemon/csv/csv_layout.h"

namespace fitd {

struct KeyVerdict {
  enum class Kind {
    kNoRepeats,  // no two different rows share a time
    kFound,      // `columns` tell the rows apart, and nothing else does so as well
    kUncertain,  // `columns` tell them apart, but maybe by chance, or others do so too
    kNone,       // no columns do, or only as a number of the row would
  };
  Kind kind = Kind::kNoRepeats;
  std::vector<std::size_t> columns;  // indices into the candidates
  std::uint64_t rows = 0;            // rows that were studied
  std::uint64_t repeats = 0;         // rows that share their time with an earlier one
};

class KeyStudy {
 public:
  // `text[i]`: the cells of candidate i are words, not numbers (words make better ids).
  explicit KeyStudy(std::vector<bool> text) : text_(std::move(text)), holey_(text_.size(), false) {}

  // Adds a row: its time, a hash of all its cells (copies of a row count once), and the candidates' cells.
  void Add(std::string_view time, std::uint64_t row_hash, std::span<const std::string_view> cells);
  // Which candidates tell the rows of one time apart.
  KeyVerdict Decide() const;
  // True when all candidates together tell (nearly) all rows of each time apart.
  bool Explains() const;
  // Indices of one candidate, else two (of few candidates), else all, that tell all rows apart, though every row may
  // have an id of its own. Words come before numbers. Empty: none do.
  std::vector<std::size_t> Distinguishing() const;

  static std::uint64_t Hash(std::string_view text, std::uint64_t seed = 0);

 private:
  struct Row {
    std::uint64_t time;
    std::uint64_t all;
  };
  void Thin();
  std::uint64_t CountRows() const;
  bool ShareTimes(std::span<const std::size_t> columns) const;
  std::uint64_t CountDistinct(std::span<const std::size_t> columns, bool with_time) const;

  std::vector<bool> text_;
  std::vector<bool> holey_;  // has empty cells, so that it is no id alone
  std::vector<Row> rows_;
  std::vector<std::uint64_t> cells_;  // hashes of the candidates' cells, row by row
  std::size_t next_thinning_ = 0;
  std::uint64_t mask_ = 0;  // times whose hash has none of these bits are kept
};

// Columns that may be an id or a part of one: not the time, the value or left out for a reason, and no dates, times of
// day or measures (numbers with decimals).
std::vector<std::size_t> KeyCandidates(const CsvLayout& layout, const std::vector<ColumnFacts>& facts);

// Sorts CsvLayout::unused and finds CsvLayout::no_values and lone_ids among them.
void SortUnused(CsvLayout& layout, const std::vector<ColumnFacts>& facts);

// The verdict as a message: "56 of 84 rows repeat a time; column series_id tells them apart".
std::string DescribeKey(const KeyVerdict& verdict, const std::vector<std::size_t>& candidates, const CsvLayout& layout);

// Message for a `column` of the targets `key` that tells rows apart but is a part of the time.
std::string DescribePart(std::size_t column, const std::vector<std::size_t>& key, const CsvLayout& layout);

}  // namespace fitd
