#include "daemon/rows/target_rows.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace fitd {
namespace {

// Sort key: the first bytes of the id decide most comparisons without touching the id.
struct IdKey {
  std::uint64_t prefix;
  TargetRows* rows;

  explicit IdKey(TargetRows* r) : prefix(0), rows(r) {
    std::memcpy(&prefix, r->id, std::min<std::size_t>(8, r->id_size));
    prefix = __builtin_bswap64(prefix);
  }
  bool operator<(const IdKey& other) const {
    if (prefix != other.prefix) return prefix < other.prefix;
    return rows->name() < other.rows->name();
  }
};

}  // namespace

std::vector<TargetRows*> LinkTargets(std::vector<std::unique_ptr<TargetTable>>& tables) {
  std::size_t most = 0;
  for (const auto& table : tables) most += table->size();
  std::vector<IdKey> keys;
  keys.reserve(most);
  for (const auto& table : tables) {
    for (std::uint32_t i = 0; i < table->size(); ++i) {
      if (TargetRows& rows = (*table)[i]; rows.count != 0) keys.emplace_back(&rows);
    }
  }
  // Stable, so that siblings come in the order of their tables.
  if (!std::is_sorted(keys.begin(), keys.end())) std::stable_sort(keys.begin(), keys.end());
  std::uint32_t rank = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    TargetRows* const rows = keys[i].rows;
    if (i != 0 && rows->name() == keys[i - 1].rows->name()) {
      keys[i - 1].rows->filled.sibling = rows;
      continue;
    }
    rows->filled.head = true;
    rows->filled.rank = rank++;
  }
  std::vector<TargetRows*> heads;
  heads.reserve(rank);
  for (const auto& table : tables) {
    for (std::uint32_t i = 0; i < table->size(); ++i) {
      if ((*table)[i].filled.head) heads.push_back(&(*table)[i]);
    }
  }
  return heads;
}

void ReleaseAll(TargetRows* head) {
  for (TargetRows* rows = head; rows; rows = rows->filled.sibling) {
    for (Extent* extent = rows->first; extent;) {
      Extent* const next = extent->next;
      ReleaseExtent(Slab::Of(extent));
      extent = next;
    }
    rows->first = nullptr;
  }
}

DataSpan SpanOf(std::span<TargetRows* const> heads) {
  DataSpan data{std::numeric_limits<TimeNs>::max(), std::numeric_limits<TimeNs>::min()};
  const auto see = [&data](const TimeRun& run) {
    data.first = std::min({data.first, run.start, run.last()});
    data.last = std::max({data.last, run.start, run.last()});
  };
  for (const TargetRows* head : heads) {
    for (const TargetRows* rows = head; rows; rows = rows->filled.sibling) {
      if (rows->runs) std::for_each(rows->runs->begin(), rows->runs->end(), see);
      see(rows->run);
    }
  }
  return data;
}

}  // namespace fitd
