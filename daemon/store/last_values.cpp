#include "daemon/store/last_values.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace fitd {
namespace {

constexpr std::uint8_t kFloats = 255;
constexpr int kMostPlaces = 9;
constexpr double kMostDigits = 1e15;  // integers below it, and their differences, are exact in a double
constexpr std::array<double, kMostPlaces + 1> kPowers = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

// The least number of decimal places that represents every value exactly; -1: there is none.
int DecimalPlaces(std::span<const double> values) {
  int places = 0;
  for (const double v : values) {
    while (true) {
      const double scaled = v * kPowers[static_cast<std::size_t>(places)];
      if (!(std::abs(scaled) < kMostDigits)) return -1;  // NaN too
      if (std::nearbyint(scaled) / kPowers[static_cast<std::size_t>(places)] == v) break;
      if (++places > kMostPlaces) return -1;
    }
  }
  return places;
}

void AppendVarint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

std::optional<std::uint64_t> ReadVarint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

std::uint64_t ZigZag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t UnZigZag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

}  // namespace

std::string PackLastValues(std::span<const double> values) {
  std::string out;
  const int places = DecimalPlaces(values);
  out.push_back(static_cast<char>(places < 0 ? kFloats : places));
  AppendVarint(out, values.size());
  if (places < 0) {
    for (const double v : values) {
      const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(v));
      for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(bits >> shift));
    }
    return out;
  }
  std::int64_t last = 0;
  for (const double v : values) {
    const auto scaled = static_cast<std::int64_t>(std::nearbyint(v * kPowers[static_cast<std::size_t>(places)]));
    AppendVarint(out, ZigZag(scaled - last));
    last = scaled;
  }
  return out;
}

std::optional<std::vector<double>> UnpackLastValues(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  const auto kind = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  const std::optional<std::uint64_t> count = ReadVarint(bytes);
  if (!count || *count > bytes.size() || (kind != kFloats && kind > kMostPlaces)) return std::nullopt;
  std::vector<double> values;
  values.reserve(*count);
  if (kind == kFloats) {
    if (bytes.size() != 4 * *count) return std::nullopt;
    for (std::size_t i = 0; i < bytes.size(); i += 4) {
      std::uint32_t bits = 0;
      for (std::size_t b = 0; b < 4; ++b) bits |= std::uint32_t{static_cast<unsigned char>(bytes[i + b])} << (8 * b);
      values.push_back(std::bit_cast<float>(bits));
    }
    return values;
  }
  std::uint64_t last = 0;  // unsigned, since damaged bytes may overflow
  for (std::uint64_t i = 0; i < *count; ++i) {
    const std::optional<std::uint64_t> difference = ReadVarint(bytes);
    if (!difference) return std::nullopt;
    last += static_cast<std::uint64_t>(UnZigZag(*difference));
    values.push_back(static_cast<double>(static_cast<std::int64_t>(last)) / kPowers[kind]);
  }
  if (!bytes.empty()) return std::nullopt;
  return values;
}

std::uint64_t DefaultLastValues(std::uint64_t num_targets) {
  return std::clamp(kLastValuesBudget / std::max<std::uint64_t>(num_targets, 1), kFewestLastValues, kMostLastValues);
}

}  // namespace fitd
