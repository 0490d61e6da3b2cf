#include "common/fit/short_season.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "common/models/pooled_ar/pooled_ar.h"
#include "common/models/season/season_shows.h"

namespace fitd {
namespace {

// ARIMA with no part for the season that its form names.
bool HasNoneInForm(const Model& model) {
  return model.spec.find("(0,0,0)[") != std::string::npos;
}

// Smoothing with a season and no trend: "A,N,M".
bool HasNoTrend(const Model& model) {
  return model.algorithm == "ets" && model.spec.find(",N,") != std::string::npos;
}

// Four seasons tell members that have none from those that have one by what is held out, two or three do not: of those
// before it little is left then. Fleets of 40, 12 quarters of 100 + 3 t and a season of deviation 25: `ces` and `theta`
// miss by four times as much as the others, and 80 % intervals were three times too wide.
bool TellsByHeldOut(std::size_t seen, const TargetFit& fit) {
  constexpr std::size_t kFew = 4;
  const int season = MainSeason(fit.seasons);
  return HoldOut(seen, season, fit.horizon) > 0 && seen >= kFew * static_cast<std::size_t>(season);
}

// Whether the pooled regression, which has the first season in its form, is worth as much as those with the longest
// one: its windows reach a week of hours, and other targets teach it how a year goes on. Held out of 35 days of hours
// and of 28 days of half-hours, alone, it costs 1 to 7 % of the error and 5 to 8 % of the interval score; in fleets of
// 15 nothing. Beside two members that know a year of days it takes 4 to 10 % off, in fleets of eight 9 to 20 %.
bool PooledKnowsLongest(std::span<const double> y, std::ptrdiff_t know, const PooledArGlobal* global,
                        const TargetFit& fit) {
  constexpr std::ptrdiff_t kMany = 3;
  if (global == nullptr || y.size() < 3 * static_cast<std::size_t>(fit.seasons.back())) return false;
  const bool of_others = global->all.windows > static_cast<double>(y.size());
  return of_others || know < kMany;
}

}  // namespace

bool IsMemberForShortSeason(std::string_view name, std::span<const double> y, const std::vector<int>& seasons) {
  if (seasons.size() != 1 || seasons[0] >= kLongSeason || (name != kProfile && name != kMstl)) return false;
  if (name == kProfile && GrowsOverSeason(y, seasons[0])) return false;
  return y.size() <= 3 * static_cast<std::size_t>(seasons[0]) && SeasonShows(y, seasons[0]);
}

void LeaveWithoutShortSeason(std::span<const double> y, bool (*knows_season)(const Model&), TargetFit& fit) {
  // Where less was seen, what is made up makes the others too sure: of 1.25 and 1.5 seasons of M3's months the score of
  // 80 % intervals would be 3 and 0.5 % higher, of 1.4 weeks of cash machines 7 %; of 1.8 and 2 it is 2 to 6 % lower.
  constexpr double kAlmostTwice = 1.8;
  const int season = MainSeason(fit.seasons);
  const std::size_t seen = y.size() - fit.season_before;
  if (TellsByHeldOut(seen, fit) || !SeasonShows(y, season)) return;
  const bool twice = static_cast<double>(seen) >= kAlmostTwice * season;
  const bool grows = GrowsOverSeason(y, season);
  const bool plain = (twice && IsPlainSeason(y, season)) || grows;
  const auto found = [&](const AlgorithmFit& one, bool it) {
    const bool knows = knows_season(one.outcome.model) && !(plain && HasNoneInForm(one.outcome.model)) &&
                       !(grows && HasNoTrend(one.outcome.model));
    return one.outcome.status == FitStatus::kFitted && knows == it;
  };
  const auto begin = fit.fits.begin(), end = fit.fits.end();
  if (std::none_of(begin, end, [&](const AlgorithmFit& one) { return found(one, true); })) return;
  std::erase_if(fit.fits,
                [&](const AlgorithmFit& one) { return found(one, false) && FindAlgorithm(one.algorithm) != nullptr; });
}

void LeaveWithoutTrend(std::span<const double> y, const PooledArGlobal* global, TargetFit& fit) {
  constexpr std::size_t kMost = 9;
  constexpr double kSure = 4;           // standard errors, which a walk of five values is beyond in 3 of 100
  constexpr double kLeastTrend = 0.35;  // of the mean change
  if (!fit.seasons.empty() || y.size() < 3 || y.size() > kMost) return;
  const auto changes = static_cast<double>(y.size() - 1);
  const double mean = (y.back() - y.front()) / changes;
  double squares = 0;
  for (std::size_t t = 1; t < y.size(); ++t) squares += (y[t] - y[t - 1] - mean) * (y[t] - y[t - 1] - mean);
  if (!(std::abs(mean) > kSure * std::sqrt(squares / (changes - 1) / changes))) return;
  const auto trends = [&](const AlgorithmFit& one) {
    if (one.outcome.status != FitStatus::kFitted) return false;
    const Algorithm* const algorithm = FindAlgorithm(one.algorithm);
    if (algorithm == nullptr && one.algorithm != kPooledArName) return true;  // a user's
    const Forecast forecast = algorithm != nullptr ? algorithm->Predict(one.outcome.model, fit.horizon, {})
                                                   : PredictPooledAr(one.outcome.model, *global, fit.horizon, {});
    return !forecast.mean.empty() && (forecast.mean.back() - y.back()) / (mean * fit.horizon) >= kLeastTrend;
  };
  const auto any = std::count_if(fit.fits.begin(), fit.fits.end(), trends);
  if (any > 0) std::erase_if(fit.fits, [&](const AlgorithmFit& one) { return !trends(one); });
}

void LeaveInexact(std::span<const double> y, TargetFit& fit) {
  constexpr std::size_t kFewest = 8;
  constexpr double kRounding = 1e-7;  // of the range
  if (y.size() < kFewest) return;
  const auto [least, most] = std::minmax_element(y.begin(), y.end());
  const double rounding = kRounding * (*most - *least);
  const auto is_exact = [&](const AlgorithmFit& one) {
    const Algorithm* const algorithm = FindAlgorithm(one.algorithm);
    if (algorithm == nullptr || one.outcome.status != FitStatus::kFitted) return false;
    constexpr double kLevels[] = {kOneDeviation};
    const std::vector<double> deviation = StandardDeviations(algorithm->Predict(one.outcome.model, 1, kLevels));
    return !deviation.empty() && deviation[0] <= rounding;
  };
  if (std::none_of(fit.fits.begin(), fit.fits.end(), is_exact)) return;
  std::erase_if(fit.fits, [&](const AlgorithmFit& one) {
    const bool ours = one.algorithm == kPooledArName || FindAlgorithm(one.algorithm) != nullptr;
    return ours && one.outcome.status == FitStatus::kFitted && !is_exact(one);
  });
}

void LeaveWithoutLongestSeason(std::span<const double> y, int peaks_again, const PooledArGlobal* global,
                               TargetFit& fit) {
  constexpr int kYear = 300;  // values: shorter seasons are there more often, and their peaks in what is held out
  const bool peaks = fit.seasons.size() > 1 && peaks_again == fit.seasons.back() && peaks_again >= kYear;
  if (!peaks && !LongestSeasonShows(y, fit.seasons, fit.horizon)) return;
  const std::string alone = fmt::format("[{}]", fit.seasons.back());
  const std::string last = fmt::format(",{}]", fit.seasons.back());
  const auto knows = [&](const AlgorithmFit& one) {
    const std::string& spec = one.outcome.model.spec;
    return one.outcome.status == FitStatus::kFitted &&
           (spec.find(alone) != std::string::npos || spec.find(last) != std::string::npos);
  };
  const auto know = std::count_if(fit.fits.begin(), fit.fits.end(), knows);
  if (know == 0) return;
  const bool pooled_stays = PooledKnowsLongest(y, know, global, fit);
  std::erase_if(fit.fits, [&](const AlgorithmFit& one) {
    const bool pooled = one.algorithm == kPooledArName;
    const bool ours = pooled || FindAlgorithm(one.algorithm) != nullptr;
    return ours && one.outcome.status == FitStatus::kFitted && !knows(one) && !(pooled && pooled_stays);
  });
}

}  // namespace fitd
