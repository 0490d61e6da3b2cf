#include "common/fit/model_archive.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <limits>
#include <random>

#include "common/checksum.h"
#include "tests/support/store_samples.h"

namespace fitd::model_archive_test {
namespace {

std::uint64_t Bits(double value) {
  return std::bit_cast<std::uint64_t>(value);
}

FitOutcome AwkwardOutcome() {
  FitOutcome outcome = SampleOutcome(3);
  outcome.status = FitStatus::kFallback;
  outcome.reason = std::string("quote \" newline \n NUL \0 bytes \xff", 30);
  outcome.evaluations = UINT32_MAX;
  outcome.model.num_observations = UINT64_MAX;
  outcome.model.criteria.loglik = std::bit_cast<double>(0x7ff4dead'beef0001ULL);  // a signalling NaN with a payload
  outcome.model.criteria.aic = -std::numeric_limits<double>::infinity();
  outcome.model.criteria.bic = -0.0;
  outcome.model.criteria.sigma2 = std::numeric_limits<double>::denorm_min();
  outcome.model.states.push_back({"", {}});
  outcome.model.states.push_back({std::string(300, 'n'), std::vector<double>(2000, std::nan("7"))});
  outcome.model.payload = std::string("\0\1\2\xff", 4);
  return outcome;
}

TEST(ModelArchive, KeepsEveryBitOfAnOutcome) {
  const FitOutcome before = AwkwardOutcome();
  const std::string bytes = EncodeOutcome(before);
  const Result<FitOutcome> after = DecodeOutcome(bytes);
  ASSERT_TRUE(after.ok()) << after.status().message();
  EXPECT_EQ(after->status, before.status);
  EXPECT_EQ(after->reason, before.reason);
  EXPECT_EQ(after->evaluations, before.evaluations);
  EXPECT_EQ(after->model.algorithm, before.model.algorithm);
  EXPECT_EQ(after->model.spec, before.model.spec);
  EXPECT_EQ(after->model.num_observations, before.model.num_observations);
  EXPECT_EQ(Bits(after->model.criteria.loglik), Bits(before.model.criteria.loglik));
  EXPECT_EQ(Bits(after->model.criteria.aic), Bits(before.model.criteria.aic));
  EXPECT_EQ(Bits(after->model.criteria.bic), Bits(before.model.criteria.bic));
  EXPECT_EQ(Bits(after->model.criteria.sigma2), Bits(before.model.criteria.sigma2));
  ASSERT_EQ(after->model.parameters.size(), 3U);
  EXPECT_EQ(after->model.parameters[2].name, "m");
  ASSERT_EQ(after->model.states.size(), 4U);
  EXPECT_EQ(after->model.states[3].values.size(), 2000U);
  EXPECT_EQ(Bits(after->model.states[3].values[1999]), Bits(std::nan("7")));
  EXPECT_EQ(after->model.payload, before.model.payload);
  EXPECT_EQ(EncodeOutcome(*after), bytes);
}

TEST(ModelArchive, HeaderIsTheBeginningOfTheOutcome) {
  const FitOutcome outcome = AwkwardOutcome();
  const Result<OutcomeHeader> header = DecodeOutcomeHeader(EncodeOutcome(outcome));
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->status, outcome.status);
  EXPECT_EQ(header->reason, outcome.reason);
  EXPECT_EQ(header->algorithm, "ets");
  EXPECT_EQ(header->spec, "A,Ad,M");
  EXPECT_EQ(header->num_observations, UINT64_MAX);
  EXPECT_EQ(Bits(header->criteria.loglik), Bits(outcome.model.criteria.loglik));
}

TEST(ModelArchive, AModelAloneComesBack) {
  const Model model = SampleOutcome(5, "theta").model;
  const std::string bytes = EncodeModel(model);
  const Result<Model> after = DecodeModel(bytes);
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(EncodeModel(*after), bytes);
  EXPECT_EQ(after->algorithm, "theta");
}

// A format that is stored must not drift: these bytes are version 1 for ever.
TEST(ModelArchive, TheBytesOfVersionOneAreFixed) {
  FitOutcome outcome;
  outcome.status = FitStatus::kConstant;
  outcome.reason = "c";
  outcome.evaluations = 300;
  outcome.model.algorithm = "mean";
  outcome.model.num_observations = 2;
  outcome.model.criteria = {1, 2, 3, 4, 5};
  outcome.model.parameters = {{"a", -2}};
  outcome.model.states = {{"l", {0.5}}};
  outcome.model.payload = "p";
  const auto f64 = [](double value) {
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &value, 8);  // this test runs on a little-endian machine
    return bytes;
  };
  const std::string expected = std::string(
                                   "\x01\x01\x03\x01"
                                   "c\xac\x02\x04mean\x00\x02",
                                   14) +
                               f64(1) + f64(2) + f64(3) + f64(4) + f64(5) +
                               "\x01\x01"
                               "a" +
                               f64(-2) + "\x01\x01l\x01" + f64(0.5) + "\x01p";
  EXPECT_EQ(EncodeOutcome(outcome), expected);
}

TEST(ModelArchive, TruncationAnywhereIsCorrupt) {
  const std::string bytes = EncodeOutcome(SampleOutcome(1));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Result<FitOutcome> outcome = DecodeOutcome(bytes.substr(0, size));
    ASSERT_FALSE(outcome.ok()) << size;
    EXPECT_EQ(outcome.status().code(), StatusCode::kCorrupt);
  }
  EXPECT_FALSE(DecodeOutcome(bytes + "x").ok());
}

