// Finds exports that overlap, where the rows of a step are added up: what two files both have would be counted twice.
// Daemon, ingest threads; each thread looks with one of its own, and they are added.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/rows/rows_of_target.h"
#include "daemon/times/observation.h"

namespace fitd {

class RepeatedRows {
 public:
  // `inputs`: the file of each piece, by its number; outlives this. Empty: there is nothing to be looked for.
  explicit RepeatedRows(std::span<const std::uint32_t> inputs) : inputs_(inputs) {}

  // The rows of a target in the order of the input, which `runs` are of.
  void Look(std::string_view id, std::span<const Observation> rows, const std::vector<RowsOfTarget::Run>& runs);
  void Add(const RepeatedRows& other);

  struct Found {
    std::uint32_t first = 0, second = 0;  // the files
    std::uint64_t times = 0;              // of all targets, at which both have the same rows
    std::string id;                       // the first target, by id, that has some
  };
  // The first two files that overlap; nullopt: those that share times have other rows there.
  std::optional<Found> Find() const;

 private:
  struct Shared {
    std::uint64_t same = 0, other = 0;  // times of targets
    std::set<double> sums;              // of the same ones, a few
    std::string id;
  };
  using Pair = std::pair<std::uint32_t, std::uint32_t>;

  std::span<const std::uint32_t> inputs_;
  std::map<Pair, Shared> shared_;
};

}  // namespace fitd
