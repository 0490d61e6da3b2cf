// Identifies data and options, so that a run that would give the same models is recognised and only changed targets are
// tried again. XXH3; not a defence against forgery. Daemon, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/series/series.h"

namespace fitd {

// Identifies id, grid and values of a target.
std::uint64_t FingerprintTarget(const SeriesView& series);
// Does so for each target, by frame index.
std::vector<std::uint64_t> FingerprintTargets(const Frame& frame);
// Identifies the whole frame, its column names and the options: 32 hex digits.
std::string FingerprintRun(const Frame& frame, std::span<const std::uint64_t> targets, std::string_view options);
// Identifies any text: 16 hex digits.
std::string FingerprintText(std::string_view text);

}  // namespace fitd
