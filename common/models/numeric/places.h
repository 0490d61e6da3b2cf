// Whether values at the places of a season that is there a few times differ from place to place, and what a parabola
// leaves of them. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fitd {

// What is left of y beside the parabola through it by least squares.
std::vector<double> BesideParabola(std::span<const double> y);

// Distances below it are rounding: those of a straight line from its parabola show a season by chance.
double RoundingOf(std::span<const double> y);

// Values at the same place of a season of `m` values, there at most five times, are no more alike than chance has them,
// beside a parabola through all or, where they walk, in their changes (an F test of one in 20 each): 88 to 95 of 100
// lines of 26 to 42 months with noise, and of seasons as large as the noise, or as the steps of a walk, 4 to 31. False
// where it is there more often or values are fewer than six more than places. `y` finite.
bool PlacesAreAlike(std::span<const double> y, std::size_t m);

}  // namespace fitd
