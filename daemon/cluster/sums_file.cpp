#include "daemon/cluster/sums_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/archive.h"
#include "common/atomic_file.h"
#include "common/checksum.h"

namespace fitd {
namespace {

constexpr std::string_view kSumsMark = "fitd-sums 2\n";
constexpr std::size_t kChecksumBytes = sizeof(std::uint64_t);

// As it is archived.
struct Body {
  std::string fingerprint;
  std::uint64_t superblocks = 0;
  std::uint64_t targets = 0;
  std::uint64_t first = 0;
  std::vector<std::vector<std::vector<double>>> sums;  // by superblock, by season

  template <class Archive>
  void serialize(Archive& archive) {
    archive(fingerprint, superblocks, targets, first, sums);
  }
};

}  // namespace

Status WriteSumsFile(const std::string& path, const SumsFile& file) {
  Body body{file.fingerprint, file.superblocks, file.targets, file.first, {}};
  for (const SeasonSums& superblock : file.sums) {
    auto& seasons = body.sums.emplace_back();
    for (const auto& [season, sums] : superblock) seasons.emplace_back(sums.data().begin(), sums.data().end());
  }
  const std::string archive = Encode(body);
  const std::uint64_t checksum = Checksum64(archive);
  std::string bytes(kSumsMark);
  bytes.append(reinterpret_cast<const char*>(&checksum), kChecksumBytes);
  return WriteWholeFile(path, bytes + archive);
}

Result<SumsFile> ReadSumsFile(const std::string& path) {
  FITD_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path));
  const Status wrong(StatusCode::kCorrupt, path + ": no sums that fitd sums wrote, or damaged");
  if (!bytes.starts_with(kSumsMark) || bytes.size() < kSumsMark.size() + kChecksumBytes) return wrong;
  std::uint64_t checksum = 0;
  std::memcpy(&checksum, bytes.data() + kSumsMark.size(), kChecksumBytes);
  const std::string_view archive = std::string_view(bytes).substr(kSumsMark.size() + kChecksumBytes);
  if (Checksum64(archive) != checksum) return wrong;
  Body body;
  FITD_RETURN_IF_ERROR(Decode(archive, body, path));
  SumsFile file{std::move(body.fingerprint), body.superblocks, body.targets, body.first, {}};
  for (auto& superblock : body.sums) {
    SeasonSums& seasons = file.sums.emplace_back();
    for (auto& data : superblock) {
      std::optional<PooledArSums> sums = PooledArSums::FromData(std::move(data));
      if (!sums) return Status(StatusCode::kCorrupt, path + ": sums of another version of fitd; make them again");
      const int season = sums->options().season;
      seasons.emplace(season, *std::move(sums));
    }
  }
  return file;
}

Result<GlobalFile> MergeSumsFiles(const std::vector<std::string>& paths) {
  // Two rounds: which file has which superblocks, then their sums in order.
  struct Range {
    std::uint64_t first = 0, end = 0;
    std::string path;
  };
  std::vector<Range> ranges;
  std::string fingerprint;
  std::uint64_t superblocks = 0;
  std::uint64_t targets = 0;
  for (const std::string& path : paths) {
    FITD_ASSIGN_OR_RETURN(const SumsFile file, ReadSumsFile(path));
    if (ranges.empty()) {
      fingerprint = file.fingerprint;
      superblocks = file.superblocks;
      targets = file.targets;
    }
    if (file.fingerprint != fingerprint || file.superblocks != superblocks || file.targets != targets) {
      return Status(StatusCode::kInvalidInput, paths.front() + " and " + path + " are sums of other data or options");
    }
    ranges.push_back({file.first, file.first + file.sums.size(), path});
  }
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return std::pair(a.first, a.end) < std::pair(b.first, b.end); });
  SeasonSums total;
  std::uint64_t next = 0;
  for (const Range& range : ranges) {
    if (range.first == range.end) continue;  // a shard of few targets has none
    if (range.first < next) {
      return Status(StatusCode::kInvalidInput,
                    fmt::format("{} has sums of superblock {} that another file has; name each shard once", range.path,
                                range.first));
    }
    if (range.first > next) break;
    FITD_ASSIGN_OR_RETURN(SumsFile file, ReadSumsFile(range.path));
    for (const SeasonSums& sums : file.sums) MergeSums(total, sums);
    next = range.end;
  }
  if (next != superblocks) {
    return Status(StatusCode::kInvalidInput,
                  fmt::format("the sums of superblock {} of {} are missing; make them with `fitd sums --shard I/N`",
                              next, superblocks));
  }
  return GlobalFile{fingerprint, SolveSums(total, targets)};
}

}  // namespace fitd
