#include "daemon/ingest/repair_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/text.h"
#include "common/time_units.h"

namespace fitd {
namespace {

constexpr std::size_t kNamed = 10;
constexpr std::uint64_t kFewRows = 3;  // lost rows up to this number and
constexpr std::uint64_t kFewValues =
    16;  // filled values up to this one are tolerated, so that a handful of rows can be tried

double Percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

double Badness(const RepairedTarget& t) {
  return std::max(Percent(t.lost, t.rows), Percent(t.made_up, t.values));
}

bool Worse(const RepairedTarget& a, const RepairedTarget& b) {
  if (a.over != b.over) return a.over;
  const double left = Badness(a);
  const double right = Badness(b);
  return left != right ? left > right : a.id < b.id;
}

}  // namespace

RepairLimits LimitsOf(const IngestOptions& options) {
  RepairLimits limits;
  if (options.max_repaired) return {*options.max_repaired, *options.max_repaired, false};
  if (!options.frequency.empty() && options.frequency != "auto") limits.made_up = 75;
  return limits;
}

std::string DescribeRepair(const RepairedTarget& t) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (t.lost != 0) {
    std::string causes;
    const auto cause = [&causes](std::uint64_t count, const char* what) {
      if (count != 0) causes += fmt::format("{}{} {}", causes.empty() ? "" : ", ", count, what);
    };
    cause(t.duplicates, "repeat a time");
    cause(t.merged, "share a step with a later one");
    cause(t.stray, "beyond a gap or off the calendar");
    if (t.unread != 0) {
      causes += fmt::format("{}{} not read, such as {}", causes.empty() ? "" : ", ", t.unread, t.first_unread);
    }
    add(fmt::format("{} of {} rows lost ({})", t.lost, t.rows, causes));
  }
  if (t.made_up != 0) add(fmt::format("{} of {} values made up", t.made_up, t.values));
  if (!t.finer.empty()) return text + " on step " + t.step + ", and its last rows come every " + t.finer;
  if (!t.rarer_before.empty()) return text + " on step " + t.step + ", and its first rows come every " + t.rarer_before;
  return text + " on step " + t.step;
}

bool RepairLog::IsOver(const RepairEntry& entry) const {
  const bool lost = Percent(entry.lost(), entry.rows) > limits_.lost;
  const bool made_up = Percent(entry.made_up, entry.values) > limits_.made_up;
  if (!limits_.tolerant) return lost || made_up;
  if (entry.unread != nullptr && entry.unread->asks) return true;
  // Little of the past is lost or made up, but much of what comes from now on would be.
  if (entry.finer.count != 0 || entry.rarer.count != 0 || entry.rarer_before.count != 0) return true;
  // A column of words alone was never meant as a series: it is dropped, not refused.
  if (entry.values == 0 && entry.unread != nullptr && entry.unread->written == 0) return false;
  return (lost && entry.lost() > kFewRows) || (made_up && entry.made_up > kFewValues);
}

void RepairLog::Add(const RepairEntry& entry) {
  RepairedTarget target;
  target.over = IsOver(entry);
  target.rows = entry.rows;
  target.lost = entry.lost();
  if (entry.unread != nullptr) target.unread = entry.unread->cells;
  target.duplicates = entry.counts.duplicates;
  target.merged = entry.counts.merged;
  target.stray = entry.counts.stray;
  target.values = entry.values;
  target.made_up = entry.made_up;
  if (target.over) {
    ++over_limit_;
    over_counts_.Add(entry.counts);
    over_made_up_ += entry.made_up;
    over_unread_ += target.unread;
    over_rarer_ += entry.rarer.count != 0 ? 1 : 0;
    over_rarer_before_ += entry.rarer_before.count != 0 ? 1 : 0;
    most_ = std::max(most_, Badness(target));
  }
  if (worst_.size() == kNamed) {
    // Most repairs are small and many: do not copy the name of a target that is not among the worst.
    const RepairedTarget& last = worst_.back();
    if (!target.over && (last.over || Badness(target) < Badness(last))) return;
  }
  target.id = entry.id;
  if (entry.unread != nullptr) target.first_unread = entry.unread->first;
  target.step = FormatStep(entry.step);
  const bool rarer = entry.rarer.count != 0;
  if (entry.finer.count != 0 || rarer) target.finer = FormatStep(rarer ? entry.rarer : entry.finer);
  // Where nothing is known a day is coarser than what is shorter, and of what is longer no step is known to be.
  const bool from_a_day = entry.step.count != 0 && entry.step.mean_nanoseconds() >= static_cast<double>(kNsPerDay);
  target.coarser = from_a_day ? target.step : "1D";
  const bool rarer_before = entry.rarer_before.count != 0;
  if (rarer_before) target.rarer_before = FormatStep(entry.rarer_before);
  const Step& coarser = rarer ? entry.rarer : rarer_before ? entry.rarer_before : entry.coarser;
  if (coarser.count != 0) target.coarser = FormatStep(coarser);
  worst_.insert(std::upper_bound(worst_.begin(), worst_.end(), target, Worse), std::move(target));
  if (worst_.size() > kNamed) worst_.pop_back();
}

