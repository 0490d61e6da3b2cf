// A subset of a fleet's targets, as ranges of their order by id: the targets of a shard. A value; any process, any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fitd {

class TargetRanges {
 public:
  // Positions [first, end) among all targets sorted by id.
  struct Range {
    std::uint32_t first = 0, end = 0;
    friend bool operator==(const Range&, const Range&) = default;
  };

  TargetRanges() = default;  // none
  TargetRanges(std::uint32_t first, std::uint32_t end) { Add(first, end); }

  // Adds targets behind the present ones; REQUIRES that `first` is not before the end of the last range. Ignores an
  // empty range, and extends the last range when the new one adjoins it.
  void Add(std::uint32_t first, std::uint32_t end);

  std::uint64_t size() const {
    return ranges_.empty() ? 0 : before_.back() + ranges_.back().end - ranges_.back().first;
  }
  bool empty() const { return ranges_.empty(); }
  const std::vector<Range>& ranges() const { return ranges_; }  // ascending, not adjoining, none empty
  // The position among all targets of the i-th target of this subset. REQUIRES i < size().
  std::uint32_t operator[](std::size_t i) const;

  std::string Text() const;  // "0-22 66-88"; the second number is one past the last target
  // nullopt for text that Text() does not write.
  static std::optional<TargetRanges> Parse(std::string_view text);
  friend bool operator==(const TargetRanges& a, const TargetRanges& b) { return a.ranges_ == b.ranges_; }

 private:
  std::vector<Range> ranges_;
  std::vector<std::uint64_t> before_;  // targets in the ranges before each
};

}  // namespace fitd
