#include "daemon/store/run_globals.h"

#include <algorithm>
#include <cstring>

#include "common/fit/local_fit.h"

namespace fitd {
namespace {

constexpr std::string_view kAlgorithms = "algorithms";
constexpr std::string_view kPooledAr = "pooled-ar";
constexpr std::string_view kCombination = "combination";
constexpr std::string_view kUserGlobal = "user-global";
constexpr std::string_view kShard = "shard";
const std::string kWithout = "-without-";

// The value stored under `name`; nullopt: there is none.
Result<std::optional<std::string>> Find(const Store& store, std::int64_t run, std::string_view name) {
  Result<std::string> value = store.GetGlobal(run, name);
  if (value.ok()) return std::optional<std::string>(*std::move(value));
  if (value.status().code() == StatusCode::kNotFound) return std::optional<std::string>();
  return value.status();
}

std::string JoinLines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.push_back(text.substr(begin, end - begin));
  }
  return lines;
}

// Format: the mark, then for each regression its count of numbers (8 bytes) and the numbers of PackPooledAr. Stores of
// version 1 have the options that workers received instead, which begin differently.
constexpr std::string_view kRegressionsMark = "pooled-ar 1\n";

}  // namespace

std::string EncodeRegressions(const std::vector<PooledArGlobal>& globals) {
  std::string bytes(kRegressionsMark);
  for (const PooledArGlobal& global : globals) {
    const std::vector<double> numbers = PackPooledAr(global);
    const std::uint64_t count = numbers.size();
    bytes.append(reinterpret_cast<const char*>(&count), sizeof(count));
    bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double));
  }
  return bytes;
}

std::optional<std::vector<PooledArGlobal>> DecodeRegressions(std::string_view bytes) {
  if (!bytes.starts_with(kRegressionsMark)) return std::nullopt;
  bytes.remove_prefix(kRegressionsMark.size());
  std::vector<PooledArGlobal> globals;
  while (!bytes.empty()) {
    std::uint64_t count = 0;
    if (bytes.size() < sizeof(count)) return std::nullopt;
    std::memcpy(&count, bytes.data(), sizeof(count));
    bytes.remove_prefix(sizeof(count));
    if (count > bytes.size() / sizeof(double)) return std::nullopt;
    std::vector<double> numbers(count);
    std::memcpy(numbers.data(), bytes.data(), count * sizeof(double));
    bytes.remove_prefix(count * sizeof(double));
    std::optional<PooledArGlobal> global = UnpackPooledAr(numbers);
    if (!global) return std::nullopt;
    globals.push_back(*std::move(global));
  }
  return globals;
}

Status PutShardMark(Store& store, std::int64_t run, const ShardMark& mark) {
  return store.PutGlobal(run, kShard, JoinLines({mark.shard, mark.fingerprint, mark.targets.Text(), mark.options}));
}

Result<std::optional<ShardMark>> GetShardMark(const Store& store, std::int64_t run) {
  FITD_ASSIGN_OR_RETURN(const auto text, Find(store, run, kShard));
  if (!text) return std::optional<ShardMark>();
  std::vector<std::string> lines = SplitLines(*text);
  // fitd 1.0.0 wrote the single range of a shard as two lines.
  if (lines.size() == 5) {
    lines[2] = lines[2] == lines[3] ? "" : lines[2] + "-" + lines[3];
    lines.erase(lines.begin() + 3);
  }
  std::optional<TargetRanges> targets = lines.size() == 4 ? TargetRanges::Parse(lines[2]) : std::nullopt;
  if (!targets) return Status(StatusCode::kCorrupt, "the shard's mark in " + store.path() + " is not readable");
  return std::optional(ShardMark{lines[0], lines[1], lines[3], *std::move(targets)});
}

std::string FingerprintWithout(const std::string& fingerprint, const std::vector<std::string>& shards) {
  std::string text = fingerprint;
  for (const std::string& shard : shards) text += (text.size() == fingerprint.size() ? kWithout : ",") + shard;
  return text;
}

std::string MissingShards(std::string_view fingerprint) {
  const std::size_t at = fingerprint.find(kWithout);
  return at == std::string_view::npos ? "" : std::string(fingerprint.substr(at + kWithout.size()));
}

bool IsOfTheWholeFleet(std::string_view name) {
  return name == kAlgorithms || name == kPooledAr || name == kUserGlobal;
}

Status PutAlgorithmNames(Store& store, std::int64_t run, const std::vector<std::string>& names) {
  return store.PutGlobal(run, kAlgorithms, JoinLines(names));
}

Result<std::vector<std::string>> GetAlgorithmNames(const Store& store, std::int64_t run) {
  FITD_ASSIGN_OR_RETURN(const std::string text, store.GetGlobal(run, kAlgorithms));
  return SplitLines(text);
}

Status PutUserGlobal(Store& store, std::int64_t run, std::string_view result) {
  return store.PutGlobal(run, kUserGlobal, result);
}

Result<std::optional<std::string>> GetUserGlobal(const Store& store, std::int64_t run) {
  return Find(store, run, kUserGlobal);
}

Status PutPooledAr(Store& store, std::int64_t run, const std::vector<PooledArGlobal>& globals) {
  return store.PutGlobal(run, kPooledAr, EncodeRegressions(globals));
}

Result<std::vector<PooledArGlobal>> GetPooledAr(const Store& store, std::int64_t run) {
  FITD_ASSIGN_OR_RETURN(const auto bytes, Find(store, run, kPooledAr));
  if (!bytes) return std::vector<PooledArGlobal>();
  std::optional<std::vector<PooledArGlobal>> globals;
  if (bytes->starts_with(kRegressionsMark)) {
    globals = DecodeRegressions(*bytes);
  } else {
    FITD_ASSIGN_OR_RETURN(globals, DecodeFirstRegressions(*bytes));
  }
  if (!globals || !std::all_of(globals->begin(), globals->end(), HasItsShape)) {
    return Status(StatusCode::kCorrupt,
                  "the regression in " + store.path() + " is not readable, or of another version or cut off");
  }
  return *std::move(globals);
}

Status PutFleet(Store& store, std::int64_t run, const FleetCombination& fleet) {
  const std::vector<double> numbers = PackFleet(fleet);
  return store.PutGlobal(run, kCombination,
                         {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double)});
}

Result<std::optional<FleetCombination>> GetFleet(const Store& store, std::int64_t run) {
  FITD_ASSIGN_OR_RETURN(const auto bytes, Find(store, run, kCombination));
  if (!bytes) return std::optional<FleetCombination>();
  std::vector<double> numbers(bytes->size() / sizeof(double));
  std::memcpy(numbers.data(), bytes->data(), numbers.size() * sizeof(double));
  std::optional<FleetCombination> fleet = UnpackFleet(numbers);
  if (!fleet) return Status(StatusCode::kCorrupt, "the combination in " + store.path() + " is not readable");
  return fleet;
}

}  // namespace fitd
