// ARIMA against R forecast 8.20 (auto.arima) and statsforecast 2.1.1 (AutoARIMA) on the M3 series, and against
// published fits of two classical series. FITD_GOLDEN_EVERY=N takes every N-th M3 series (default 3).
//
// Two kinds of reference value are set aside, and counted in the table: AICc below what the exact likelihood gives at
// the peer's own parameters (statsforecast's models with a drift: no optimum can reach it; R's when it drops an
// observation whose variance exceeds 10^4), for which the exact value at those parameters is taken instead, and models
// that break auto.arima's own rule on near-unit roots.
#include "common/models/arima/arima.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include "common/models/arima/differencing.h"
#include "common/models/arima/estimate.h"
#include "common/models/arima/forecast.h"
#include "common/models/arima/likelihood.h"
#include "common/models/numeric/information.h"
#include "test_paths.h"
#include "tests/support/m3_data.h"
#include "tests/support/m3_reference.h"

namespace fitd {
namespace {

using arima::ArimaOrder;
using arima::Coefficients;

struct Reference {
  ArimaOrder order;
  Coefficients coefficients{};
  double constant = 0;
  double aicc = 0;
  double loglik = 0;
  double sigma2 = 0;
  std::vector<double> forecast;
};

Reference ToReference(const m3::ReferenceFit& fit) {
  Reference r;
  ArimaOrder& o = r.order;
  EXPECT_EQ(std::sscanf(fit.model.c_str(), "ARIMA(%d,%d,%d)(%d,%d,%d)[%d]", &o.p, &o.d, &o.q, &o.P, &o.D, &o.Q, &o.m),
            7)
      << fit.model;
  const std::vector<std::string> names = arima::CoefficientNames(o);
  for (const auto& [name, value] : fit.parameters) {
    const auto place = std::find(names.begin(), names.end(), name);
    if (place != names.end()) {
      r.coefficients[static_cast<std::size_t>(place - names.begin())] = value;
    } else {
      o.constant = true;
      r.constant = value;
    }
  }
  r.aicc = fit.aicc;
  r.loglik = fit.loglik;
  r.sigma2 = fit.sigma2;
  r.forecast = fit.forecast;
  return r;
}

std::map<std::string, Reference> ReadReference(const std::string& name) {
  std::map<std::string, Reference> out;
  for (const auto& [target, fit] : m3::ReadReference(FITD_SHARED_DIR, name)) out.emplace(target, ToReference(fit));
  return out;
}

m3::SeriesById ReadSeries(const std::string& group) {
  return m3::Read(FITD_SHARED_DIR, group, "train");
}

// Exact log-likelihood of the differenced series at given parameters, constant included.
double LogLikelihoodAt(const std::vector<double>& y, const ArimaOrder& order, const Coefficients& coefficients,
                       double constant) {
  std::vector<double> w = arima::Difference(y, order);
  const double size = 1e3;
  for (double& v : w) v = (v - constant * (order.D == 1 ? order.m : 1)) / size;
  arima::ExactLikelihood likelihood(w);
  arima::LagPolynomials polynomials;
  Expand(order, coefficients, &polynomials);
  const auto n = static_cast<double>(w.size());
  return -likelihood.Value(polynomials, false) - 0.5 * n * (1 + std::log(2 * std::numbers::pi)) - n * std::log(size);
}

bool Admissible(const Reference& r) {
  const Coefficients partials = ToPartials(r.order, r.coefficients, 2);
  return std::all_of(partials.begin(), partials.end(), [](double x) { return std::abs(x) <= 1; });
}

struct Tally {
  int series = 0;
  int better = 0;
  int equal = 0;
  int worse = 0;      // by more than 0.01
  int raw_worse = 0;  // with every reference value taken as printed, equal differencing or not
  int set_aside = 0;  // reference values that could not be taken as printed
  int same_differencing = 0;
  int peer_values = 0;
};

// The AICc to reach for one peer; none when its differencing is another or its model breaks the rule on unit roots.
std::optional<double> Comparable(const std::vector<double>& y, const Reference& r, const ArimaOrder& ours,
                                 Tally* tally) {
  ++tally->peer_values;
  if (r.order.d != ours.d || r.order.D != ours.D) return std::nullopt;
  ++tally->same_differencing;
  if (!Admissible(r)) {
    ++tally->set_aside;
    return std::nullopt;
  }
  const std::size_t n = y.size() - static_cast<std::size_t>(ours.d + ours.D * ours.m);
  const double exact =
      CorrectedAic(-2 * LogLikelihoodAt(y, r.order, r.coefficients, r.constant), r.order.NumParameters(), n);
  if (exact > r.aicc + 5e-3) ++tally->set_aside;
  return std::max(exact, r.aicc);
}

void Compare(const std::vector<double>& y, const Model& model, const std::vector<const Reference*>& peers,
             Tally* tally) {
  ArimaOrder ours;
  Coefficients coefficients;
  ASSERT_TRUE(arima::ReadModel(model, &ours, &coefficients)) << model.spec;
  ++tally->series;
  double to_reach = std::numeric_limits<double>::infinity();
  double raw = to_reach;
  for (const Reference* peer : peers) {
    to_reach = std::min(to_reach, Comparable(y, *peer, ours, tally).value_or(to_reach));
    raw = std::min(raw, peer->aicc);
  }
  const double aicc = model.criteria.aicc;
  tally->raw_worse += aicc > raw + 0.01;
  tally->worse += aicc > to_reach + 0.01;
  tally->better += aicc < to_reach - 1e-4;
  tally->equal += std::abs(aicc - to_reach) <= 1e-4;
}

struct Group {
  const char* name;
  int m;
  const char* r;
};
constexpr std::array<Group, 4> kGroups{{{"yearly", 1, "R-auto.arima-yearly"},
                                        {"quarterly", 4, "R-auto.arima-quarterly"},
                                        {"monthly", 12, "R-auto.arima-monthly.sample100"},
                                        {"other", 1, "R-auto.arima-other"}}};

int Every() {
  const char* text = std::getenv("FITD_GOLDEN_EVERY");
  return text != nullptr ? std::max(1, std::atoi(text)) : 3;
}

class ArimaGolden : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(FITD_SHARED_DIR "/reference"))
      GTEST_SKIP() << "no reference values in " << FITD_SHARED_DIR;
  }
};

