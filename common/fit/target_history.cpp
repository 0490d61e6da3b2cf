#include "common/fit/target_history.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "common/checksum.h"

namespace fitd {
namespace {

constexpr char kWithoutLowest = 1;
constexpr char kWithoutRange = 2;      // the lowest value is behind the fixed part
constexpr char kWithoutFractions = 3;  // and what all readings lie between
constexpr char kWithoutSecond = 4;     // and whether one was no whole number
constexpr char kHistoryVersion = 5;    // how many values are remembered stands before them, second bytes behind
constexpr std::size_t kCountBytes = 2;

struct FixedPart {
  std::uint64_t fitted_values;
  std::uint64_t fitted_fingerprint;
  std::uint64_t refits;
  double error_squares;
  double error_count;
};
constexpr std::size_t kFixedBytes = 1 + sizeof(FixedPart);

// The bytes before the last values; 0: of no such version.
std::size_t HeadOf(char version) {
  switch (version) {
    case kWithoutLowest:
      return kFixedBytes;
    case kWithoutRange:
      return kFixedBytes + sizeof(double);
    case kWithoutFractions:
      return kFixedBytes + 3 * sizeof(double);
    case kWithoutSecond:
      return kFixedBytes + 3 * sizeof(double) + 1;
    case kHistoryVersion:
      return kFixedBytes + 3 * sizeof(double) + 1 + kCountBytes;
    default:
      return 0;
  }
}

// The bits of a value, with one zero and one NaN.
std::uint64_t BitsOf(double value) {
  return std::isnan(value) ? ~std::uint64_t{0} : std::bit_cast<std::uint64_t>(value + 0.0);
}

struct TwoBytes {
  char first, second;
};

TwoBytes BytesOf(double value) {
  std::uint64_t bits = BitsOf(value);  // mixed as splitmix64 does
  bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
  return {static_cast<char>(bits >> 56U), static_cast<char>(bits >> 48U)};
}

}  // namespace

void TargetHistory::Remember(std::span<const double> values) {
  for (const double v : values) {
    lowest = v < lowest ? v : lowest;
    SeeReading(v);
  }
  if (values.size() > kMostRemembered) values = values.last(kMostRemembered);
  for (const double v : values) {
    const TwoBytes bytes = BytesOf(v);
    recent.push_back(bytes.first);
    second.push_back(bytes.second);
  }
  for (std::string* remembered : {&recent, &second}) {
    if (remembered->size() > kMostRemembered) remembered->erase(0, remembered->size() - kMostRemembered);
  }
}

void TargetHistory::ForgetFilled(std::span<const GapRun> filled, std::uint64_t size) {
  const TwoBytes none = BytesOf(std::numeric_limits<double>::quiet_NaN());
  for (const GapRun& run : filled) {
    for (std::uint64_t i = run.first; i < std::min<std::uint64_t>(std::uint64_t{run.first} + run.count, size); ++i) {
      const std::uint64_t back = size - 1 - i;
      if (back < recent.size()) recent[recent.size() - 1 - back] = none.first;
      if (back < second.size()) second[second.size() - 1 - back] = none.second;
    }
  }
}

void TargetHistory::SeeReading(double value) {
  least_read = value < least_read ? value : least_read;
  most_read = value > most_read ? value : most_read;
}

std::optional<bool> TargetHistory::Differs(double value, std::uint64_t back) const {
  if (back >= recent.size()) return std::nullopt;
  const TwoBytes bytes = BytesOf(value);
  if (recent[recent.size() - 1 - back] != bytes.first) return true;
  return back < second.size() && second[second.size() - 1 - back] != bytes.second;
}

bool TargetHistory::WasMissing(std::uint64_t back) const {
  return !Differs(std::numeric_limits<double>::quiet_NaN(), back).value_or(true);
}

TargetHistory HistoryOf(std::span<const double> values) {
  TargetHistory history;
  history.fitted_values = values.size();
  history.lowest = history.least_read = std::numeric_limits<double>::infinity();
  history.most_read = -std::numeric_limits<double>::infinity();
  history.Remember(values);
  return history;
}

std::uint64_t ExtendFingerprint(std::uint64_t fingerprint, std::span<const double> values) {
  for (const double v : values) {
    const std::uint64_t bits = BitsOf(v);
    fingerprint = Checksum64({reinterpret_cast<const char*>(&bits), sizeof(bits)}, fingerprint);
  }
  return fingerprint;
}

std::string EncodeHistory(const TargetHistory& history) {
  const FixedPart fixed{history.fitted_values, history.fitted_fingerprint, history.refits, history.error_squares,
                        history.error_count};
  std::string bytes(1, kHistoryVersion);
  bytes.append(reinterpret_cast<const char*>(&fixed), sizeof(fixed));
  for (const double number : {history.lowest, history.least_read, history.most_read}) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
  }
  bytes.push_back(history.has_fractions ? 1 : 0);
  const std::size_t count = history.recent.size();
  bytes.push_back(static_cast<char>(count & 0xFFU));
  bytes.push_back(static_cast<char>(count >> 8U));
  return bytes + history.recent + history.second;
}

std::optional<TargetHistory> DecodeHistory(std::string_view bytes) {
  const std::size_t head = bytes.empty() ? 0 : HeadOf(bytes[0]);
  if (head == 0 || bytes.size() < head) return std::nullopt;
  std::size_t count = bytes.size() - head;
  if (bytes[0] == kHistoryVersion) {
    count = static_cast<unsigned char>(bytes[head - 2]) + 256U * static_cast<unsigned char>(bytes[head - 1]);
    if (bytes.size() < head + count || bytes.size() > head + 2 * count) return std::nullopt;
  }
  if (count > TargetHistory::kMostRemembered) return std::nullopt;
  FixedPart fixed;
  std::memcpy(&fixed, bytes.data() + 1, sizeof(fixed));
  TargetHistory history;
  history.fitted_values = fixed.fitted_values;
  history.fitted_fingerprint = fixed.fitted_fingerprint;
  history.refits = static_cast<std::uint32_t>(fixed.refits);
  history.error_squares = fixed.error_squares;
  history.error_count = fixed.error_count;
  std::size_t at = kFixedBytes;
  for (double* number : {&history.lowest, &history.least_read, &history.most_read}) {
    if (at >= head) break;
    std::memcpy(number, bytes.data() + at, sizeof(*number));
    at += sizeof(*number);
  }
  history.has_fractions = bytes[0] >= kWithoutSecond && bytes[at] != 0;
  history.recent = bytes.substr(head, count);
  history.second = bytes.substr(head + count);
  return history;
}

}  // namespace fitd
