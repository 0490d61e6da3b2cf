#include "common/fit/target_history.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "common/checksum.h"

namespace fitd {
namespace {

constexpr char kWithoutLowest = 1;
constexpr char kWithoutRange = 2;      // the lowest value is behind the fixed part
constexpr char kWithoutFractions = 3;  // and what all readings lie between
constexpr char kHistoryVersion = 4;    // and whether one was no whole number

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
    case kHistoryVersion:
      return kFixedBytes + 3 * sizeof(double) + 1;
    default:
      return 0;
  }
}

// The bits of a value, with one zero and one NaN.
std::uint64_t BitsOf(double value) {
  return std::isnan(value) ? ~std::uint64_t{0} : std::bit_cast<std::uint64_t>(value + 0.0);
}

char ByteOf(double value) {
  std::uint64_t bits = BitsOf(value);  // mixed as splitmix64 does
  bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
  return static_cast<char>(bits >> 56U);
}

}  // namespace

void TargetHistory::Remember(std::span<const double> values) {
  for (const double v : values) {
    lowest = v < lowest ? v : lowest;
    SeeReading(v);
  }
  if (values.size() > kMostRemembered) values = values.last(kMostRemembered);
  for (const double v : values) recent.push_back(ByteOf(v));
  if (recent.size() > kMostRemembered) recent.erase(0, recent.size() - kMostRemembered);
}

void TargetHistory::SeeReading(double value) {
  least_read = value < least_read ? value : least_read;
  most_read = value > most_read ? value : most_read;
}

std::optional<bool> TargetHistory::Differs(double value, std::uint64_t back) const {
  if (back >= recent.size()) return std::nullopt;
  return recent[recent.size() - 1 - back] != ByteOf(value);
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
  return bytes + history.recent;
}

std::optional<TargetHistory> DecodeHistory(std::string_view bytes) {
  const std::size_t head = bytes.empty() ? 0 : HeadOf(bytes[0]);
  if (head == 0 || bytes.size() < head || bytes.size() > head + TargetHistory::kMostRemembered) return std::nullopt;
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
  history.has_fractions = bytes[0] == kHistoryVersion && bytes[head - 1] != 0;
  history.recent = bytes.substr(head);
  return history;
}

}  // namespace fitd