TEST_F(ArimaGolden, DifferencesAsRDoes) {
  for (const Group& group : kGroups) {
    const auto series = ReadSeries(group.name);
    const auto reference = ReadReference(group.r);
    ASSERT_FALSE(reference.empty()) << group.r;
    for (const auto& [id, r] : reference) {
      const arima::DifferencingOrders ours = arima::ChooseDifferencing(series.at(id), group.m);
      EXPECT_EQ(ours.d, r.order.d) << id;
      EXPECT_EQ(ours.D, r.order.D) << id;
    }
  }
}

TEST_F(ArimaGolden, HasRsLikelihoodAtRsParameters) {
  int all = 0;
  int agree = 0;
  for (const Group& group : kGroups) {
    const auto series = ReadSeries(group.name);
    for (const auto& [id, r] : ReadReference(group.r)) {
      ++all;
      agree += std::abs(LogLikelihoodAt(series.at(id), r.order, r.coefficients, r.constant) - r.loglik) < 2e-3;
    }
  }
  // The rest are models so near a unit root that R drops observations or its diffuse prior shows.
  std::printf("log-likelihood at R's parameters agrees to 0.002 on %d of %d series\n", agree, all);
  EXPECT_GE(agree, 0.99 * all);
}

TEST_F(ArimaGolden, FindsNoWorseAiccThanTheBetterPeer) {
  const std::unique_ptr<Algorithm> algorithm = MakeArima();
  Tally total;
  std::printf("%-10s %7s %7s %7s %7s %9s %10s %17s\n", "group", "series", "better", "equal", "worse", "raw worse",
              "set aside", "d, D as the peers");
  for (const Group& group : kGroups) {
    const auto series = ReadSeries(group.name);
    const auto r = ReadReference(group.r);
    const auto sf = ReadReference(std::string("sf-AutoARIMA-") + group.name);
    const std::vector<int> seasons(group.m > 1 ? 1 : 0, group.m);
    Tally tally;
    int index = 0;
    for (const auto& [id, y] : series) {
      if (index++ % Every() != 0) continue;
      std::vector<const Reference*> peers;
      if (const auto place = r.find(id); place != r.end()) peers.push_back(&place->second);
      if (const auto place = sf.find(id); place != sf.end()) peers.push_back(&place->second);
      const FitOutcome outcome = algorithm->Fit({y, seasons, 1, nullptr});
      ASSERT_EQ(outcome.status, FitStatus::kFitted) << id;
      Compare(y, outcome.model, peers, &tally);
    }
    std::printf("%-10s %7d %7d %7d %7d %9d %10d %10d of %d\n", group.name, tally.series, tally.better, tally.equal,
                tally.worse, tally.raw_worse, tally.set_aside, tally.same_differencing, tally.peer_values);
    total.series += tally.series;
    total.worse += tally.worse;
  }
  EXPECT_LE(total.worse, 0.03 * total.series);
}

