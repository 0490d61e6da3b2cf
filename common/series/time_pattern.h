// Reads and writes times by one pattern of strptime words.
// Any process; a TimePattern is read-only, any thread.
//
//   %Y year  %y of two digits (69 to 99: 19..; %Ey: 41 to 99)  %m month  %b %B its name  %d %e day (%O: st, nd, rd or
//   th behind it) %j day of the year  %q quarter %h half of the year  %N the next year, of two digits (2010/11; %4N: of
//   four) %G year of the week  %V ISO week  %u day of the week, Monday 1  %a %A its name  %H %I hour  %M minute  %S
//   second %f decimals of a second (%3f: three)  %p AM or PM  %P am or pm (%:P: a.m.)  %z offset +0100, +01:00 or Z
//   (%:z: written with the colon, %-z: without the minutes of full hours) %Z UTC, EST, CEST and other names that mean
//   one offset, written as an offset %F is %Y-%m-%d, %T is %H:%M:%S, %R is %H:%M, %% a percent sign; %-d writes without
//   leading zeros, %^b in capitals; %2m reads 1 as 10, as decimals lose their zeros, and %EH writes midnight as hour 24
//   of the day before. Names are English; days are read in a dozen languages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/series/written_time.h"
#include "common/status.h"

namespace fitd {

class TimePattern {
 public:
  TimePattern() = default;
  // kUsage for a word that is not in the list above, or a pattern without a date.
  static Result<TimePattern> Compile(std::string_view text);

  // Parses all of `text`. Numbers may have fewer digits than their word, unless the next word is a number too.
  TimeError Parse(std::string_view text, WrittenTime* written) const;
  // `wall`: time on the local clock; `offset`: its distance from UTC.
  std::string Format(TimeNs wall, std::int64_t offset) const;

  const std::string& text() const { return text_; }
  bool has_clock() const { return has_clock_; }
  bool has_offset() const { return has_offset_; }

 private:
  struct Op {
    char word = 0;  // 0: the literal
    char literal = 0;
    bool bare = false;   // written without leading zeros
    bool fixed = false;  // the next op is a number too, so all digits must be present
    bool colon = false;  // %:z
    bool early = false;  // %Ey
    bool capitals = false;
    int digits = 0;  // of %f; 0: as many as needed
  };
  // `op` is one of ops_.
  bool TakeLiteral(const Op& op, std::string_view& text) const;

  std::string text_;
  std::vector<Op> ops_;
  bool has_clock_ = false;
  bool has_offset_ = false;
  bool to_24_ = false;  // %EH
};

}  // namespace fitd
