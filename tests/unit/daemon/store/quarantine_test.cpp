#include "daemon/store/quarantine.h"

#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::quarantine_test {
namespace {

using QuarantineTest = ModelStore;

TEST_F(QuarantineTest, HoldsWhileDataAndModelsStayTheSame) {
  Store store = OpenOrDie(path_, Store::Mode::kCreate);
  Result<Quarantine> first = Quarantine::Load(store, "models-a");
  ASSERT_TRUE(first.ok());
  ASSERT_OK(first->Put(store, "web-1", "signal:11", 7, WallTime{}));
  EXPECT_EQ(first->CauseFor("web-1", 7), "signal:11");
  EXPECT_EQ(first->CauseFor("web-1", 8), "") << "other data";
  EXPECT_EQ(first->CauseFor("web-2", 7), "");

  const Result<Quarantine> same = Quarantine::Load(store, "models-a");
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same->CauseFor("web-1", 7), "signal:11") << "the next run finds it in the store";
  const Result<Quarantine> others = Quarantine::Load(store, "models-b");
  ASSERT_TRUE(others.ok());
  EXPECT_EQ(others->CauseFor("web-1", 7), "") << "other models";
}

TEST_F(QuarantineTest, ForgetsThoseOfEveryModelWhenItIsCleared) {
  Store store = OpenOrDie(path_, Store::Mode::kCreate);
  ASSERT_OK(Quarantine::Load(store, "models-a")->Put(store, "a", "oom", 1, WallTime{}));
  Result<Quarantine> quarantine = Quarantine::Load(store, "models-b");
  ASSERT_TRUE(quarantine.ok());
  ASSERT_OK(quarantine->Put(store, "b", "timeout", 2, WallTime{}));
  ASSERT_OK(quarantine->Clear(store));
  EXPECT_EQ(quarantine->CauseFor("b", 2), "");
  const auto left = store.ListQuarantine();
  ASSERT_TRUE(left.ok());
  EXPECT_TRUE(left->empty());
}

}  // namespace
}  // namespace fitd::quarantine_test
