#include "common/models/base/inner_model.h"

#include <utility>

#include "common/models/base/filter.h"

namespace fitd {

void EmbedModel(const Model& inner, Model& outer) {
  for (const NamedValue& p : inner.parameters)
    outer.parameters.push_back({std::string(kInnerPrefix) + p.name, p.value});
  for (const NamedVector& s : inner.states) outer.states.push_back({std::string(kInnerPrefix) + s.name, s.values});
  outer.payload = inner.payload;
  outer.criteria = {};
  outer.criteria.sigma2 = inner.criteria.sigma2;
}

Model ExtractModel(const Model& outer, std::string_view algorithm, std::string spec) {
  Model inner;
  inner.algorithm = algorithm;
  inner.spec = std::move(spec);
  inner.num_observations = outer.num_observations;
  inner.criteria = outer.criteria;
  inner.payload = outer.payload;
  for (const NamedValue& p : outer.parameters) {
    if (p.name.starts_with(kInnerPrefix)) inner.parameters.push_back({p.name.substr(kInnerPrefix.size()), p.value});
  }
  for (const NamedVector& s : outer.states) {
    if (s.name.starts_with(kInnerPrefix)) inner.states.push_back({s.name.substr(kInnerPrefix.size()), s.values});
  }
  return inner;
}

void ReplaceInnerStates(Model inner, Model& outer) {
  for (NamedVector& state : inner.states) {
    ReplaceState(outer, std::string(kInnerPrefix) + state.name, std::move(state.values));
  }
}

}  // namespace fitd
