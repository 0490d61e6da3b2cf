// How the size of a series' errors changes: large ones follow large ones in prices, calm follows calm, and the
// deviation of the whole history is that of neither. A GARCH model of the errors' absolute values (Taylor 1986; Schwert
// 1989),
//   s[t+1] = usual + persistence (s[t] - usual) + reaction (|e[t]| - s[t]),
// where `usual` is their mean ("variance targeting", Engle & Mezrich 1996). Absolute values rather than squares, which
// one outlier would rule. A series whose errors do not show it has none: its intervals are what they were.
// Point forecasts know nothing of it. Any process, any thread; pure values.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/models/base/algorithm.h"
#include "common/models/base/model.h"

namespace fitd {

// Sizes are in one-step standard deviations of the model that has it.
struct Volatility {
  double now = 1;          // expected size of the next error
  double usual = 1;        // > 0
  double reaction = 0;     // in [0, persistence]
  double persistence = 0;  // in [0, 1)
  double width = 1;        // the error's deviation over its expected size

  // An error of this size, in the same units; nullopt: nothing was observed.
  void Observe(std::optional<double> size);
};

// From one-step errors and the deviation that the model claims for them, both in any one unit. The errors are the last
// ones of request.y, whose made-up values count as nothing. `relative`: they are shares of their values, all positive.
// nullopt: the sizes of the errors show no memory, or that of the values alone, whose errors would be alike as they
// are.
std::optional<Volatility> MeasureVolatility(std::span<const double> errors, double deviation, const FitRequest& request,
                                            bool relative = false);

// As a state of a model, which has it or not; what MeasureVolatility gives, nullopt being no state.
inline constexpr std::string_view kVolatilityState = "volatility";
std::vector<double> PackVolatility(const Volatility& volatility);
void PutVolatility(const std::optional<Volatility>& volatility, Model& model);
// nullopt: the model has none, or one that is damaged.
std::optional<Volatility> VolatilityOf(const Model& model);
// Whether it has none, or one that is not damaged.
bool HasSoundVolatility(const Model& model);

// Multiplies the deviations of steps 1.. by what the present size of the errors makes of them. Every step's error
// weighs in them as it does when all are alike: what the variance grows by at a step is the next error's share.
void FollowVolatility(const Model& model, std::span<double> deviations);

}  // namespace fitd
