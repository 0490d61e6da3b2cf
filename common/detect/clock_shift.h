// Whether a series goes on as if its clock had been put forward or back by one hour (summer time, a host whose zone was
// changed): then its values are those of the profile of the day an hour later or earlier. One event while it lasts, and
// what is usual from then on once it has lasted a day. A sum of evidence that starts again at zero (Page 1954), one for
// each direction. Values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fitd {

class ClockShift {
 public:
  // The errors of a value by the profile at its time, an hour later and an hour earlier; `sigma` of those at their
  // hour, > 0; `hours` since the value before. Gives +1 (the clock was put forward) or -1 when a shift has lasted long
  // enough, from then on the profile is to be turned by as many hours; else 0.
  int Observe(double now, double later, double earlier, double sigma, double hours);

  // The same of values that models were fitted to: whatever they do is its habit. Nothing is suspected behind them.
  void Learn(double now, double later, double earlier, double sigma, double hours);
  void EndLearning();

  // Values have been an hour off for so long that they are no matter of chance; may be a level on the way up yet.
  bool suspected() const;
  // What is unusual now may be part of a shift, or of what it leaves to the models: no event ends, none begins anew.
  bool holds() const;
  // They are so on the way up and on the way down.
  bool confirmed() const;

  void Pack(std::string& out) const;
  bool Unpack(std::string_view& bytes);

 private:
  struct Run {
    double evidence = 0;  // squared errors that the shift would take away, in sigma^2 hours, since it was 0
    double above = 0;     // the part of it from values above the profile, and
    double below = 0;     // below
    double hours = 0;     // since it was 0
  };
  void Advance(double now, double later, double earlier, double sigma, double hours);
  void Add(double now, double shifted, double hours, Run& run);
  void End(Run& run);
  bool Exceeds(const Run& run, double evidence) const;
  bool IsConfirmed(const Run& run) const;

  double Scale(double now, double sigma);

  Run forward_;
  Run back_;
  double settling_hours_ = 0;
  double habit_ = 0;         // the most that a run that came to nothing has gained, fading: weekends that begin later
  double usual_ = 0;         // mean size of the errors while nothing was suspected, and
  std::uint32_t count_ = 0;  // of how many
};

}  // namespace fitd