void RepairLog::Add(const RepairLog& other) {
  over_limit_ += other.over_limit_;
  over_counts_.Add(other.over_counts_);
  over_made_up_ += other.over_made_up_;
  over_unread_ += other.over_unread_;
  over_rarer_ += other.over_rarer_;
  over_rarer_before_ += other.over_rarer_before_;
  most_ = std::max(most_, other.most_);
  worst_.insert(worst_.end(), other.worst_.begin(), other.worst_.end());
  std::sort(worst_.begin(), worst_.end(), Worse);
  if (worst_.size() > kNamed) worst_.resize(kNamed);
}

std::vector<RepairedTarget> RepairLog::Worst() const {
  return worst_;
}

std::string RepairLog::Refusal(std::uint64_t targets) const {
  constexpr std::size_t kShown = 5;
  std::string text = fmt::format(
      "{} of {} targets would be more repair than data (at most {:g} % of the rows may be lost and {:g} % of "
      "the values made up):",
      over_limit_, targets, limits_.lost, limits_.made_up);
  for (std::size_t i = 0; i < std::min<std::size_t>({kShown, worst_.size(), over_limit_}); ++i) {
    text += fmt::format("\n  {}: {}", QuoteForMessage(worst_[i].id), DescribeRepair(worst_[i]));
  }
  if (over_limit_ > kShown) text += fmt::format("\n  and {} more", over_limit_ - kShown);
  std::string mends;
  const std::string coarser = worst_.empty() ? "1D" : worst_.front().coarser;
  const bool is_coarser = worst_.empty() || coarser != worst_.front().step;
  const auto mend = [&mends](const std::string& what) { mends += (mends.empty() ? "" : "; ") + what; };
  const std::string unread = worst_.empty() ? std::string() : worst_.front().first_unread;
  if (unread.find("--decimal") != std::string::npos) {
    const bool comma = unread.find(',') < unread.find('.');  // in the cell, which stands first
    mend(fmt::format(
        "say --decimal {} where such a number is a thousand and more, --decimal {} where it is one and a bit",
        comma ? '.' : ',', comma ? ',' : '.'));
  } else if (over_unread_ > 0) {
    mend(
        "write cells that are no numbers as the others are, name the words that mean a missing value with --missing, "
        "or "
        "leave columns out with --ignore");
  }
  if (over_counts_.duplicates > over_counts_.merged) {
    mend(
        "rows that repeat a time may be of several series (name the column that tells them apart with "
        "--target-column)");
  }
  const std::uint64_t over_changed = over_rarer_ + over_rarer_before_;
  if (over_counts_.duplicates + over_counts_.merged + over_changed > 0) {
    mend("put the rows of a step together with --frequency " + coarser + " --aggregate sum, mean or last");
  }
  if (over_rarer_ > 0) mend("leave the last rows, which may be totals of longer periods, out of the data");
  if (over_rarer_before_ > 0) mend("leave the first rows, which have longer periods, out of the data");
  if (over_counts_.stray > 0) mend("name the step with --frequency, or leave out what is behind a time with --until");
  if (is_coarser && over_made_up_ + over_counts_.stray > 0 &&
      over_counts_.duplicates + over_counts_.merged + over_unread_ + over_changed == 0) {
    mend("put events together with --frequency " + coarser + " --aggregate sum, mean or count");
  }
  if (over_made_up_ > 0 && over_unread_ == 0) {
    mend("name the step with --frequency; say --gaps zero where no row means nothing, --gaps none to leave holes out");
  }
  return text + "\n" + mends + fmt::format("; or allow it with --max-repaired {}%", std::ceil(most_));
}

}  // namespace fitd
