// The two expectations that detection has of its own beside the models': the slow level, which hears what models that
// follow quickly forgive, and the profile of the day (week, year), which learns season by season what short histories
// do not yet let a model have. On NAB (even half) short-memory models alone reach 56,
// with these two 69. Values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/series/time_grid.h"

namespace fitd {

class SlowLevel {
 public:
  double Expect() const { return level_; }
  std::uint32_t count() const { return count_; }
  void Observe(double y);
  void Pack(std::string& out) const;
  bool Unpack(std::string_view& bytes);

 private:
  double level_ = 0;
  std::uint32_t count_ = 0;
};

class Profile {
 public:
  // Slots of a cycle that a step suggests: hours of the day, days of the week, months of the year, days of the month
  // where a step is on several; else one.
  static std::size_t NumSlots(const Step& step);
  static std::size_t SlotOf(TimeNs time, const Step& step, std::size_t num_slots);

  Profile() = default;
  explicit Profile(std::size_t num_slots) : slots_(num_slots) {}
  std::size_t size() const { return slots_.size(); }

  bool Knows(std::size_t slot) const { return slots_[slot].count > 0; }
  // Gives `otherwise` for a slot not seen yet.
  double Expect(std::size_t slot, double otherwise) const;
  void Observe(std::size_t slot, double y);
  // Of a day in hours, what is usual at this time of it, on the line between the middles of two hours where a step is
  // shorter; NaN where an hour was not seen yet.
  double ByTime(TimeNs time, const Step& step) const;
  // Of a day in hours: what was usual an hour later (hours = 1) or earlier (-1) is so from now on.
  void Turn(int hours);
  void Pack(std::string& out) const;
  bool Unpack(std::string_view& bytes);

 private:
  struct Slot {
    double mean = 0;
    std::uint32_t count = 0;
  };
  std::vector<Slot> slots_;
};

}  // namespace fitd
