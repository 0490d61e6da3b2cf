// What words beside a value say of it: what it is measured in, which way it goes, that it is a sum of others. In cells
// of a column of their own, and in names of columns. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

// kWh, hPa, USD, thousands: words that are units wherever they stand. No single letters, which are codes elsewhere.
bool IsUnitWord(std::string_view cell);
// Those, and what is one where its column is called so or other cells of it are sure: m, t, C, ST, szt, Stück.
bool IsUnitBesideOthers(std::string_view cell);
// Names of columns that mean a unit where all cells are ones: ME, jm, dimension.
bool MayBeUnitName(std::string_view name);
// 1000, 1e6: powers of ten that values may be multiplied by; of a column called unit_mult the exponents 0, 3, 6.
bool IsMultiplier(std::string_view cell);

// Words that say in a column of their own which of two opposite ways a value goes, as bits: credit and debit, in and
// out; sale and return; bid and ask; long and short; consumption and production. A word may be of several pairs.
using Directions = std::uint16_t;
inline constexpr int kDirectionPairs = 6;
// In any case; 0: it says none.
Directions DirectionsOf(std::string_view cell);
// The first pair of which both are there; -1: there is none.
int OppositePair(Directions directions);
// The bit of the first or the second of a pair.
constexpr Directions DirectionBit(int pair, bool second) {
  return static_cast<Directions>(1U << (2 * pair + (second ? 1 : 0)));
}

// Letters that mean so only where their column is called so: C and D, H and S, B and S.
bool IsDirectionLetter(std::string_view cell);
// "Dr/Cr", "Soll/Haben", "Type", "sign".
bool IsDirectionName(std::string_view name);

// Called a sum, a mean or a change of what stands beside it.
bool IsTotalName(std::string_view name);

}  // namespace fitd
