// The column `validation` of a target: held-out forecasts, followed by what is remembered of its values
// (common/fit/target_history.h). Both are opaque here. Stores of version 1 have only the forecasts. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace fitd {

struct ValidationBlob {
  std::string_view validation;
  std::string_view history;
};

// Layout: validation | history | u32 size of the history | mark; only the validation when the history is empty.
std::string JoinValidationBlob(const ValidationBlob& parts);
// The parts, as views into `bytes`.
ValidationBlob SplitValidationBlob(std::string_view bytes);

}  // namespace fitd
