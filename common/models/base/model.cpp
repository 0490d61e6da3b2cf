#include "common/models/base/model.h"

namespace fitd {

double Model::Parameter(std::string_view name) const {
  for (const NamedValue& p : parameters) {
    if (p.name == name) return p.value;
  }
  return kNotAvailable;
}

const std::vector<double>* Model::State(std::string_view name) const {
  for (const NamedVector& s : states) {
    if (s.name == name) return &s.values;
  }
  return nullptr;
}

std::string_view FitStatusName(FitStatus status) {
  switch (status) {
    case FitStatus::kFailed:
      return "failed";
    case FitStatus::kFitted:
      return "fitted";
    case FitStatus::kFallback:
      return "fallback";
    case FitStatus::kConstant:
      return "constant";
    case FitStatus::kShort:
      return "short";
  }
  return "unknown";
}

}  // namespace fitd