TEST(ModelArchive, AHugeLengthIsRefusedBeforeAnythingIsAllocated) {
  const std::string head = std::string("\x01\x01\x01", 3);
  for (const std::string& size : {std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10),  // 2^64 - 1
                                  std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10),  // more than 64 bits
                                  std::string("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", 10),  // never ends
                                  std::string("\xff\xff\xff\xff\x0f", 5)}) {                    // 4 GB
    EXPECT_EQ(DecodeOutcome(head + size + std::string(64, 'a')).status().code(), StatusCode::kCorrupt);
  }
}

TEST(ModelArchive, AnotherVersionIsRefused) {
  std::string bytes = EncodeOutcome(SampleOutcome(1));
  bytes[1] = 2;
  const Status status = DecodeOutcome(bytes).status();
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_NE(status.message().find("version 2"), std::string::npos) << status.message();
}

// Whatever happens to the bytes, decoding ends with an outcome that encodes to the same bytes, or with kCorrupt.
TEST(ModelArchive, MutatedBytesNeverDoHarm) {
  std::mt19937_64 random(20240301);
  const std::string original = EncodeOutcome(AwkwardOutcome()).substr(0, 900) + EncodeOutcome(SampleOutcome(2));
  const std::string small = EncodeOutcome(SampleOutcome(2));
  int decoded = 0;
  for (int round = 0; round < 60000; ++round) {
    std::string bytes = round % 4 == 0 ? original : small;
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int c = 0; c < changes; ++c) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 4) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
          break;
        case 2:
          bytes.erase(at, 1 + random() % 5);
          break;
        default:
          bytes.insert(at, 1, static_cast<char>(random()));
      }
      if (bytes.empty()) bytes = "x";
    }
    const Result<FitOutcome> outcome = DecodeOutcome(bytes);
    (void)DecodeOutcomeHeader(bytes).ok();
    (void)DecodeModel(bytes).ok();
    if (outcome.ok()) {
      ++decoded;
      ASSERT_LE(EncodeOutcome(*outcome).size(), bytes.size());  // a padded LEB128 may become shorter, never longer
    } else {
      ASSERT_EQ(outcome.status().code(), StatusCode::kCorrupt);
    }
  }
  EXPECT_GT(decoded, 1000);  // flips in doubles and names still decode
}

TEST(ModelArchive, ChecksumsAreXxh3WithSeedZero) {
  EXPECT_EQ(Checksum64(""), 0x2d06800538d394c2ULL);  // published test value of XXH3_64bits for no bytes
  EXPECT_NE(Checksum64("a"), Checksum64("b"));
}

}  // namespace
}  // namespace fitd::model_archive_test
