#include "daemon/train/kept_sums.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>

#include "common/checksum.h"
#include "common/fit/stage_tasks.h"
#include "common/process/log.h"

namespace fitd {
namespace {

// Fingerprint of all that sums depend on besides the data: seasons, horizon, and the version of fitd, which detects
// seasons.
std::uint64_t FingerprintOf(const LocalFitOptions& options) {
  const std::string seasons = options.seasons ? fmt::format("{}", fmt::join(*options.seasons, ",")) : "auto";
  return Checksum64(fmt::format("{} {} {}", FITD_VERSION, seasons, options.horizon));
}

}  // namespace

KeptSums::KeptSums(Store& store, const std::vector<std::uint64_t>& targets, const LocalFitOptions& options, bool read)
    : store_(store), read_(read) {
  const std::uint64_t seed = FingerprintOf(options);
  const std::span<const std::uint64_t> all = targets;
  for (std::size_t first = 0; first < all.size(); first += kSuperblockTargets) {
    const auto some = all.subspan(first, std::min<std::size_t>(kSuperblockTargets, all.size() - first));
    fingerprints_.push_back(Checksum64({reinterpret_cast<const char*>(some.data()), some.size_bytes()}, seed));
  }
}

bool KeptSums::Has(std::uint64_t superblock) const {
  return read_ && size() > 1 && store_.GetBlockSums(superblock, fingerprints_[superblock]).ok();
}

Result<std::optional<SeasonSums>> KeptSums::Get(std::uint64_t superblock) const {
  if (!read_ || size() <= 1) return std::optional<SeasonSums>();
  const Result<std::string> bytes = store_.GetBlockSums(superblock, fingerprints_[superblock]);
  if (bytes.status().code() == StatusCode::kNotFound) return std::optional<SeasonSums>();
  Result<std::vector<PooledArSums>> sums =
      bytes.ok() ? DecodeBlockSums(*bytes) : Result<std::vector<PooledArSums>>(bytes.status());
  if (sums.status().code() == StatusCode::kCorrupt) {
    Log(LogLevel::kWarning, sums.status().message() + "; they are made again");
    return std::optional<SeasonSums>();
  }
  FITD_RETURN_IF_ERROR(sums.status());
  SeasonSums by_season;
  for (PooledArSums& one : *sums) by_season.emplace(one.options().season, std::move(one));
  return std::optional(std::move(by_season));
}

Status KeptSums::Put(std::uint64_t superblock, const SeasonSums& sums) {
  if (size() <= 1) return {};
  std::vector<PooledArSums> all;
  for (const auto& [season, one] : sums) all.push_back(one);
  return store_.PutBlockSums(superblock, fingerprints_[superblock], EncodeBlockSums(all));
}

}  // namespace fitd
