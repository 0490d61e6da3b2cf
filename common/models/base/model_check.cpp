#include "common/models/base/model_check.h"

#include <algorithm>
#include <cmath>

#include "common/models/base/size_cycle.h"
#include "common/models/base/volatility.h"
#include "common/models/numeric/vectors.h"

namespace fitd {
namespace {

std::string Quoted(std::string_view kind, std::string_view name) {
  return std::string(kind) + " '" + std::string(name) + "'";
}

}  // namespace

ModelCheck& ModelCheck::HasFinite(std::string_view parameter) {
  return Expect(std::isfinite(model_.Parameter(parameter)), Quoted("parameter", parameter) + " is not a finite number");
}

ModelCheck& ModelCheck::HasNumber(std::string_view parameter) {
  return Expect(!std::isnan(model_.Parameter(parameter)), Quoted("parameter", parameter) + " is not a number");
}

ModelCheck& ModelCheck::HasState(std::string_view state, std::size_t size) {
  const std::vector<double>* values = model_.State(state);
  const std::size_t found = values == nullptr ? 0 : values->size();
  if (found != size) {
    return Expect(
        false, Quoted("state", state) + " has " + std::to_string(found) + " values instead of " + std::to_string(size));
  }
  if (values != nullptr) CheckValues(state, *values);
  return *this;
}

ModelCheck& ModelCheck::HasSomeState(std::string_view state) {
  const std::vector<double>* values = model_.State(state);
  if (values == nullptr || values->empty()) return Expect(false, Quoted("state", state) + " has no values");
  CheckValues(state, *values);
  return *this;
}

ModelCheck& ModelCheck::HasSome(const NamedVector& state) {
  if (state.values.empty()) return Expect(false, Quoted("state", state.name) + " has no values");
  CheckValues(state.name, state.values);
  return *this;
}

ModelCheck& ModelCheck::MayHaveErrorSizes() {
  Expect(HasSoundSizeCycle(model_), Quoted("state", kSizeCycleState) + " has impossible values");
  return Expect(HasSoundVolatility(model_), Quoted("state", kVolatilityState) + " has impossible values");
}

ModelCheck& ModelCheck::Expect(bool holds, std::string_view otherwise) {
  if (!holds && damage_.empty()) damage_ = otherwise;
  return *this;
}

void ModelCheck::CheckValues(std::string_view name, const std::vector<double>& values) {
  Expect(AllFinite(values), Quoted("state", name) + " has a value that is not finite");
}

}  // namespace fitd
