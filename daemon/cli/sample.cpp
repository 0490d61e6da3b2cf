#include "daemon/cli/sample.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <vector>

#include "common/series/time_grid.h"
#include "common/series/usual_season.h"
#include "common/time_units.h"

namespace fitd {
namespace {

constexpr TimeNs kStart = 1'704'067'200'000'000'000;  // 2024-01-01, a Monday
constexpr std::size_t kTimesInBlock = 1 << 15;
constexpr std::size_t kFlushAt = 256 << 10;

// SplitMix64 (Steele, Lea & Flood 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Bits() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  double Uniform() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }
  std::uint64_t Below(std::uint64_t n) { return Bits() % n; }
  // Four uniforms from one draw: close to normal, mean 0, variance 1.
  double Bell() {
    const std::uint64_t b = Bits();
    const auto sum = static_cast<double>((b & 0xffff) + ((b >> 16) & 0xffff) + ((b >> 32) & 0xffff) + (b >> 48));
    return (sum * 0x1p-16 - 2.0) * 1.7320508075688772;
  }

 private:
  std::uint64_t state_;
};

// A smooth wave of period 1 between -1 and 1, of additions and multiplications only, so that every machine computes the
// same bits.
double Wave(double turns) {
  turns -= static_cast<double>(static_cast<std::int64_t>(turns));
  const double x = turns < 0.5 ? 4 * turns - 1 : 3 - 4 * turns;  // -1 .. 1 .. -1
  return x * (1.5 - 0.5 * x * x);
}

// Texts of the times, with the commas around them, a block at a time (targets share them).
class TimeTexts {
 public:
  TimeTexts(TimeGrid grid, TimeFormat format) : grid_(grid), format_(format) {}
  std::string_view At(std::uint64_t i) {
    if (i / kTimesInBlock != block_) Make(i / kTimesInBlock);
    const std::size_t k = i % kTimesInBlock;
    return std::string_view(text_).substr(ends_[k], ends_[k + 1] - ends_[k]);
  }

 private:
  void Make(std::uint64_t block) {
    block_ = block;
    text_.clear();
    ends_.assign(1, 0);
    for (std::size_t k = 0; k < kTimesInBlock; ++k) {
      text_ += ',' + FormatTime(grid_.At(static_cast<std::int64_t>(block * kTimesInBlock + k)), format_) + ',';
      ends_.push_back(text_.size());
    }
  }

  TimeGrid grid_;
  TimeFormat format_;
  std::uint64_t block_ = std::numeric_limits<std::uint64_t>::max();
  std::string text_;
  std::vector<std::size_t> ends_;
};

struct Metric {
  std::string_view name;
  int decimals;
  double least;
  double most;
};
constexpr std::array<Metric, 3> kMetrics{{{"cpu", 2, 0, 100}, {"latency_ms", 3, 0, 1e6}, {"requests", 0, 0, 1e9}}};

// What makes one target: everything follows from the seed and its number.
struct Character {
  double level, trend, daily, weekly, noise, memory;
  std::uint64_t phase;
  std::uint64_t length;
  bool constant, missing_rows, empty_values;

  Character(Random& random, const Metric& metric, std::uint64_t full_length) {
    const double scale = metric.decimals == 2 ? 25 : metric.decimals == 3 ? 40 : 900;
    level = scale * (0.6 + random.Uniform());
    trend = random.Below(3) == 0 ? level * (random.Uniform() - 0.3) / static_cast<double>(full_length) : 0;
    daily = level * 0.5 * random.Uniform();
    weekly = level * 0.2 * random.Uniform();
    noise = level * (0.02 + 0.08 * random.Uniform());
    memory = 0.3 + 0.5 * random.Uniform();
    phase = random.Bits();
    const std::uint64_t kind = random.Below(100);
    constant = kind < 2;
    missing_rows = kind >= 2 && kind < 6;
    empty_values = kind >= 6 && kind < 8;
    length = kind == 8 ? std::min<std::uint64_t>(full_length, 1 + random.Below(9)) : full_length;
  }
};

class SampleWriter {
 public:
  SampleWriter(const SampleOptions& options, Step step, const SampleSink& sink)
      : options_(options), sink_(sink), times_({kStart, step}, Format(step)) {
    season_ = static_cast<std::uint64_t>(UsualSeason(step));
    const bool within_day =
        step.unit == Step::Unit::kNanosecond && step.count < kNsPerDay && kNsPerDay % step.count == 0;
    per_day_ = within_day ? static_cast<std::uint64_t>(kNsPerDay / step.count) : 0;
    profile_.resize(season_);
    for (std::uint64_t i = 0; i < season_; ++i) {
      const double turn = static_cast<double>(i) / static_cast<double>(season_);
      profile_[i] = season_ == 1 ? 0 : Wave(turn) + 0.3 * Wave(2 * turn + 0.2);
    }
    for (std::uint64_t t = options.targets; t >= 10; t /= 10) ++digits_;
  }

