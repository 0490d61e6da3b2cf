// The nearest known word to a misspelt one. Pure functions, any process, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace fitd {

// Insertions, deletions, replacements and swaps of neighbours that turn a into b (optimal string alignment).
std::size_t EditDistance(std::string_view a, std::string_view b);

// The candidate with the smallest distance (the first of equals), or an empty view when none is near: at most a third
// of the word's letters, and one at least, may differ.
std::string_view Nearest(std::string_view word, std::span<const std::string_view> candidates);

// "; did you mean NEAREST?" or nothing.
std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace fitd
