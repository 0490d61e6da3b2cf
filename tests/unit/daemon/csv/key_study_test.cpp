#include "daemon/csv/key_study.h"

#include <gtest/gtest.h>

namespace fitd::key_study_test {
namespace {

using Kind = KeyVerdict::Kind;
using Columns = std::vector<std::size_t>;

// Adds a row whose hash is that of all its cells and of `value`.
void Add(KeyStudy& study, const std::string& time, const std::vector<std::string>& cells, const std::string& value) {
  std::uint64_t hash = KeyStudy::Hash(time);
  for (const std::string& cell : cells) hash = KeyStudy::Hash(cell, hash);
  const std::vector<std::string_view> views(cells.begin(), cells.end());
  study.Add(time, KeyStudy::Hash(value, hash), views);
}

// `times` times, at each of which `ids` ids have a row; the id is in column 0, column 1 is "x" everywhere.
KeyStudy Panel(int times, int ids) {
  KeyStudy study({true, true});
  for (int t = 0; t < times; ++t) {
    for (int i = 0; i < ids; ++i) {
      Add(study, std::to_string(t), {"id" + std::to_string(i), "x"}, std::to_string(100 * t + i));
    }
  }
  return study;
}

TEST(KeyStudy, HasNothingToExplainWhereNoTimeRepeats) {
  const KeyVerdict verdict = Panel(20, 1).Decide();
  EXPECT_EQ(verdict.kind, Kind::kNoRepeats);
  EXPECT_EQ(verdict.repeats, 0U);
}

TEST(KeyStudy, FindsTheColumnThatTellsRowsApart) {
  const KeyVerdict verdict = Panel(20, 3).Decide();
  EXPECT_EQ(verdict.kind, Kind::kFound);
  EXPECT_EQ(verdict.columns, Columns{0});
  EXPECT_EQ(verdict.rows, 60U);
  EXPECT_EQ(verdict.repeats, 40U);
}

TEST(KeyStudy, NeedsTwoColumnsWhereOneIsNotEnough) {
  KeyStudy study({true, true});
  for (int t = 0; t < 20; ++t) {
    for (const char* shop : {"north", "south"}) {
      for (const char* item : {"tea", "milk"}) Add(study, std::to_string(t), {shop, item}, std::to_string(t));
    }
  }
  const KeyVerdict verdict = study.Decide();
  EXPECT_EQ(verdict.kind, Kind::kFound);
  EXPECT_EQ(verdict.columns, (Columns{0, 1}));
}

TEST(KeyStudy, PassesOverCopiesOfARow) {
  KeyStudy study({true});
  for (int t = 0; t < 20; ++t) {
    for (int copy = 0; copy < 2; ++copy) Add(study, std::to_string(t), {"x"}, "same");
  }
  EXPECT_EQ(study.Decide().kind, Kind::kNoRepeats);
}

TEST(KeyStudy, TakesNoNumberOfTheRowForAnId) {
  KeyStudy study({false});
  for (int t = 0; t < 20; ++t) {
    for (int i = 0; i < 3; ++i) Add(study, std::to_string(t), {std::to_string(3 * t + i)}, std::to_string(i));
  }
  EXPECT_EQ(study.Decide().kind, Kind::kNone);
  EXPECT_TRUE(study.Explains());
  EXPECT_EQ(study.Distinguishing(), Columns{0});
}

TEST(KeyStudy, IsUncertainBetweenTwoWaysToCutTheRows) {
  KeyStudy study({true, true});
  for (int t = 0; t < 20; ++t) {
    for (int i = 0; i < 4; ++i) {
      Add(study, std::to_string(t), {"a" + std::to_string(i), "b" + std::to_string((i + t) % 4)}, std::to_string(i));
    }
  }
  EXPECT_EQ(study.Decide().kind, Kind::kUncertain);
}

TEST(KeyStudy, TakesNoColumnWithEmptyCellsForAnIdByItself) {
  KeyStudy study({true});
  for (int t = 0; t < 20; ++t) {
    for (const char* id : {"a", "b", ""}) Add(study, std::to_string(t), {id}, std::to_string(t));
  }
  EXPECT_EQ(study.Decide().kind, Kind::kNone);
}

// Of a thousand columns of the same words there are half a million pairs.
TEST(KeyStudy, TriesNoPairsOfManyColumns) {
  constexpr std::size_t kColumns = 1000;
  KeyStudy study(std::vector<bool>(kColumns, true));
  for (int t = 0; t < 150; ++t) {
    std::vector<std::string> cells(kColumns, "x");
    cells[3] = std::to_string(t % 3);
    cells[700] = std::to_string(t / 3);
    Add(study, "0", cells, "v");
  }
  EXPECT_EQ(study.Distinguishing().size(), kColumns);
}

TEST(KeyStudy, HasNoKeyWhereNothingTellsRowsApart) {
  KeyStudy study({true});
  for (int t = 0; t < 20; ++t) {
    for (int i = 0; i < 3; ++i) Add(study, std::to_string(t), {"x"}, std::to_string(i));
  }
  EXPECT_EQ(study.Decide().kind, Kind::kNone);
  EXPECT_FALSE(study.Explains());
}

}  // namespace
}  // namespace fitd::key_study_test
