// The column `validation` of a target: its held-out forecasts and, behind them, what is remembered of its values
// (common/fit/target_history.h). Both are opaque here. Stores of version 1 have the forecasts alone. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace fitd {

struct ValidationBlob {
  std::string_view validation;
  std::string_view history;
};

// validation | history | u32 size of the history | mark; the validation alone when there is no history.
std::string JoinValidationBlob(const ValidationBlob& parts);
// Views into `bytes`.
ValidationBlob SplitValidationBlob(std::string_view bytes);

}  // namespace fitd
