// Reading a text that is a whole number and nothing else. Any process; pure.
#pragma once

#include <charconv>
#include <concepts>
#include <limits>
#include <optional>
#include <string_view>

namespace fitd {

// nullopt for anything but decimal digits (a minus before them for signed types) of a number from `low` to `high`.
template <std::integral Integer>
std::optional<Integer> ParseWhole(std::string_view text, Integer low = std::numeric_limits<Integer>::min(),
                                  Integer high = std::numeric_limits<Integer>::max()) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) return std::nullopt;
  return value;
}

}  // namespace fitd
