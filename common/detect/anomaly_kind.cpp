#include "common/detect/anomaly_kind.h"

namespace fitd {

std::string_view AnomalyKindName(AnomalyKind kind) {
  switch (kind) {
    case AnomalyKind::kNone:
      return "";
    case AnomalyKind::kSpike:
      return "spike";
    case AnomalyKind::kDip:
      return "dip";
    case AnomalyKind::kLevel:
      return "level";
    case AnomalyKind::kDrift:
      return "drift";
    case AnomalyKind::kVariance:
      return "variance";
    case AnomalyKind::kShape:
      return "shape";
    case AnomalyKind::kRange:
      return "range";
  }
  return "";
}

}  // namespace fitd
