#include "common/fit/target_history.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "common/checksum.h"

namespace fitd {
namespace {

constexpr char kWithoutLowest = 1;
constexpr char kHistoryVersion = 2;  // the lowest value is behind the fixed part

struct FixedPart {
  std::uint64_t fitted_values;
  std::uint64_t fitted_fingerprint;
  std::uint64_t refits;
  double error_squares;
  double error_count;
};
constexpr std::size_t kFixedBytes = 1 + sizeof(FixedPart);
constexpr std::size_t kBytesWithLowest = kFixedBytes + sizeof(double);

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
  for (const double v : values) lowest = v < lowest ? v : lowest;
  if (values.size() > kMostRemembered) values = values.last(kMostRemembered);
  for (const double v : values) recent.push_back(ByteOf(v));
  if (recent.size() > kMostRemembered) recent.erase(0, recent.size() - kMostRemembered);
}

std::optional<bool> TargetHistory::Differs(double value, std::uint64_t back) const {
  if (back >= recent.size()) return std::nullopt;
  return recent[recent.size() - 1 - back] != ByteOf(value);
}

TargetHistory HistoryOf(std::span<const double> values) {
  TargetHistory history;
  history.fitted_values = values.size();
  history.lowest = std::numeric_limits<double>::infinity();
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
  bytes.append(reinterpret_cast<const char*>(&history.lowest), sizeof(history.lowest));
  return bytes + history.recent;
}

std::optional<TargetHistory> DecodeHistory(std::string_view bytes) {
  if (bytes.empty() || (bytes[0] != kHistoryVersion && bytes[0] != kWithoutLowest)) return std::nullopt;
  const std::size_t head = bytes[0] == kHistoryVersion ? kBytesWithLowest : kFixedBytes;
  if (bytes.size() < head || bytes.size() > head + TargetHistory::kMostRemembered) return std::nullopt;
  FixedPart fixed;
  std::memcpy(&fixed, bytes.data() + 1, sizeof(fixed));
  TargetHistory history;
  history.fitted_values = fixed.fitted_values;
  history.fitted_fingerprint = fixed.fitted_fingerprint;
  history.refits = static_cast<std::uint32_t>(fixed.refits);
  history.error_squares = fixed.error_squares;
  history.error_count = fixed.error_count;
  if (head == kBytesWithLowest) std::memcpy(&history.lowest, bytes.data() + kFixedBytes, sizeof(history.lowest));
  history.recent = bytes.substr(head);
  return history;
}

}  // namespace fitd
