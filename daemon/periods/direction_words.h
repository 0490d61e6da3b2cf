// Words beside a value that say which way it goes: in or out, sold or given back, consumed or produced. In cells of a
// column of their own, and in its name. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

// Words that say which of two opposite ways a value goes, as bits of six pairs: credit and debit, in and out; sale and
// return; bid and ask; long and short; consumption and production; increase and decrease. A word may be of several
// pairs.
using Directions = std::uint16_t;
inline constexpr int kDirectionPairs = 6;
// The bits of a word, in any case, with and without accents; 0: it is none of them.
Directions DirectionsOf(std::string_view cell);
// Index of the first pair of which both bits are set; -1: none.
int OppositePair(Directions directions);
// The bit of the first or the second of a pair.
constexpr Directions DirectionBit(int pair, bool second) {
  return static_cast<Directions>(1U << (2 * pair + (second ? 1 : 0)));
}
// True for what goes out, comes back or is produced. A sale goes out and is no return: the pair of those decides.
bool GoesOut(Directions directions);

// True for words that are directions only when their column is called one: C and D, H and S, B and S.
bool IsDirectionLetter(std::string_view cell);
// True for names of columns that hold directions: "Dr/Cr", "Soll/Haben", "Type", "sign".
bool IsDirectionName(std::string_view name);

// True for names of columns whose flags say which way a value goes (is_return, Cancelled, void, sign), and the
// directions of such a flag: yes and no are a return and a sale; with `signs`, in a column that is called after its
// directions (IsDirectionName), yes or 1 and no or -1 are increase and decrease.
bool AsksForSign(std::string_view name);
Directions DirectionsOfFlag(std::string_view cell, bool signs);

}  // namespace fitd
