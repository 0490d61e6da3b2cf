#include "ipc/messages.h"

#include <gtest/gtest.h>

#include <random>

#include "common/archive.h"

namespace fitd::messages_test {
namespace {

std::vector<Message> OneOfEach() {
  return {HelloMessage{4711, 3, 1},
          AttachMessage{1 << 20},
          StageMessage{2, 3, 99},
          ReadyMessage{2},
          StageFailedMessage{2, 3, "no such file"},
          ChunkMessage{7, 1, 4096, 65536},
          ChunkDoneMessage{7, 0.25, 1.5, 1 << 20, 2 << 20},
          ResultsFullMessage{1 << 22},
          ResultsDrainedMessage{1 << 22},
          FinishMessage{}};
}

TEST(Messages, EveryKindSurvivesTheTrip) {
  for (const Message& message : OneOfEach()) {
    const std::string bytes = EncodeMessage(message);
    const Result<Message> decoded = DecodeMessage(bytes);
    ASSERT_TRUE(decoded.ok()) << decoded.status().message();
    EXPECT_EQ(decoded->index(), message.index());
    EXPECT_EQ(EncodeMessage(*decoded), bytes);
  }
}

TEST(Messages, AnotherVersionIsRefusedAndNamed) {
  std::string bytes = EncodeMessage(ReadyMessage{1});
  bytes[0] = static_cast<char>(kProtocolVersion + 1);
  const Result<Message> decoded = DecodeMessage(bytes);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.status().code(), StatusCode::kCorrupt);
  EXPECT_NE(decoded.status().message().find("version " + std::to_string(kProtocolVersion + 1)), std::string::npos);
}

TEST(Messages, AnUnknownKindIsRefused) {
  std::string bytes = EncodeMessage(FinishMessage{});
  bytes[2] = static_cast<char>(std::variant_size_v<Message>);
  EXPECT_EQ(DecodeMessage(bytes).status().code(), StatusCode::kCorrupt);
}

TEST(Messages, EveryPrefixAndEveryTailIsRefused) {
  for (const Message& message : OneOfEach()) {
    const std::string bytes = EncodeMessage(message);
    for (std::size_t n = 0; n < bytes.size(); ++n) {
      EXPECT_EQ(DecodeMessage(bytes.substr(0, n)).status().code(), StatusCode::kCorrupt);
    }
    EXPECT_EQ(DecodeMessage(bytes + "x").status().code(), StatusCode::kCorrupt);
  }
}

TEST(Messages, MutatedMessagesAreDecodedOrRefusedNeverWorse) {
  std::mt19937 random(7);
  std::size_t refused = 0;
  const std::vector<Message> messages = OneOfEach();
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = EncodeMessage(messages[random() % messages.size()]);
    for (std::uint32_t k = 0; k <= random() % 4; ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
    const Result<Message> decoded = DecodeMessage(bytes);
    if (decoded.ok()) {
      EXPECT_EQ(EncodeMessage(*decoded), bytes);
    } else {
      EXPECT_EQ(decoded.status().code(), StatusCode::kCorrupt);
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000U);
}

TEST(Archive, ALengthThatIsNotThereIsFoundBeforeAnythingIsAllocated) {
  // A vector that claims 2^40 doubles: resizing first would take 8 TB.
  std::string bytes = Encode(std::uint64_t{1} << 40) + std::string(64, 'x');
  std::vector<double> numbers;
  const Status status = Decode(bytes, numbers, "numbers");
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_LT(numbers.capacity(), 1000U);
  std::string text;
  EXPECT_EQ(Decode(bytes, text, "text").code(), StatusCode::kCorrupt);
}

TEST(Archive, ATruthValueIsZeroOrOne) {
  bool value = false;
  EXPECT_TRUE(Decode(std::string(1, '\1'), value, "bool").ok());
  EXPECT_TRUE(value);
  EXPECT_EQ(Decode(std::string(1, '\2'), value, "bool").code(), StatusCode::kCorrupt);
}

TEST(Archive, WhatIsLeftOverIsAnError) {
  std::uint32_t value = 0;
  EXPECT_EQ(Decode(Encode(std::uint64_t{1}), value, "number").code(), StatusCode::kCorrupt);
}

}  // namespace
}  // namespace fitd::messages_test
