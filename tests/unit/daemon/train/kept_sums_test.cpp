#include "daemon/train/kept_sums.h"

#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::kept_sums_test {
namespace {

class KeptSumsTest : public ModelStore {
 protected:
  KeptSumsTest() {
    fleet_.resize(2 * kSuperblockTargets + 100);
    for (std::size_t i = 0; i < fleet_.size(); ++i) fleet_[i] = i + 1;
  }
  static SeasonSums Sums(double level) {
    std::vector<double> values;
    for (int t = 0; t < 60; ++t) values.push_back(level + t % 7);
    SeasonSums sums;
    for (const int season : {1, 12}) {
      PooledArSums one({season, 6});
      one.Add(values);
      sums.emplace(season, std::move(one));
    }
    return sums;
  }
  static std::vector<double> Data(const SeasonSums& sums) {
    std::vector<double> all;
    for (const auto& [season, one] : sums) all.insert(all.end(), one.data().begin(), one.data().end());
    return all;
  }
  KeptSums Keep(bool read = true) { return KeptSums(store_, fleet_, options_, read); }

  Store store_ = OpenOrDie(path_, Store::Mode::kCreate);
  std::vector<std::uint64_t> fleet_;
  LocalFitOptions options_;
};

TEST_F(KeptSumsTest, SumsOfSuperblocksWhoseTargetsAreAsTheyWereAreFoundAgain) {
  KeptSums first = Keep();
  ASSERT_EQ(first.size(), 3U);
  EXPECT_FALSE(first.Has(1));
  EXPECT_FALSE(first.Get(1)->has_value());
  for (std::uint64_t b = 0; b < 3; ++b) ASSERT_OK(first.Put(b, Sums(static_cast<double>(b))));
  fleet_[kSuperblockTargets + 7] = 999'999;
  KeptSums later = Keep();
  EXPECT_TRUE(later.Has(0));
  EXPECT_FALSE(later.Has(1));
  EXPECT_TRUE(later.Has(2));
  EXPECT_EQ(Data(**later.Get(2)), Data(Sums(2)));
  EXPECT_FALSE(later.Get(1)->has_value());
}

TEST_F(KeptSumsTest, OfOtherSeasonsOrAnotherHorizonNothingIsFound) {
  ASSERT_OK(Keep().Put(0, Sums(1)));
  EXPECT_TRUE(Keep().Has(0));
  EXPECT_FALSE(Keep(false).Has(0));
  options_.horizon = 5;
  EXPECT_FALSE(Keep().Has(0));
  options_.horizon = 0;
  options_.seasons = std::vector<int>{};
  EXPECT_FALSE(Keep().Has(0));
}

TEST_F(KeptSumsTest, DamagedOnesAreMadeAgain) {
  ASSERT_OK(Keep().Put(0, Sums(1)));
  Sql(path_, "UPDATE block_sums SET sums = x'00'");
  const Result<std::optional<SeasonSums>> found = Keep().Get(0);
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(found->has_value());
  EXPECT_FALSE(Keep().Has(0));
}

TEST_F(KeptSumsTest, AFleetOfOneSuperblockKeepsNothing) {
  fleet_.resize(kSuperblockTargets);
  ASSERT_OK(Keep().Put(0, Sums(1)));
  EXPECT_FALSE(Keep().Has(0));
  EXPECT_EQ(store_.GetBlockSums(0, 0).status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace fitd::kept_sums_test
