// Keeps what users' code does to the floating-point unit from fitd's own models: a library built with -ffast-math sets
// subnormals to zero as it is loaded, others change the rounding, and the models would have other bits in the workers
// where that has happened. Any thread; covers the thread it lives in. A value on the stack around each call.
#pragma once

#include <cfenv>

namespace fitd {

class FloatEnvironmentKept {
 public:
  FloatEnvironmentKept() { std::fegetenv(&before_); }
  ~FloatEnvironmentKept() { std::fesetenv(&before_); }
  FloatEnvironmentKept(const FloatEnvironmentKept&) = delete;
  FloatEnvironmentKept& operator=(const FloatEnvironmentKept&) = delete;

 private:
  std::fenv_t before_{};
};

}  // namespace fitd