  Status Write() {
    text_ = "target,time,value\n";
    for (std::uint64_t i = 0; i < options_.targets; ++i) FITD_RETURN_IF_ERROR(WriteTarget(i));
    return sink_(text_);
  }

 private:
  static TimeFormat Format(const Step& step) {
    const bool dates = step.months() || step.count % kNsPerDay == 0;
    return dates ? TimeFormat::kDate : TimeFormat::kDateTime;
  }

  Status WriteTarget(std::uint64_t number) {
    const Metric& metric = kMetrics[number % kMetrics.size()];
    std::string host = std::to_string(number / kMetrics.size());
    host.insert(0, digits_ - std::min<std::size_t>(digits_, host.size()), '0');
    const std::string id = "host" + host + "." + std::string(metric.name);
    Random random(options_.seed * 0x2545f4914f6cdd1d + number * 0x9e3779b97f4a7c15);
    random.Bits();
    const Character c(random, metric, options_.length);
    std::uint64_t skip = 0;
    double error = 0;
    bool any = false;
    for (std::uint64_t i = 0; i < c.length; ++i) {
      error = c.memory * error + c.noise * random.Bell();
      if (c.missing_rows && random.Below(500) == 0) skip = 1 + random.Below(12);
      if (skip != 0 && (any || i + 1 < c.length)) {  // whoever asks for N targets gets a row of each
        --skip;
        continue;
      }
      any = true;
      text_ += id;
      text_ += times_.At(i);
      const bool empty = c.empty_values && random.Below(200) == 0;
      if (!empty) AppendValue(c.constant ? c.level : Value(c, i) + error, metric);
      text_ += '\n';
      if (text_.size() >= kFlushAt) FITD_RETURN_IF_ERROR(Flush());
    }
    return OkStatus();
  }

  double Value(const Character& c, std::uint64_t i) const {
    double v = c.level + c.trend * static_cast<double>(i) + c.daily * profile_[(i + c.phase % season_) % season_];
    if (per_day_ > 1 && i / per_day_ % 7 >= 5) v -= c.weekly;
    return v;
  }

  void AppendValue(double value, const Metric& metric) {
    constexpr std::array<double, 4> kScale = {1, 10, 100, 1000};
    value = std::clamp(value, metric.least, metric.most);
    // Never negative, and far below where adding a half would round.
    const double shifted = value * kScale[static_cast<std::size_t>(metric.decimals)] + 0.5;
    auto scaled = static_cast<std::uint64_t>(shifted);
    char digits[24];
    char* p = digits + sizeof digits;
    for (int d = 0; scaled != 0 || d <= metric.decimals; ++d) {
      if (d == metric.decimals && d != 0) *--p = '.';
      *--p = static_cast<char>('0' + scaled % 10);
      scaled /= 10;
    }
    text_.append(p, digits + sizeof digits);
  }

  Status Flush() {
    FITD_RETURN_IF_ERROR(sink_(text_));
    text_.clear();
    return OkStatus();
  }

  const SampleOptions& options_;
  const SampleSink& sink_;
  TimeTexts times_;
  std::uint64_t season_ = 1;
  std::uint64_t per_day_ = 0;
  std::size_t digits_ = 1;
  std::vector<double> profile_;
  std::string text_;
};

}  // namespace

Status WriteSample(const SampleOptions& options, const SampleSink& sink) {
  FITD_ASSIGN_OR_RETURN(const Step step, ParseStep(options.frequency));
  constexpr TimeNs kEnd = 9'000'000'000'000'000'000;  // 2255
  const bool huge = options.length > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (huge || TimeGrid{kStart, step}.At(static_cast<std::int64_t>(options.length)) > kEnd) {
    return {StatusCode::kUsage, std::to_string(options.length) + " observations at " + options.frequency +
                                    " reach past the year 2255; ask for fewer or a shorter step"};
  }
  return SampleWriter(options, step, sink).Write();
}

}  // namespace fitd
