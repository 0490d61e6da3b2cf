// Fingerprints of data and options, to recognise a run that would give the same models and targets that have changed.
// XXH3; no protection against forgery. Daemon, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/series/series.h"

namespace fitd {

// Of the id, grid and values of a target.
std::uint64_t FingerprintTarget(const SeriesView& series);
// FingerprintTarget of each target, by frame index.
std::vector<std::uint64_t> FingerprintTargets(const Frame& frame);
// Of the whole frame, its column names and the options: 32 hex digits.
std::string FingerprintRun(const Frame& frame, std::span<const std::uint64_t> targets, std::string_view options);
// Of any text: 16 hex digits.
std::string FingerprintText(std::string_view text);

}  // namespace fitd