TEST_F(ArimaGolden, ForecastsAsRWhereTheModelIsRs) {
  const std::unique_ptr<Algorithm> algorithm = MakeArima();
  int same = 0;
  int close = 0;
  int close_sigma2 = 0;
  for (const Group& group : kGroups) {
    const auto series = ReadSeries(group.name);
    const std::vector<int> seasons(group.m > 1 ? 1 : 0, group.m);
    int index = 0;
    for (const auto& [id, r] : ReadReference(group.r)) {
      if (index++ % Every() != 0) continue;
      const FitOutcome outcome = algorithm->Fit({series.at(id), seasons, 1, nullptr});
      ArimaOrder order = r.order;
      if (outcome.model.spec != SpecOf(order) || std::abs(outcome.model.criteria.loglik - r.loglik) > 1e-4) continue;
      ++same;
      const Forecast forecast = algorithm->Predict(outcome.model, static_cast<int>(r.forecast.size()), {});
      double worst = 0;
      for (std::size_t h = 0; h < r.forecast.size(); ++h) {
        worst = std::max(worst, std::abs(forecast.mean[h] / r.forecast[h] - 1));
      }
      close += worst < 2e-3;
      // R counts the first, diffuse residual too: (level / 1000)^2 more in the sum of squares.
      close_sigma2 += std::abs(outcome.model.criteria.sigma2 / r.sigma2 - 1) < 0.02;
    }
  }
  std::printf("same model and likelihood as R: %d series, forecasts within 0.2 %% on %d, sigma2 within 2 %% on %d\n",
              same, close, close_sigma2);
  EXPECT_GT(same, 50);
  EXPECT_GE(close, 0.99 * same);
  EXPECT_GE(close_sigma2, 0.99 * same);
}

struct Classical {
  const char* name;
  int m;
  ArimaOrder order;           // what auto.arima chooses
  Coefficients coefficients;  // as R prints them
  double loglik;
  double aicc;
  std::vector<double> y;
};

std::vector<Classical> ClassicalSeries() {
  Classical air{"AirPassengers", 12, {2, 1, 1, 0, 1, 0, 12, false}, {0.5960, 0.2143, -0.9819}, -504.92, 1018.17, {}};
  air.y = {112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158,
           133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218,
           230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235,
           227, 234, 264, 302, 293, 259, 229, 203, 229, 242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278,
           284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404,
           347, 305, 336, 340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472,
           548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432};
  Classical nile{"Nile", 1, {1, 1, 1, 0, 0, 0, 1, false}, {0.2544, -0.8741}, -630.63, 1267.51, {}};
  nile.y = {1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110, 994, 1020, 960,  1180,
            799,  958,  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,  874, 694,  940,  833,
            701,  916,  692,  1020, 1050, 969,  831,  726,  456,  824,  702,  1120, 1100, 832, 764,  821,  768,
            845,  864,  862,  698,  845,  744,  796,  1040, 759,  781,  865,  845,  944,  984, 897,  822,  1010,
            771,  676,  649,  846,  812,  742,  801,  1040, 860,  874,  848,  890,  744,  749, 838,  1050, 918,
            986,  797,  923,  975,  815,  1020, 906,  901,  1170, 912,  746,  919,  718,  714, 740};
  return {air, nile};
}

TEST(ArimaClassical, HasThePublishedLikelihoodAndReachesThePublishedAicc) {
  for (const Classical& c : ClassicalSeries()) {
    EXPECT_NEAR(LogLikelihoodAt(c.y, c.order, c.coefficients, 0), c.loglik, 0.01) << c.name;
    const arima::DifferencingOrders d = arima::ChooseDifferencing(c.y, c.m);
    EXPECT_EQ(d.d, c.order.d) << c.name;
    EXPECT_EQ(d.D, c.order.D) << c.name;
    const std::vector<int> seasons(c.m > 1 ? 1 : 0, c.m);
    const FitOutcome outcome = MakeArima()->Fit({c.y, seasons, 1, nullptr});
    std::printf("%s: %s AICc %.3f (R %.2f)\n", c.name, outcome.model.spec.c_str(), outcome.model.criteria.aicc, c.aicc);
    EXPECT_LE(outcome.model.criteria.aicc, c.aicc + 0.01) << c.name;
  }
}

}  // namespace
}  // namespace fitd
