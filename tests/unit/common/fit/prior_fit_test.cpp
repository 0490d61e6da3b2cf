#include "common/fit/prior_fit.h"

#include <gtest/gtest.h>

#include <limits>

#include "common/fit/model_archive.h"
#include "tests/support/awkward_series.h"

namespace fitd::prior_fit_test {
namespace {

class PriorFitTest : public testing::Test {
 protected:
  PriorFitTest() {
    options_.algorithms = {"ets", "arima", "ces", "theta"};
    options_.seasons = {12};
    options_.validate = true;
  }
  static std::span<const double> Part(const std::vector<double>& y, std::size_t from, std::size_t to) {
    return std::span(y).subspan(from, to - from);
  }
  PriorFit Fitted(std::span<const double> values, PriorFit::Use use) const {
    PriorFit prior;
    prior.use = use;
    prior.num_values = values.size();
    prior.record = FitRecord({"a", values, grid_}, FitTarget({"a", values, grid_}, options_));
    return prior;
  }

  TimeGrid grid_{0, {Step::Unit::kNanosecond, 3'600'000'000'000}};
  LocalFitOptions options_;
  std::vector<double> y_ = awkward::Seasonal(96, 12, 50, 0.1, 6, 3);
};

TEST_F(PriorFitTest, TravelsWhole) {
  const PriorFit prior = Fitted(Part(y_, 0, 60), PriorFit::Use::kRefit);
  const std::string bytes = EncodePriorFit(prior);
  const Result<PriorFit> back = DecodePriorFit(bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(EncodePriorFit(*back), bytes);
  for (const std::size_t size : {0UL, 1UL, bytes.size() / 2, bytes.size() - 1}) {
    EXPECT_FALSE(DecodePriorFit(bytes.substr(0, size)).ok());
  }
}

TEST_F(PriorFitTest, AdvancesInPiecesAsAtOnce) {
  std::vector<double> more(y_.begin() + 60, y_.end());
  more[7] = std::numeric_limits<double>::quiet_NaN();
  PriorFit prior = Fitted(Part(y_, 0, 60), PriorFit::Use::kAdvance);
  const TargetFitRecord at_once = AdvanceTarget({"a", more, grid_}, prior, options_);
  for (const double v : more) prior.record = AdvanceTarget({"a", {&v, 1}, grid_}, prior, options_);
  EXPECT_EQ(EncodeRecord(prior.record), EncodeRecord(at_once));
  EXPECT_EQ(DecodeOutcome(at_once.fits[0].archive)->model.num_observations, y_.size());
}

TEST_F(PriorFitTest, OneModelWithoutARecursionStopsTheTarget) {
  PriorFit prior = Fitted(Part(y_, 0, 60), PriorFit::Use::kAdvance);
  FitOutcome outcome = *DecodeOutcome(prior.record.fits[2].archive);
  outcome.model.algorithm = "python:mine:Mine";
  prior.record.fits[2].archive = EncodeOutcome(outcome);
  const TargetFitRecord record = AdvanceTarget({"a", Part(y_, 60, 70), grid_}, prior, options_);
  EXPECT_TRUE(record.fits.empty());
  EXPECT_NE(record.reason.find("train again"), std::string::npos);
}

TEST_F(PriorFitTest, RefitsKeepFormsAndComeToTheSameOptimum) {
  const PriorFit prior = Fitted(Part(y_, 0, 90), PriorFit::Use::kRefit);
  const TargetFit refit = RefitTarget({"a", y_, grid_}, prior, options_);
  EXPECT_EQ(refit.refits, 1U);
  const TargetFit fresh = FitTarget({"a", y_, grid_}, options_);
  ASSERT_EQ(refit.fits.size(), fresh.fits.size());
  for (std::size_t i = 0; i < refit.fits.size(); ++i) {
    const Model& model = refit.fits[i].outcome.model;
    EXPECT_EQ(model.spec, DecodeOutcome(prior.record.fits[i].archive)->model.spec);
    EXPECT_EQ(model.num_observations, y_.size());
    if (model.spec != fresh.fits[i].outcome.model.spec || std::isnan(model.criteria.aicc)) continue;
    EXPECT_NEAR(model.criteria.aicc, fresh.fits[i].outcome.model.criteria.aicc, 0.01) << model.algorithm;
  }
  EXPECT_EQ(refit.traits.num_observations, y_.size());
}

TEST_F(PriorFitTest, HoldsOutTheNewValuesByTheModelsOfBefore) {
  // One horizon more: the models of before end where a new validation would fit its own.
  options_.earlier_every = 1;
  const PriorFit prior = Fitted(Part(y_, 0, 84), PriorFit::Use::kRefit);
  const TargetFit refit = RefitTarget({"a", y_, grid_}, prior, options_);
  ASSERT_EQ(refit.refits, 1U);
  const TargetFit fresh = FitTarget({"a", y_, grid_}, options_);
  ASSERT_FALSE(fresh.validation.actual.empty());
  ASSERT_FALSE(fresh.validation.earlier_actual.empty());
  EXPECT_EQ(refit.validation.actual, fresh.validation.actual);
  EXPECT_EQ(refit.validation.forecast, fresh.validation.forecast);
  EXPECT_EQ(refit.validation.deviation, fresh.validation.deviation);
  EXPECT_EQ(refit.validation.earlier_actual, fresh.validation.earlier_actual);
  EXPECT_EQ(refit.validation.earlier_forecast, fresh.validation.earlier_forecast);
}

TEST_F(PriorFitTest, ModelsThatAnUpdateHasMovedAreEstimatedAgainOnWhatIsBefore) {
  const PriorFit prior = Fitted(Part(y_, 0, 84), PriorFit::Use::kRefit);
  PriorFit moved = prior;
  moved.use = PriorFit::Use::kAdvance;
  moved.record = AdvanceTarget({"a", Part(y_, 84, 96), grid_}, moved, options_);
  moved.use = PriorFit::Use::kRefit;
  moved.num_values = y_.size();
  const TargetFit refit = RefitTarget({"a", y_, grid_}, moved, options_);
  const TargetFit other = RefitTarget({"a", y_, grid_}, prior, options_);
  ASSERT_EQ(refit.refits, 1U);
  ASSERT_EQ(refit.validation.actual, other.validation.actual);
  for (std::size_t i = 0; i < refit.fits.size(); ++i) {
    ASSERT_EQ(refit.validation.forecast[i].size(), other.validation.forecast[i].size());
    for (std::size_t h = 0; h < refit.validation.forecast[i].size(); ++h) {
      EXPECT_NEAR(refit.validation.forecast[i][h], other.validation.forecast[i][h], 0.2) << refit.fits[i].algorithm;
    }
  }
}

TEST_F(PriorFitTest, KeepsWhatWasHeldOutWhileLessThanAHorizonHasCome) {
  const PriorFit prior = Fitted(Part(y_, 0, 90), PriorFit::Use::kRefit);
  TargetTraits traits;
  Validation before;
  ASSERT_TRUE(UnpackFitValidation(prior.record.validation, traits, before).ok());
  const TargetFit refit = RefitTarget({"a", y_, grid_}, prior, options_);
  EXPECT_EQ(refit.refits, 1U);
  EXPECT_EQ(refit.validation.actual, before.actual);
  EXPECT_EQ(refit.validation.forecast, before.forecast);
}

TEST_F(PriorFitTest, ALongerSeasonMoreOrLessLeavesArimaItsForm) {
  options_.algorithms = {"arima", "mstl", "theta"};
  options_.seasons = {24, 48};
  const std::vector<double> y = awkward::Seasonal(480, 24, 50, 0.1, 6, 3);
  PriorFit prior = Fitted(Part(y, 0, 456), PriorFit::Use::kRefit);
  options_.seasons = std::nullopt;
  const TargetFit fresh = FitTarget({"a", y, grid_}, options_);
  ASSERT_EQ(fresh.seasons, std::vector<int>{24});
  const TargetFit refit = RefitTarget({"a", y, grid_}, prior, options_);
  EXPECT_EQ(refit.refits, 1U);
  EXPECT_EQ(refit.seasons, fresh.seasons);
  ASSERT_EQ(refit.fits.size(), 3U);
  EXPECT_EQ(refit.fits[0].outcome.model.spec, DecodeOutcome(prior.record.fits[0].archive)->model.spec);
  EXPECT_EQ(EncodeOutcome(refit.fits[1].outcome), EncodeOutcome(fresh.fits[1].outcome));
  EXPECT_EQ(EncodeOutcome(refit.fits[2].outcome), EncodeOutcome(fresh.fits[2].outcome));
  EXPECT_EQ(refit.validation.actual, fresh.validation.actual);
  EXPECT_EQ(refit.validation.forecast[1], fresh.validation.forecast[1]);
  prior.record.seasons = {12};
  EXPECT_EQ(RefitTarget({"a", y, grid_}, prior, options_).refits, 0U) << "another main season";
}

TEST_F(PriorFitTest, MembersOfLongSeasonsKeepTheirForms) {
  options_.algorithms = DefaultMembers(std::nullopt);
  options_.members_by_season = true;
  options_.seasons = {48};  // ets has no form for it
  const std::vector<double> y = awkward::Seasonal(48 * 8 + 24, 48, 50, 0.1, 6, 3);
  const PriorFit prior = Fitted(Part(y, 0, y.size() - 24), PriorFit::Use::kRefit);
  std::vector<std::string> before;
  for (const auto& fit : prior.record.fits) before.push_back(DecodeOutcome(fit.archive)->model.spec);
  ASSERT_LT(before.size(), options_.algorithms.size()) << "a member without the season is left out";
  const TargetFit refit = RefitTarget({"a", y, grid_}, prior, options_);
  EXPECT_EQ(refit.refits, 1U);
  const std::vector<int>& members = refit.validation.members;
  ASSERT_EQ(refit.fits.size(), before.size());
  ASSERT_EQ(members.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    const AlgorithmFit& one = refit.fits[i];
    EXPECT_EQ(one.outcome.model.spec, before[i]);
    EXPECT_EQ(one.outcome.model.num_observations, y.size());
    EXPECT_EQ(one.algorithm, options_.algorithms[one.place]);
    EXPECT_EQ(static_cast<int>(one.place), members[i]);
  }
}

TEST_F(PriorFitTest, MembersOfShortSeasonsDoWithoutMstl) {
  options_.algorithms = DefaultMembers(std::nullopt);
  options_.members_by_season = true;
  const PriorFit prior = Fitted(Part(y_, 0, 90), PriorFit::Use::kRefit);
  ASSERT_EQ(prior.record.fits.size(), 4U);
  const TargetFit refit = RefitTarget({"a", y_, grid_}, prior, options_);
  EXPECT_EQ(refit.refits, 1U);
  EXPECT_EQ(refit.fits.size(), 4U);
}

TEST_F(PriorFitTest, RefitsATargetWithoutTheMembersForZerosUntilItIsMostlyZero) {
  options_.algorithms = {"ets", "tsb", "theta"};
  options_.members_by_season = true;
  const PriorFit prior = Fitted(Part(y_, 0, 90), PriorFit::Use::kRefit);
  ASSERT_EQ(prior.record.fits.size(), 2U) << "tsb is for zeros";
  const TargetFit refit = RefitTarget({"a", y_, grid_}, prior, options_);
  EXPECT_EQ(refit.refits, 1U);
  ASSERT_EQ(refit.fits.size(), 2U);
  EXPECT_EQ(refit.fits[1].outcome.model.algorithm, "theta");
  std::vector<double> ended = y_;
  ended.resize(200, 0.0);
  EXPECT_EQ(RefitTarget({"a", ended, grid_}, prior, options_).fits.size(), 3U);
}

TEST_F(PriorFitTest, FormsAreSelectedAgainWhenAskedAndAfterAWhile) {
  PriorFit prior = Fitted(Part(y_, 0, 90), PriorFit::Use::kRefit);
  prior.select_anew = true;
  EXPECT_EQ(RefitTarget({"a", y_, grid_}, prior, options_).refits, 0U);
  prior.select_anew = false;
  TargetHistory history = *DecodeHistory(prior.record.history);
  history.refits = kReselectEvery - 2;
  prior.record.history = EncodeHistory(history);
  EXPECT_EQ(RefitTarget({"a", y_, grid_}, prior, options_).refits, kReselectEvery - 1);
  history.refits = kReselectEvery - 1;
  prior.record.history = EncodeHistory(history);
  EXPECT_EQ(RefitTarget({"a", y_, grid_}, prior, options_).refits, 0U);
}

TEST_F(PriorFitTest, FormsAreSelectedAgainWhenTheErrorsSaySo) {
  const PriorFit prior = Fitted(Part(y_, 0, 70), PriorFit::Use::kRefit);
  std::vector<double> broken = y_;
  awkward::Noise noise;
  for (std::size_t t = 70; t < broken.size(); ++t) broken[t] = 50 + 400 * noise();
  EXPECT_EQ(RefitTarget({"a", broken, grid_}, prior, options_).refits, 0U);
  EXPECT_EQ(RefitTarget({"a", y_, grid_}, prior, options_).refits, 1U);
}

// What a crafted store may say of a target: seasons that no series has, and models with parts of them gone.
TEST_F(PriorFitTest, SeasonsAndModelsThatCannotBeAreFittedAnew) {
  const auto refitted = [&](const PriorFit& prior) { return RefitTarget({"a", y_, grid_}, prior, options_); };
  PriorFit prior = Fitted(Part(y_, 0, 70), PriorFit::Use::kRefit);
  for (const bool given : {true, false}) {
    options_.seasons = given ? std::optional(std::vector<int>{12}) : std::nullopt;
    for (const std::vector<int>& seasons : {std::vector<int>{0, 12}, {-1}, {1 << 30}, {12, 97}}) {
      prior.record.seasons = seasons;
      EXPECT_EQ(refitted(prior).refits, 0U);
    }
  }
  options_.seasons = {12};
  prior.record.seasons = {12};
  for (TargetFitRecord::Fit& fit : prior.record.fits) {
    FitOutcome outcome = *DecodeOutcome(fit.archive);
    outcome.model.spec = outcome.model.algorithm == "ces" ? "partial[12]" : outcome.model.spec;
    outcome.model.states.clear();
    fit.archive = EncodeOutcome(outcome);
  }
  const TargetFit anew = FitTarget({"a", y_, grid_}, options_);
  const TargetFit fit = refitted(prior);
  ASSERT_EQ(fit.fits.size(), anew.fits.size());
  for (std::size_t i = 0; i < fit.fits.size(); ++i) {
    if (anew.fits[i].algorithm == "arima") continue;  // its states are not what it is refitted from
    EXPECT_EQ(EncodeOutcome(fit.fits[i].outcome), EncodeOutcome(anew.fits[i].outcome)) << anew.fits[i].algorithm;
  }
}

TEST(TargetHistoryTest, TellsEveryCountFromTheNextOne) {
  std::size_t same = 0;  // of one byte 55 and 56 are the same
  for (int v = 0; v < 5000; ++v) {
    const double value = v;
    same += HistoryOf({&value, 1}).Differs(value + 1, 0) == false ? 1 : 0;
  }
  EXPECT_LE(same, 1U);
  const double value = 55;
  EXPECT_EQ(HistoryOf({&value, 1}).Differs(56, 0), true);
}

TEST(TargetHistoryTest, KnowsWhatWasMissing) {
  const std::vector<double> y = {1, 2, std::nan(""), 4, 5, 6};
  TargetHistory history = HistoryOf(y);
  const GapRun run{4, 1};
  history.ForgetFilled({&run, 1}, y.size());
  for (std::uint64_t back = 0; back < y.size(); ++back) {
    EXPECT_EQ(history.WasMissing(back), back == 3 || back == 1) << back;
  }
  EXPECT_FALSE(history.WasMissing(6));
}

TEST(TargetHistoryTest, ForgetsWhatIsOldAndFindsWhatDiffers) {
  std::vector<double> y(400);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] = static_cast<double>(t);
  TargetHistory whole = HistoryOf(y);
  TargetHistory pieces = HistoryOf(std::span(y).first(100));
  for (std::size_t t = 100; t < y.size(); ++t) pieces.Remember({&y[t], 1});
  EXPECT_EQ(whole.recent, pieces.recent);
  EXPECT_EQ(whole.recent.size(), TargetHistory::kMostRemembered);
  EXPECT_EQ(whole.Differs(399, 0), false);
  EXPECT_EQ(whole.Differs(398, 0), true);
  EXPECT_EQ(whole.Differs(144, 255), false);
  EXPECT_EQ(whole.Differs(143, 256), std::nullopt);
  EXPECT_EQ(DecodeHistory(EncodeHistory(whole))->recent, whole.recent);
  EXPECT_FALSE(DecodeHistory("").has_value());
  EXPECT_EQ(whole.lowest, 0);
  EXPECT_FALSE(DecodeHistory(EncodeHistory(whole))->has_fractions);
  TargetHistory fractions = whole;
  fractions.has_fractions = true;
  EXPECT_TRUE(DecodeHistory(EncodeHistory(fractions))->has_fractions);
  const auto before_two_bytes = [](const TargetHistory& history) {  // a byte a value, behind eight numbers and a byte
    std::string bytes = EncodeHistory(history);
    bytes.resize(bytes.size() - history.second.size());
    bytes.erase(66, 2)[0] = 4;
    return bytes;
  };
  EXPECT_EQ(DecodeHistory(EncodeHistory(whole))->second, whole.second);
  TargetHistory of_one_byte = *DecodeHistory(before_two_bytes(fractions));
  EXPECT_TRUE(of_one_byte.has_fractions && of_one_byte.second.empty());
  EXPECT_EQ(of_one_byte.recent, whole.recent);
  EXPECT_EQ(of_one_byte.Differs(399, 0), false);
  of_one_byte.Remember({y.data(), 3});
  const TargetHistory mixed = *DecodeHistory(EncodeHistory(of_one_byte));
  EXPECT_EQ(mixed.second.size(), 3U);
  EXPECT_EQ(mixed.Differs(2, 0), false);
  EXPECT_EQ(mixed.Differs(399, 3), false);
  std::string without = before_two_bytes(fractions);  // behind eight numbers
  without.erase(65, 1)[0] = 3;
  EXPECT_FALSE(DecodeHistory(without)->has_fractions);
  EXPECT_EQ(DecodeHistory(without)->recent, whole.recent);
  pieces.Remember(std::vector<double>{std::nan(""), -2, 7});
  EXPECT_EQ(DecodeHistory(EncodeHistory(pieces))->lowest, -2);
  std::string of_before = before_two_bytes(whole);  // without the lowest value, which is behind five numbers
  of_before.erase(41, 25)[0] = 1;
  TargetHistory unknown = *DecodeHistory(of_before);
  EXPECT_EQ(unknown.recent, whole.recent);
  unknown.Remember({y.data(), 1});
  EXPECT_TRUE(std::isnan(unknown.lowest));
  of_before = before_two_bytes(pieces);  // or without what all readings lie between, behind the lowest value
  of_before.erase(49, 17)[0] = 2;
  unknown = *DecodeHistory(of_before);
  EXPECT_EQ(unknown.recent, pieces.recent);
  EXPECT_EQ(unknown.lowest, -2);
  unknown.SeeReading(-5);
  EXPECT_TRUE(std::isnan(unknown.least_read) && std::isnan(unknown.most_read));
  pieces.SeeReading(1e6);
  EXPECT_EQ(DecodeHistory(EncodeHistory(pieces))->most_read, 1e6);
  EXPECT_EQ(DecodeHistory(EncodeHistory(pieces))->least_read, -2);
  EXPECT_EQ(ExtendFingerprint(ExtendFingerprint(7, std::span(y).first(3)), std::span(y).subspan(3)),
            ExtendFingerprint(7, y));
}

}  // namespace
}  // namespace fitd::prior_fit_test
