// The last values of a target as bytes for the store. People look at them (plots, reports); nothing is forecast from
// them. Decimals as data has them (up to 9 places, 15 digits) are kept exactly, in one to three bytes a value as a
// rule; other numbers are rounded to 32 bits. Daemon; pure.
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
// Nullopt for anything PackLastValues did not write.
std::optional<std::vector<double>> UnpackLastValues(std::string_view bytes);

// How many last values of each target are kept when nobody says: at most kMostLastValues, and so many that those
// of a fleet together stay near kLastValuesBudget values, but never fewer than kFewestLastValues, which is enough to
// look at.
inline constexpr std::uint64_t kMostLastValues = 1000;
inline constexpr std::uint64_t kFewestLastValues = 40;
inline constexpr std::uint64_t kLastValuesBudget = 20'000'000;
std::uint64_t DefaultLastValues(std::uint64_t num_targets);

}  // namespace fitd
