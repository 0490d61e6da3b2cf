#include "daemon/run_globals.h"

#include <cstring>

#include "daemon/global_sums.h"

namespace fitd {
namespace {

constexpr std::string_view kAlgorithms = "algorithms";
constexpr std::string_view kPooledAr = "pooled-ar";
constexpr std::string_view kCombination = "combination";

// The value under `name`, or nullopt when there is none.
Result<std::optional<std::string>> Find(const Store& store, std::int64_t run, std::string_view name) {
  Result<std::string> value = store.GetGlobal(run, name);
  if (value.ok()) return std::optional<std::string>(*std::move(value));
  if (value.status().code() == StatusCode::kNotFound) return std::optional<std::string>();
  return value.status();
}

}  // namespace

Status PutAlgorithmNames(Store& store, std::int64_t run, const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  return store.PutGlobal(run, kAlgorithms, text);
}

Result<std::vector<std::string>> GetAlgorithmNames(const Store& store, std::int64_t run) {
  FITD_ASSIGN_OR_RETURN(const std::string text, store.GetGlobal(run, kAlgorithms));
  std::vector<std::string> names;
  for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    names.push_back(text.substr(begin, end - begin));
  }
  return names;
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
