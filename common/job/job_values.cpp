#include "common/job/job_values.h"

#include <algorithm>
#include <array>
#include <limits>

#include "common/edit_distance.h"
#include "common/whole_number.h"

namespace fitd {
namespace {

constexpr int kMaxSeason = 1'000'000;
constexpr int kMaxWorkers = 4096;
constexpr std::uint64_t kKeepAll = std::numeric_limits<std::uint64_t>::max();

Status MustBe(std::string_view text, std::string_view rule) {
  return {StatusCode::kUsage, std::string(text) + ": must be " + std::string(rule)};
}

}  // namespace

Result<SeasonChoice> ParseSeasons(std::string_view text) {
  if (text == "auto") return SeasonChoice();
  std::vector<int> seasons;
  for (std::string_view rest = text;;) {
    const std::size_t comma = rest.find(',');
    const std::optional<int> season = ParseWhole(rest.substr(0, comma), 1, kMaxSeason);
    if (!season) return MustBe(text, "auto, a season length from 1 to 1000000, or several with commas");
    if (*season > 1) seasons.push_back(*season);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  std::sort(seasons.begin(), seasons.end());
  seasons.erase(std::unique(seasons.begin(), seasons.end()), seasons.end());
  return SeasonChoice(std::move(seasons));
}

std::string FormatSeasons(const SeasonChoice& seasons) {
  if (!seasons) return "auto";
  std::string text;
  for (const int season : *seasons) text += (text.empty() ? "" : ",") + std::to_string(season);
  return text.empty() ? "1" : text;
}

Result<WorkerCount> ParseWorkerCount(std::string_view text) {
  if (text == "physical") return WorkerCount();
  const WorkerCount count = ParseWhole(text, 0, kMaxWorkers);
  if (!count) return MustBe(text, "physical or a number from 0 to 4096");
  return count;
}

std::string FormatWorkerCount(const WorkerCount& count) {
  return count ? std::to_string(*count) : "physical";
}

Result<ChunkSizePolicy> ParseChunkSize(std::string_view text) {
  if (text == "auto") return ChunkSizePolicy{ChunkSizePolicy::Kind::kAuto, 0};
  if (text == "even") return ChunkSizePolicy{ChunkSizePolicy::Kind::kEven, 0};
  const auto units = ParseWhole<std::uint32_t>(text, 1, std::numeric_limits<std::int32_t>::max());
  if (!units) return MustBe(text, "auto, even or a number of targets from 1");
  return ChunkSizePolicy{ChunkSizePolicy::Kind::kFixed, *units};
}

std::string FormatChunkSize(const ChunkSizePolicy& policy) {
  if (policy.kind == ChunkSizePolicy::Kind::kFixed) return std::to_string(policy.units);
  return policy.kind == ChunkSizePolicy::Kind::kEven ? "even" : "auto";
}

Result<CombineChoice> ParseCombine(std::string_view text) {
  static constexpr std::array<std::string_view, 5> kKnown = {"auto", "median", "mean", "weighted", "none"};
  if (text == "auto") return CombineChoice();
  const CombineChoice rule = FindCombineRule(text);
  if (!rule) return MustBe(text, "one of auto, median, mean, weighted, none" + DidYouMean(text, kKnown));
  return rule;
}

std::string FormatCombine(const CombineChoice& choice) {
  return choice ? std::string(CombineRuleName(*choice)) : "auto";
}

Result<KeepHistory> ParseKeepHistory(std::string_view text) {
  if (text == "auto") return KeepHistory();
  if (text == "all") return KeepHistory(kKeepAll);
  if (text == "none") return KeepHistory(0);
  const auto count = ParseWhole<std::uint64_t>(text, 0, std::numeric_limits<std::int64_t>::max());
  if (!count) return MustBe(text, "a number of values, all, none or auto");
  return KeepHistory(*count);
}

std::string FormatKeepHistory(const KeepHistory& keep) {
  if (!keep) return "auto";
  return *keep == 0 ? "none" : *keep == kKeepAll ? "all" : std::to_string(*keep);
}

}  // namespace fitd
