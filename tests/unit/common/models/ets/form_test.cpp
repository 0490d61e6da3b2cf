#include "common/models/ets/form.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace fitd::form_test {
namespace {

TEST(EtsForm, NamesGoThereAndBack) {
  for (const EtsForm& form : AdmissibleEtsForms(200, true, 12)) {
    const auto parsed = ParseEtsForm(EtsFormName(form), 12);
    ASSERT_TRUE(parsed.has_value()) << EtsFormName(form);
    EXPECT_EQ(*parsed, form) << EtsFormName(form);
  }
  EXPECT_EQ(EtsFormName({EtsError::kMultiplicative, EtsTrend::kDamped, EtsSeason::kMultiplicative, 12}), "M,Ad,M");
  EXPECT_FALSE(ParseEtsForm("M,Ad", 12).has_value());
  EXPECT_FALSE(ParseEtsForm("", 1).has_value());
}

TEST(EtsForm, CountsParametersAsTheReferenceDoes) {
  // npar of forecast::ets less one for the variance.
  EXPECT_EQ((EtsForm{EtsError::kAdditive, EtsTrend::kNone, EtsSeason::kNone, 1}.num_parameters()), 2);
  EXPECT_EQ((EtsForm{EtsError::kMultiplicative, EtsTrend::kAdditive, EtsSeason::kNone, 1}.num_parameters()), 4);
  EXPECT_EQ((EtsForm{EtsError::kMultiplicative, EtsTrend::kDamped, EtsSeason::kMultiplicative, 12}.num_parameters()),
            17);
  EXPECT_EQ((EtsForm{EtsError::kAdditive, EtsTrend::kNone, EtsSeason::kAdditive, 4}.num_parameters()), 6);
}

TEST(EtsForm, FifteenFormsForAPositiveSeasonalSeriesSixWithoutASeason) {
  EXPECT_EQ(AdmissibleEtsForms(200, true, 12).size(), 15U);
  EXPECT_EQ(AdmissibleEtsForms(200, true, 1).size(), 6U);
  EXPECT_EQ(AdmissibleEtsForms(200, true, 25).size(), 6U);  // too long a season
  EXPECT_EQ(AdmissibleEtsForms(12, true, 12).size(), 6U);   // no more than one season of values
}

TEST(EtsForm, NothingMultiplicativeUnlessAllValuesArePositive) {
  for (const EtsForm& form : AdmissibleEtsForms(200, false, 12)) {
    EXPECT_EQ(form.error, EtsError::kAdditive);
    EXPECT_NE(form.season, EtsSeason::kMultiplicative);
  }
}

TEST(EtsForm, NoAdditiveErrorWithAMultiplicativeSeason) {
  const auto forms = AdmissibleEtsForms(200, true, 12);
  EXPECT_TRUE(std::none_of(forms.begin(), forms.end(), [](const EtsForm& f) {
    return f.error == EtsError::kAdditive && f.season == EtsSeason::kMultiplicative;
  }));
}

TEST(EtsForm, EveryFormLeavesAFiniteCriterion) {
  for (std::size_t n = 0; n < 60; ++n) {
    for (const EtsForm& form : AdmissibleEtsForms(n, true, 12)) {
      EXPECT_GE(n, static_cast<std::size_t>(form.num_parameters()) + 2);
    }
  }
  EXPECT_TRUE(AdmissibleEtsForms(3, true, 1).empty());
}

TEST(EtsForm, CriteriaOfTheAirlineModelMatchThePublishedDifferences) {
  // ets(AirPassengers) in R: AIC 1395.166, AICc 1400.638, BIC 1448.623.
  const EtsForm form{EtsError::kMultiplicative, EtsTrend::kDamped, EtsSeason::kMultiplicative, 12};
  const EtsCriteria c = EtsInformationCriteria(1395.166 - 36, form, 144);
  EXPECT_NEAR(c.aic, 1395.166, 1e-9);
  EXPECT_NEAR(c.aicc, 1400.638, 5e-4);
  EXPECT_NEAR(c.bic, 1448.623, 6e-4);
}

}  // namespace
}  // namespace fitd::form_test
