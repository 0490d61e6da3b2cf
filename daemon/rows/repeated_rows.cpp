#include "daemon/rows/repeated_rows.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace fitd {
namespace {

// Files that were written independently have the same at some times by chance, where values are few. Of 300 pairs of
// files of 400 counts from Poisson distributions, for each of the means 0.1, 0.3, 1, 3, 10, 30 and 100, no pair was the
// same at more than 93 % of the times at which both had one, and those above 25 % had at most 4 different ones. The 10
// are chosen: a plan for a week has fewer.
constexpr std::size_t kFewestSums = 10;
constexpr std::uint64_t kSameForOneOther = 9;

// What a file has at a time.
struct AtTime {
  TimeNs time;
  std::uint32_t input;
  std::uint32_t rows;
  double sum;
};

// Rows of a step are added in another order in another file.
bool AreAlike(const AtTime& a, const AtTime& b) {
  constexpr double kRounding = 1e-12;
  return a.rows == b.rows && std::abs(a.sum - b.sum) <= kRounding * std::max(std::abs(a.sum), std::abs(b.sum));
}

}  // namespace

void RepeatedRows::Look(std::string_view id, std::span<const Observation> rows,
                        const std::vector<RowsOfTarget::Run>& runs) {
  if (inputs_.empty() || runs.empty()) return;
  const auto other = [&](const RowsOfTarget::Run& run) {
    return inputs_[run.time.piece] != inputs_[runs[0].time.piece];
  };
  if (std::none_of(runs.begin(), runs.end(), other)) return;
  std::vector<AtTime> parts;
  parts.reserve(rows.size());
  std::size_t at = 0;
  for (const RowsOfTarget::Run& run : runs) {
    for (std::uint32_t i = 0; i < run.time.count && at < rows.size(); ++i, ++at) {
      if (!std::isnan(rows[at].value)) parts.push_back({rows[at].time, inputs_[run.time.piece], 1, rows[at].value});
    }
  }
  // Those of one time and file stay in their order, in which they are added.
  std::stable_sort(parts.begin(), parts.end(), [](const AtTime& a, const AtTime& b) {
    return std::tie(a.time, a.input) < std::tie(b.time, b.input);
  });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].time == parts[kept].time && parts[i].input == parts[kept].input) {
      ++parts[kept].rows;
      parts[kept].sum += parts[i].sum;
    } else {
      parts[++kept] = parts[i];
    }
  }
  for (std::size_t i = 1; i <= kept && i < parts.size(); ++i) {
    const AtTime& a = parts[i - 1];
    const AtTime& b = parts[i];
    if (a.time != b.time || (a.sum == 0 && b.sum == 0)) continue;  // two zeros are one
    Shared& shared = shared_[{a.input, b.input}];
    if (!AreAlike(a, b)) {
      ++shared.other;
      continue;
    }
    ++shared.same;
    if (shared.sums.size() < kFewestSums) shared.sums.insert(a.sum);
    if (shared.id.empty() || id < shared.id) shared.id = id;
  }
}

void RepeatedRows::Add(const RepeatedRows& other) {
  for (const auto& [pair, more] : other.shared_) {
    Shared& shared = shared_[pair];
    shared.same += more.same;
    shared.other += more.other;
    shared.sums.insert(more.sums.begin(), more.sums.end());
    if (shared.id.empty() || (!more.id.empty() && more.id < shared.id)) shared.id = more.id;
  }
}

std::optional<RepeatedRows::Found> RepeatedRows::Find() const {
  for (const auto& [pair, shared] : shared_) {
    if (shared.sums.size() < kFewestSums || shared.same < kSameForOneOther * shared.other) continue;
    return Found{pair.first, pair.second, shared.same, shared.id};
  }
  return std::nullopt;
}

}  // namespace fitd
