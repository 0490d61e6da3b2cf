#include "daemon/plan/fingerprint.h"

#include <fmt/format.h>

#include "common/checksum.h"

namespace fitd {
namespace {

template <class T>
std::string_view BytesOf(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

std::uint64_t FingerprintTarget(const SeriesView& series) {
  const std::int64_t grid[] = {series.grid.start, static_cast<std::int64_t>(series.grid.step.unit),
                               series.grid.step.count};
  const std::uint64_t seed = Checksum64(BytesOf(std::span<const std::int64_t>(grid)), Checksum64(series.id));
  std::uint64_t fingerprint = Checksum64(BytesOf(series.values), seed);
  if (!series.rows.empty()) fingerprint = Checksum64(BytesOf(series.rows), fingerprint);
  return series.filled.empty() ? fingerprint : Checksum64(BytesOf(series.filled), fingerprint);
}

std::vector<std::uint64_t> FingerprintTargets(const Frame& frame) {
  std::vector<std::uint64_t> fingerprints(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) fingerprints[i] = FingerprintTarget(frame[i]);
  return fingerprints;
}

std::string FingerprintRun(const Frame& frame, std::span<const std::uint64_t> targets, std::string_view options) {
  std::string names = fmt::format("{}\n{}\n{}\n{}\n", frame.target_column, frame.time_column, frame.value_column,
                                  static_cast<int>(frame.time_format));
  if (!frame.time_pattern.empty() || !frame.time_zone.empty()) {
    names += frame.time_pattern + '\n' + frame.time_zone + '\n';
  }
  const std::uint64_t context = Checksum64(options, Checksum64(names));
  return fmt::format("{:016x}{:016x}", Checksum64(BytesOf(targets), context), Checksum64(BytesOf(targets), ~context));
}

std::string FingerprintText(std::string_view text) {
  return fmt::format("{:016x}", Checksum64(text));
}

}  // namespace fitd
