#include "ipc/chunk_segment.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <random>

#include "ipc/shared_segment.h"

namespace fitd::chunk_segment_test {
namespace {

Frame SmallFrame() {
  Frame frame;
  const std::vector<double> a = {1, 2, 3}, b = {4.5}, c(100, -1.25);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> d = {1, nan, 3};
  frame.Append("a", a, {10, {Step::Unit::kNanosecond, 60}});
  frame.Append(std::string_view("b\0\n\"", 4), b, {-5, {Step::Unit::kMonth, 3}});
  const std::vector<GapRun> filled = {{3, 2}, {7, 1}};
  frame.Append("c", c, {}, filled);
  frame.Append("d", d, {7, {Step::Unit::kNanosecond, 1}});
  frame.Sort();
  return frame;
}

struct Written {
  explicit Written(const Frame& frame, const std::vector<WorkUnit>& units) {
    ChunkWriter writer;
    const std::size_t bytes = writer.Prepare(frame, units);
    segment = SharedSegment::Create("test", bytes, SharedSegment::PeerAccess::kReadOnly).value();
    writer.Write(segment.data());
  }
  std::span<std::byte> bytes() { return {segment.data(), segment.size()}; }
  SharedSegment segment = SharedSegment();
};

TEST(ChunkSegment, SeriesArriveBitForBitAligned) {
  const Frame frame = SmallFrame();
  Written written(frame, {{2, 1}, {0, 2}, {3, 1}});
  ChunkReader reader;
  ASSERT_TRUE(reader.Open(written.bytes()).ok());
  ASSERT_EQ(reader.num_groups(), 3U);
  ASSERT_EQ(reader.group(1).size(), 2U);
  const std::vector<std::uint32_t> order = {2, 0, 1, 3};
  std::size_t at = 0;
  for (std::size_t g = 0; g < 3; ++g) {
    for (const SeriesView& view : reader.group(g)) {
      const SeriesView original = frame[order[at++]];
      EXPECT_EQ(view.id, original.id);
      EXPECT_EQ(view.grid, original.grid);
      EXPECT_TRUE(std::equal(view.filled.begin(), view.filled.end(), original.filled.begin(), original.filled.end()));
      ASSERT_EQ(view.values.size(), original.values.size());
      EXPECT_EQ(std::memcmp(view.values.data(), original.values.data(), view.values.size_bytes()), 0);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(view.values.data()) % 64, 0U);
    }
  }
}

TEST(ChunkSegment, AChunkOfNothingIsAChunk) {
  Written written(SmallFrame(), {});
  ChunkReader reader;
  ASSERT_TRUE(reader.Open(written.bytes()).ok());
  EXPECT_EQ(reader.num_groups(), 0U);
}

TEST(ChunkSegment, AChunkThatClaimsToBeShorterThanItsPrefixIsRefused) {
  Written written(SmallFrame(), {{0, 1}});
  const std::uint64_t archive_bytes = std::uint64_t{1} << 40, total_bytes = 0;
  std::memcpy(written.bytes().data() + 16, &archive_bytes, sizeof(archive_bytes));
  std::memcpy(written.bytes().data() + 24, &total_bytes, sizeof(total_bytes));
  ChunkReader reader;
  EXPECT_EQ(reader.Open(written.bytes()).code(), StatusCode::kCorrupt);
}

TEST(ChunkSegment, MutatedHeadersAreRefusedOrStayInside) {
  const Frame frame = SmallFrame();
  Written written(frame, {{0, 1}, {1, 1}, {2, 2}});
  std::vector<std::byte> good(written.bytes().begin(), written.bytes().end());
  std::mt19937 random(5);
  std::size_t refused = 0;
  for (int i = 0; i < 5000; ++i) {
    alignas(64) std::byte copy[4096];
    std::copy(good.begin(), good.end(), copy);
    for (std::uint32_t k = 0; k <= random() % 3; ++k) copy[random() % 200] = static_cast<std::byte>(random());
    ChunkReader reader;
    const std::span<const std::byte> bytes(copy, good.size());
    if (!reader.Open(bytes).ok()) {
      ++refused;
      continue;
    }
    for (std::size_t g = 0; g < reader.num_groups(); ++g) {
      for (const SeriesView& view : reader.group(g)) {
        const auto* end = reinterpret_cast<const std::byte*>(view.values.data() + view.values.size());
        EXPECT_TRUE(view.values.empty() || end <= copy + good.size());
      }
    }
  }
  EXPECT_GT(refused, 4000U);
}

TEST(SharedSegment, APeerCannotWriteWhatItMayOnlyReadNorShrinkIt) {
  auto segment = SharedSegment::Create("test", 8192, SharedSegment::PeerAccess::kReadOnly);
  ASSERT_TRUE(segment.ok());
  EXPECT_NE(::ftruncate(segment->fd(), 4096), 0);
  EXPECT_NE(::ftruncate(segment->fd(), 16384), 0);
  EXPECT_FALSE(SharedSegment::Map(UniqueFd(::dup(segment->fd())), 8192, SharedSegment::PeerAccess::kReadWrite).ok());
  const auto reader = SharedSegment::Map(UniqueFd(::dup(segment->fd())), 8192, SharedSegment::PeerAccess::kReadOnly);
  ASSERT_TRUE(reader.ok());
  segment->data()[5000] = std::byte{42};
  EXPECT_EQ(reader->data()[5000], std::byte{42});
}

TEST(SharedSegment, WhatIsNotASealedMemfdIsRefused) {
  EXPECT_FALSE(SharedSegment::Map(UniqueFd(), 4096, SharedSegment::PeerAccess::kReadOnly).ok());
  UniqueFd file(::memfd_create("unsealed", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  ASSERT_EQ(::ftruncate(file.get(), 4096), 0);
  EXPECT_FALSE(SharedSegment::Map(std::move(file), 4096, SharedSegment::PeerAccess::kReadOnly).ok());
  const auto small = SharedSegment::Create("small", 4096, SharedSegment::PeerAccess::kReadWrite);
  EXPECT_FALSE(SharedSegment::Map(UniqueFd(::dup(small->fd())), 8192, SharedSegment::PeerAccess::kReadOnly).ok());
}

}  // namespace
}  // namespace fitd::chunk_segment_test
