// Which columns tell the rows of one time apart: the id of a file whose header does not name one.
// Daemon; one thread. Rows are kept as hashes, and of large inputs only those of some times (all rows of these).
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
    kNoRepeats,  // every time stands in one row
    kFound,      // `columns` tell the rows apart, and nothing else does so as well
    kUncertain,  // `columns` tell them apart, but so do others, or they differ nearly as often as the rows do
    kNone,       // no columns do
  };
  Kind kind = Kind::kNoRepeats;
  std::vector<std::size_t> columns;  // places in the candidates
  std::uint64_t rows = 0;            // that were studied
  std::uint64_t repeats = 0;         // of them, rows that share their time with an earlier one
};

class KeyStudy {
 public:
  // `text[i]`: the cells of candidate i are words, not numbers (words make better ids).
  explicit KeyStudy(std::vector<bool> text) : text_(std::move(text)), holey_(text_.size(), false) {}

  // One row: its time, all of its cells together (rows that are copies of each other count once), and the candidates'.
  void Add(std::string_view time, std::uint64_t row_hash, std::span<const std::string_view> cells);
  KeyVerdict Decide() const;
  // All candidates together tell (nearly) all rows of each time apart.
  bool Explains() const;
  // The first candidates that differ in every row, however often their ids come; empty when none do.
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
  std::vector<std::uint64_t> cells_;  // candidates of each row
  std::size_t next_thinning_ = 0;
  std::uint64_t mask_ = 0;  // times whose hash has none of these bits are kept
};

// Columns that may be (part of) an id: none of a role, no measures, no times.
std::vector<std::size_t> KeyCandidates(const CsvLayout& layout, const std::vector<ColumnFacts>& facts);

// What a study says to people: "56 of 84 rows repeat a time; column series_id tells them apart".
std::string DescribeKey(const KeyVerdict& verdict, const std::vector<std::size_t>& candidates, const CsvLayout& layout);

// Why a column that tells rows apart is not taken for (one of) the targets `key`: it is a part of the time.
std::string DescribePart(std::size_t column, const std::vector<std::size_t>& key, const CsvLayout& layout);

}  // namespace fitd
