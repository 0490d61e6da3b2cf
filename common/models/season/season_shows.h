// Whether a season shows that is there about twice, and what was before one that is there less than that. Pure
// functions, any thread.
#pragma once

#include <span>
#include <vector>

namespace fitd {

// What members see before `y`, which holds its season once and a quarter but not twice, so that they find it: as many
// values of the first season, moved by the median change since, as make two of it. Empty where values do not follow
// those one season before: beside that change the mean distance is to be at most 0.7 of that from their median, or from
// the median of all, of which it is 1.4 in noise and in walks. A season that somebody has named (`named`) needs
// less, 1.25: so few values speak against it only where they are as far off as noise. `season` > 1, `y` finite.
std::vector<double> SeasonBefore(std::span<const double> y, int season, bool named = false);

// Values follow those a season before in that way, or are nearer to these than to the one before them and to the median
// of all: the mean distance is at most 0.7 of the smaller of those. `season` > 1 and `y`, finite, holds it twice, else
// false.
bool SeasonShows(std::span<const double> y, int season);

// Values follow those a season before in the first of these ways, seven at least and at a mean distance of at most 0.5.
bool IsPlainSeason(std::span<const double> y, int season);

// Values are others than those one season before, all in one direction: their changes over it, six or more that nobody
// made up, have a mean of more than twelve standard errors, or of six where the season is plain and there almost twice.
// `season` > 1, `y` finite.
bool GrowsOverSeason(std::span<const double> y, int season);

// The longest of several seasons is there twice at least and shows over `horizon` values: they are nearer to those one
// of it before than to those up to a horizon before that are whole seasons of the one before it apart. The mean
// distance is at most 0.7 of theirs, or 0.85 where it is there three times. Where there is none it is as large.
// `seasons` ascending, `y` finite.
bool LongestSeasonShows(std::span<const double> y, const std::vector<int>& seasons, int horizon);

// A season that is there two to five times does not show, and values at its places are alike (numeric/places.h). `y`
// finite.
bool SeasonIsDoubtful(std::span<const double> y, int season);

// Values follow those a season before in that way, where nobody has named the season: it is there at most three times,
// and three values follow others at least. NaN stands for a missing value, of which there is none.
bool ShowsInFew(std::span<const double> y, int season);

}  // namespace fitd
