// Rows that are found by their key, where damage has hidden them.
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "common/checksum.h"
#include "daemon/store/detector_table.h"
#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::hidden_rows_test {
namespace {

std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Calls `look` with a copy of the store for each place of `text` in it, which is bent there.
void BendEvery(const std::string& path, const std::string& copy, std::string_view text,
               const std::function<void()>& look) {
  const std::string whole = BytesOf(path);
  int places = 0;
  for (std::size_t at = whole.find(text); at != std::string::npos; at = whole.find(text, at + 1), ++places) {
    SCOPED_TRACE(at);
    std::string bent = whole;
    bent[at + 1] ^= 1;
    std::ofstream(copy, std::ios::binary) << bent;
    look();
  }
  EXPECT_GT(places, 0);
}

TEST_F(ModelStore, ATargetThatDamageHidesIsNotTakenForUnknown) {
  MakeStore(path_, 1);
  const std::string copy = dir_.File("copy.db");
  std::string id;
  ASSERT_OK(OpenOrDie(path_, Store::Mode::kRead).ForEachTarget(1, {}, [&id](const TargetRecord& target) {
    if (target.index == 7) id = target.id;
    return OkStatus();
  }));
  ASSERT_FALSE(id.empty());
  std::size_t hidden = 0;
  BendEvery(path_, copy, id, [&] {
    const Store store = OpenOrDie(copy, Store::Mode::kRead);
    TargetFilter filter;
    filter.ids = {id};
    std::size_t found = 0;
    for (int again = 0; again < 2; ++again) {
      found = 0;
      const Status status = store.ForEachTarget(1, filter, [&found](const TargetRecord&) {
        ++found;
        return OkStatus();
      });
      EXPECT_EQ(status.code(), found == 0 ? StatusCode::kCorrupt : StatusCode::kOk) << status.message();
    }
    hidden += found == 0;
    filter.ids = {"nobody"};  // the others are looked at once, whether or not they are sound
    const Status status = store.ForEachTarget(1, filter, [](const TargetRecord&) { return OkStatus(); });
    EXPECT_EQ(status.ok(), found == 1) << status.message();
  });
  EXPECT_EQ(hidden, 1U);
}

TEST_F(ModelStore, ADetectorThatDamageHidesIsNotTakenForNew) {
  {
    const Store store = OpenOrDie(path_, Store::Mode::kCreate);
    Result<DetectorTable> detectors = DetectorTable::Begin(store);
    ASSERT_OK(detectors.status());
    for (int i = 0; i < 20; ++i) {
      ASSERT_OK(
          detectors->Put("host-" + std::to_string(100 + i), {1, 1000, std::string(300, 's') + std::to_string(i)}));
    }
    ASSERT_OK(detectors->Commit());
  }
  const std::string copy = dir_.File("copy.db");
  int places = 0;
  BendEvery(path_, copy, "host-107", [&] {
    ++places;
    const Store store = OpenOrDie(copy, Store::Mode::kWrite);
    Result<DetectorTable> detectors = DetectorTable::Begin(store);
    ASSERT_OK(detectors.status());
    EXPECT_EQ(detectors->Get("host-107").status().code(), StatusCode::kCorrupt);
  });
  EXPECT_EQ(places, 2);  // in the table and in its index
  const Store store = OpenOrDie(path_, Store::Mode::kWrite);
  Result<DetectorTable> detectors = DetectorTable::Begin(store);
  ASSERT_OK(detectors.status());
  const auto missing = detectors->Get("nobody");
  EXPECT_TRUE(missing.ok() && !missing->has_value());
  const auto found = detectors->Get("host-107");
  EXPECT_TRUE(found.ok() && found->has_value());
}

TEST_F(ModelStore, AnEditedDetectorIsCaughtAndOneOfAnEarlierReleaseRead) {
  {
    const Store store = OpenOrDie(path_, Store::Mode::kCreate);
    Result<DetectorTable> detectors = DetectorTable::Begin(store);
    ASSERT_OK(detectors.status());
    for (const char* id : {"a", "b", "c", "d", "e"}) ASSERT_OK(detectors->Put(id, {1, 1000, "state"}));
    ASSERT_OK(detectors->Commit());
  }
  const auto state = static_cast<std::int64_t>(Checksum64("state"));
  Sql(path_, "UPDATE detectors SET run = 2 WHERE id = 'a'; UPDATE detectors SET time = 2 WHERE id = 'b';" +
                 std::string("UPDATE detectors SET state = x'00' WHERE id = 'c';") +
                 "UPDATE detectors SET checksum = " + std::to_string(state) + " WHERE id = 'd'");
  const Store store = OpenOrDie(path_, Store::Mode::kWrite);
  Result<DetectorTable> detectors = DetectorTable::Begin(store);
  ASSERT_OK(detectors.status());
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(detectors->Get(id).status().code(), StatusCode::kCorrupt) << id;
  for (const char* id : {"d", "e"}) EXPECT_TRUE(detectors->Get(id).ok()) << id;
}

TEST_F(ModelStore, LastValuesThatDamageHidesAreNotTakenForNone) {
  {
    Store store = OpenOrDie(path_, Store::Mode::kCreate);
    for (const bool kept : {true, false}) {
      const std::int64_t run = *store.BeginRun(SampleHeader(30, kept ? "first" : "second"), kSampleNow);
      SampleBatch batch;
      for (std::uint64_t i = 0; i < 30; ++i) batch.Add(i, "host-" + std::to_string(100 + i), {SampleOutcome(0)});
      for (TargetRecord& record : batch.records()) record.last_values = kept ? std::string_view("kept bytes") : "";
      ASSERT_OK(store.Append(run, batch.records()));
      ASSERT_OK(store.FinishRun(run, 30, "{}", 10, kSampleNow));
    }
  }
  const auto read = [](const std::string& path, std::int64_t run, std::vector<std::string> ids) {
    TargetFilter filter;
    filter.with_last_values = true;
    filter.ids = std::move(ids);
    return OpenOrDie(path, Store::Mode::kRead).ForEachTarget(run, filter, [run](const TargetRecord& target) {
      EXPECT_EQ(target.last_values, run == 1 ? "kept bytes" : "");
      return OkStatus();
    });
  };
  for (const std::int64_t run : {1, 2}) ASSERT_OK(read(path_, run, {}));
  ASSERT_OK(OpenOrDie(path_, Store::Mode::kRead).CheckLastValues());
  const std::string copy = dir_.File("copy.db");
  for (const char* loss : {"DELETE FROM last_values WHERE key = ((1 << 32) + 7) << 8", "DELETE FROM last_values",
                           "DROP TABLE last_values"}) {
    std::filesystem::copy_file(path_, copy, std::filesystem::copy_options::overwrite_existing);
    Sql(copy, loss);
    EXPECT_EQ(read(copy, 1, {"host-107"}).code(), StatusCode::kCorrupt) << loss;
    EXPECT_EQ(OpenOrDie(copy, Store::Mode::kRead).CheckRun(1).code(), StatusCode::kCorrupt) << loss;
    ASSERT_OK(read(copy, 2, {}));
  }
  const std::string bytes = BytesOf(path_);
  const std::size_t page = bytes.rfind("kept bytes") / 4096;
  ZeroPage(path_, page);
  EXPECT_EQ(read(path_, 1, {}).code(), StatusCode::kCorrupt);
  EXPECT_EQ(read(path_, 1, {"host-107"}).code(), StatusCode::kCorrupt);
  EXPECT_EQ(OpenOrDie(path_, Store::Mode::kRead).CheckLastValues().code(), StatusCode::kCorrupt);
  ASSERT_OK(read(path_, 2, {}));  // has none, and its note says so
}

}  // namespace
}  // namespace fitd::hidden_rows_test
