// The latest events of one run, for followers that connect late or read slowly. Bounded: a follower that falls behind
// is told how many lines it missed, and never delays the run. Pure. Daemon, loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace fitd {

class EventBacklog {
 public:
  explicit EventBacklog(std::size_t max_lines = 1000, std::size_t max_bytes = 1U << 20)
      : max_lines_(max_lines), max_bytes_(max_bytes) {}

  // `replaceable`: a progress line; the next one replaces it when no other line came between.
  void Append(std::string line, bool replaceable);
  // No more lines will come.
  void Close() { closed_ = true; }
  bool closed() const { return closed_; }
  std::uint64_t next() const { return next_; }  // sequence number of the next line

  struct Batch {
    std::string text;        // whole lines, at most about 64 KiB
    std::uint64_t next = 0;  // sequence number for the next Read
    bool end = false;        // closed and nothing is left to read
  };
  // Lines from sequence number `from` on; a gap is reported as {"event":"lost","count":N}.
  Batch Read(std::uint64_t from) const;

 private:
  struct Line {
    std::uint64_t number;  // ascending; superseded lines leave gaps
    std::string text;
    bool replaceable;
  };
  std::size_t max_lines_;
  std::size_t max_bytes_;
  std::deque<Line> lines_;
  std::uint64_t next_ = 0;
  std::uint64_t evicted_end_ = 0;  // one past the last line that was dropped for the limits
  std::size_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace fitd
