// Runs of one and the same value: says when one is longer than what a target's history makes likely, as of a sensor
// that is stuck or an export that repeats its last row. Streaming, a few bytes of state. A value; pure numerics, any
// process, one thread at a time.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace fitd {

class ValueRun {
 public:
  // The next value that was observed; finite.
  void Add(double value);

  // The run that the last value belongs to is as long as one that alerts, or longer.
  bool IsStuck() const { return length_ >= AlertLength(); }

  // Unpack gives false for what Pack did not make.
  void Pack(std::string& out) const;
  bool Unpack(std::string_view& bytes);

 private:
  std::uint32_t AlertLength() const;

  double value_ = std::numeric_limits<double>::quiet_NaN();  // of the run that goes on, and its length
  std::uint32_t length_ = 0;
  std::uint32_t values_ = 0;  // of the runs before it
  std::uint32_t repeats_ = 0;
  std::uint32_t longest_ = 0;
};

}  // namespace fitd
