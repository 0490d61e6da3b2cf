#include "ipc/result_ring.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <thread>

namespace fitd::result_ring_test {
namespace {

struct Ring {
  explicit Ring(std::size_t bytes)
      : memory(bytes), writer(&page, memory), reader(&page, std::span<const std::byte>(memory)) {}
  ControlPage page{};
  std::vector<std::byte> memory;
  RingWriter writer;
  RingReader reader;
  std::vector<ResultRecord> got;
};

TEST(ResultRing, RecordsComeOutAsTheyWentIn) {
  Ring ring(4096);
  ASSERT_TRUE(ring.writer.TryAppend({3, 0, 0.5, "alpha"}));
  ASSERT_TRUE(ring.writer.TryAppend({3, 1, 0.25, ""}));
  ASSERT_TRUE(ring.reader.Drain(ring.got).ok());
  ASSERT_EQ(ring.got.size(), 2U);
  EXPECT_EQ(ring.got[0].bytes, "alpha");
  EXPECT_EQ(ring.got[0].chunk, 3U);
  EXPECT_EQ(ring.got[0].seconds, 0.5);
  EXPECT_EQ(ring.got[1].position, 1U);
  ASSERT_TRUE(ring.reader.Drain(ring.got).ok());
  EXPECT_TRUE(ring.got.empty());
}

TEST(ResultRing, WrapsAroundManyTimes) {
  Ring ring(1024);
  std::mt19937 random(3);
  std::uint32_t written = 0, read = 0;
  while (read < 5000) {
    const std::string bytes(random() % 300, static_cast<char>('a' + written % 26));
    if (ring.writer.TryAppend({1, written, 0, bytes})) {
      ++written;
    } else {
      ASSERT_TRUE(ring.reader.Drain(ring.got).ok());
      ASSERT_FALSE(ring.got.empty()) << "full and nothing to take";
      for (const ResultRecord& record : ring.got) {
        ASSERT_EQ(record.position, read);
        ASSERT_EQ(record.bytes, std::string(record.bytes.size(), static_cast<char>('a' + read % 26)));
        ++read;
      }
    }
  }
}

TEST(ResultRing, ARecordOfHalfTheRingAlwaysFitsAnEmptyOne) {
  for (std::size_t offset = 0; offset < 40; ++offset) {
    Ring ring(4096);
    for (std::size_t i = 0; i < offset; ++i) {
      ASSERT_TRUE(ring.writer.TryAppend({1, 0, 0, "0123456789"}));
      ASSERT_TRUE(ring.reader.Drain(ring.got).ok());
    }
    ASSERT_LE(RingWriter::RingBytesFor(2000), 4096U);
    ASSERT_TRUE(ring.writer.TryAppend({1, 1, 0, std::string(2000, 'x')})) << offset;
    ASSERT_TRUE(ring.reader.Drain(ring.got).ok());
    EXPECT_EQ(ring.got.back().bytes.size(), 2000U);
  }
}

TEST(ResultRing, WhatIsNotPublishedIsNotThere) {
  Ring ring(4096);
  ASSERT_TRUE(ring.writer.TryAppend({1, 0, 0, "whole"}));
  std::memset(ring.memory.data() + 64, 0xee, 100);  // a record that was being written when its writer died
  ASSERT_TRUE(ring.reader.Drain(ring.got).ok());
  EXPECT_EQ(ring.got.size(), 1U);
}

TEST(ResultRing, AnyFlippedByteOfAPublishedRecordIsFound) {
  for (std::size_t at = 0; at < 32 + 20; ++at) {
    Ring ring(4096);
    ASSERT_TRUE(ring.writer.TryAppend({1, 0, 0.5, "good"}));
    ASSERT_TRUE(ring.writer.TryAppend({1, 1, 0.5, "twenty bytes of text"}));
    ring.memory[64 + at] ^= std::byte{0x10};
    EXPECT_EQ(ring.reader.Drain(ring.got).code(), StatusCode::kCorrupt) << "byte " << at;
    ASSERT_EQ(ring.got.size(), 1U);
    EXPECT_EQ(ring.got[0].bytes, "good");
  }
}

TEST(ResultRing, ImpossiblePositionsAreLies) {
  for (const std::uint64_t committed : {std::uint64_t{4096 + 32}, std::uint64_t{7}, ~std::uint64_t{0} - 31}) {
    Ring ring(4096);
    ring.page.committed = committed;
    EXPECT_EQ(ring.reader.Drain(ring.got).code(), StatusCode::kCorrupt);
  }
}

TEST(ResultRing, AWorkerThatMovesTheReadersMarkHarmsOnlyItself) {
  Ring ring(4096);
  ASSERT_TRUE(ring.writer.TryAppend({1, 0, 0, "first"}));
  ring.page.consumed = 12345;
  ASSERT_TRUE(ring.reader.Drain(ring.got).ok());
  EXPECT_EQ(ring.got[0].bytes, "first");
  EXPECT_EQ(ring.page.consumed.load(), 64U);
}

TEST(ResultRing, RandomBytesAreRefusedNotCrashedOn) {
  std::mt19937 random(11);
  for (int i = 0; i < 3000; ++i) {
    Ring ring(1024);
    for (std::byte& b : ring.memory) b = static_cast<std::byte>(random() % 4 == 0 ? 0xff : random());
    if (random() % 2 == 0) {
      const std::uint32_t small = random() % 64;
      std::memcpy(ring.memory.data(), &small, sizeof(small));
    }
    ring.page.committed = 32 * (random() % 40);
    if (!ring.reader.Drain(ring.got).ok()) continue;
    EXPECT_TRUE(ring.got.empty());
  }
}

TEST(ResultRing, ManyRecordsPassBetweenTwoThreads) {
  Ring ring(8192);
  constexpr std::uint32_t kRecords = 100'000;
  std::thread writer([&ring] {
    for (std::uint32_t i = 0; i < kRecords; ++i) {
      const std::string bytes = std::to_string(i);
      while (!ring.writer.TryAppend({1, i, 0, bytes})) std::this_thread::yield();
    }
  });
  std::uint32_t next = 0;
  Status status;
  while (next < kRecords && status.ok()) {
    status = ring.reader.Drain(ring.got);
    for (const ResultRecord& record : ring.got) EXPECT_EQ(record.bytes, std::to_string(next++));
    if (ring.got.empty()) std::this_thread::yield();
  }
  writer.join();
  EXPECT_TRUE(status.ok()) << status.message();
}

TEST(ProgressWord, SurvivesPacking) {
  for (const ProgressWord word : {ProgressWord{0, std::nullopt, false}, ProgressWord{7, 0, false},
                                  ProgressWord{0xffffffff, 4095, true}, ProgressWord{1, std::nullopt, true},
                                  ProgressWord{3, 0, false, true}, ProgressWord{3, (1U << 30) - 2, true, true}}) {
    const ProgressWord back = ProgressWord::Unpack(word.Pack());
    EXPECT_EQ(back.chunk, word.chunk);
    EXPECT_EQ(back.position, word.position);
    EXPECT_EQ(back.waiting_for_parent, word.waiting_for_parent);
    EXPECT_EQ(back.coming_up, word.coming_up);
  }
}

}  // namespace
}  // namespace fitd::result_ring_test
