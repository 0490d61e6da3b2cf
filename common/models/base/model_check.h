// Looking at a model that was read from somewhere before anything is computed from it: are the parameters and states
// there that a forecast takes for granted, and do their sizes fit together? Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/models/base/model.h"

namespace fitd {

// Collects the first thing that is wrong. All of it is about what is in `model`, which outlives the check.
class ModelCheck {
 public:
  explicit ModelCheck(const Model& model) : model_(model) {}

  ModelCheck& HasFinite(std::string_view parameter);
  // A parameter that may be infinite but is a number.
  ModelCheck& HasNumber(std::string_view parameter);
  // A state with `size` finite values.
  ModelCheck& HasState(std::string_view state, std::size_t size);
  // A state of one finite value or more: that of a name, or this one of those that may share a name.
  ModelCheck& HasSomeState(std::string_view state);
  ModelCheck& HasSome(const NamedVector& state);
  // No volatility (volatility.h) and no cycle of sizes (size_cycle.h), or ones that can be followed.
  ModelCheck& MayHaveErrorSizes();
  ModelCheck& Expect(bool holds, std::string_view otherwise);

  // A sentence without an end, such as "state 'level' has 0 values instead of 1"; empty: nothing is wrong.
  const std::string& damage() const { return damage_; }

 private:
  void CheckValues(std::string_view name, const std::vector<double>& values);

  const Model& model_;
  std::string damage_;
};

}  // namespace fitd
