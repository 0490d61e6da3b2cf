#include "daemon/store/run_globals.h"

#include <cstring>

#include "daemon/train/global_sums.h"

namespace fitd {
namespace {

constexpr std::string_view kAlgorithms = "algorithms";
constexpr std::string_view kPooledAr = "pooled-ar";
constexpr std::string_view kCombination = "combination";
constexpr std::string_view kUserGlobal = "user-global";

// The value under `name`, or nullopt when there is none.
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

}  // namespace

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
  return store.PutGlobal(run, kPooledAr, EncodeGlobals(globals));
}

Result<std::vector<PooledArGlobal>> GetPooledAr(const Store& store, std::int64_t run) {
  FITD_ASSIGN_OR_RETURN(const auto bytes, Find(store, run, kPooledAr));
  if (!bytes) return std::vector<PooledArGlobal>();
  return DecodeGlobals(*bytes);
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
