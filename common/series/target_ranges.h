// Some of a fleet's targets, as stretches of their order by id: what one shard has. A value; any process, any thread.
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
  // Places [first, end) among all targets sorted by id.
  struct Range {
    std::uint32_t first = 0, end = 0;
    friend bool operator==(const Range&, const Range&) = default;
  };

  TargetRanges() = default;  // none
  TargetRanges(std::uint32_t first, std::uint32_t end) { Add(first, end); }

  // Adds targets behind those that are there; REQUIRES that none is before the end of the last. Nothing is added by an
  // empty range, and one that touches the last makes it longer.
  void Add(std::uint32_t first, std::uint32_t end);

  std::uint64_t size() const {
    return ranges_.empty() ? 0 : before_.back() + ranges_.back().end - ranges_.back().first;
  }
  bool empty() const { return ranges_.empty(); }
  const std::vector<Range>& ranges() const { return ranges_; }  // ascending, apart, none empty
  // The place among all targets of the i-th of these. REQUIRES i < size().
  std::uint32_t operator[](std::size_t i) const;

  std::string Text() const;  // "0-22 66-88", with the end beyond the last
  // nullopt for anything that Text() does not write.
  static std::optional<TargetRanges> Parse(std::string_view text);
  friend bool operator==(const TargetRanges& a, const TargetRanges& b) { return a.ranges_ == b.ranges_; }

 private:
  std::vector<Range> ranges_;
  std::vector<std::uint64_t> before_;  // targets in the ranges before each
};

}  // namespace fitd
