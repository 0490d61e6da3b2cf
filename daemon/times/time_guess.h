// How the times of a column are written, from its cells: the one reading that all of them allow.
// Daemon, ingest threads; one TimeGuess per file and thread.
//
// Numbers are years, compact dates (YYYYMM, YYYYMMDD, ...HH, ...HHMM), decimal years, serials of spreadsheets, a plain
// count, or an epoch whose unit follows from the largest magnitude. Text is ISO 8601, or has the shape of a date in
// words or digits (31.12.2024 23:59, 12/31/2024 11:59 PM, 31 Dec 2024, 2024Q4, 2024-W52, ...). Of day and month in
// digits either may come first: a cell with a day above 12 decides, wherever it is in the file. When none does, nothing
// is guessed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/status.h"
#include "daemon/times/time_parser.h"

namespace fitd {

struct NumberTimes;

// The meaning of bare numbers in a column, from its first cells.
NumericTime GuessNumericTime(std::span<const std::string_view> cells);

class TimeGuess {
 public:
  // `format`: the pattern the user names ("%d/%m/%Y"; also epoch-s, epoch-ms, epoch-us, epoch-ns, excel, decimal-year,
  // "hours since 1900-01-01"); empty: guess. `zone`: null is UTC.
  TimeGuess(std::string format, std::shared_ptr<const TimeZone> zone);

  // The column's name: it may say what its numbers count since when, or that cells are weeks or quarters.
  void SetName(std::string_view name) { name_ = name; }
  // Sets TimeRule::shortest, when longer periods between the times are totals of them; 0: there are none.
  void SetShortest(std::uint8_t characters) { shortest_ = characters; }
  // The next cell. Empty ones and those past what it takes to decide cost nothing.
  void Add(std::string_view cell);
  // Finds the readings of the cells seen so far; a later cell may still decide between them.
  void Settle();
  // True when several readings are left and a further cell may decide between them.
  bool open() const;
  // Returns the rule. kUsage for a --time-format that is none; kInvalidInput, naming the readings and the option, when
  // several are left of equal right. A column of no known shape gets the rule of ISO 8601, so that its rows say what is
  // wrong.
  Result<TimeRule> Finish(const std::string& path);

 private:
  static constexpr std::size_t kKept = 200;
  static constexpr std::uint64_t kFewestYears = 3;

  struct Reading {
    std::string text;
    TimePattern pattern;
    std::uint64_t reads = 0;   // cells that it reads
    std::uint64_t agrees = 0;  // of those, cells whose weekday is that of the date, or that name none

    bool IsYears() const { return text.ends_with('N'); }
  };
  void Count(std::string_view cell);
  void CountIso(std::string_view cell);
  void DecideByOrder();
  void DecideByMonths();
  void DecideByClock();
  void DecideByFirstDays();
  Result<TimeRule> NumberRule(const std::string& path, const NumberTimes& numbers, TimeRule rule) const;
  TimeRule CountRule(const std::string& format) const;
  // The rule of --time-format.
  Result<TimeRule> RuleAsSaid(TimeRule rule) const;
  // The rule of text that is not ISO 8601.
  Result<TimeRule> RuleOfReading(const std::string& path, TimeRule rule);
  // The error that several readings are left.
  Status SeveralReadings(const std::string& path) const;
  Status UncertainSeconds(const std::string& path, std::span<const std::pair<const char*, const char*>> readings) const;

  std::string format_;
  std::string name_;
  std::uint8_t shortest_ = 0;
  bool clocks_ = false;  // cells are ranges with a second time of day: 01.01.2024 00:00-00:15
  std::shared_ptr<const TimeZone> zone_;
  std::vector<std::string> cells_;  // the first ones
  bool settled_ = false;
  bool same_ = true;  // all readings say the same time of each cell
  std::uint64_t seen_ = 0;
  std::vector<Reading> readings_;  // patterns for text that is not ISO 8601
  std::uint64_t iso_ = 0;          // number of cells in ISO 8601
};

}  // namespace fitd
