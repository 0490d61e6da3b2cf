// Packs the last values of a target for the store. They are only shown to people (plots, reports); forecasts do not use
// them. Decimals with up to 9 places and 15 digits are kept exactly, usually in one to three bytes a value; other
// numbers are rounded to 32-bit floats. Daemon; pure.
//
// Format: u8 places (0 to 9: the values are whole numbers of 10^-places; 255: 32-bit floats, little endian) | varint
// count | the first value and then differences as zigzag varints, or the floats.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"

namespace fitd {

std::string PackLastValues(std::span<const double> values);
// Nullopt for bytes that PackLastValues did not write.
std::optional<std::vector<double>> UnpackLastValues(std::string_view bytes);

// Default number of last values kept per target: at most kMostLastValues, such that the whole fleet stays near
// kLastValuesBudget values, but at least kFewestLastValues, which is enough for a plot.
inline constexpr std::uint64_t kMostLastValues = 1000;
inline constexpr std::uint64_t kFewestLastValues = 40;
inline constexpr std::uint64_t kLastValuesBudget = 20'000'000;
std::uint64_t DefaultLastValues(std::uint64_t num_targets);

}  // namespace fitd
