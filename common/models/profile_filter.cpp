#include "common/models/profile_filter.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

// Of the level. 26 weeks of hourly loads held out one by one: 12.18, 12.19 and 12.25 of sMAPE with 0, 0.5 and 0.7, and
// nine of them, that lie where the weather turned, 12.49, 12.30 and 12.19.
constexpr double kNotTheDays = 0.5;

class ProfileFilter final : public ModelFilter {
 public:
  ProfileFilter(const Model& model, std::vector<double> season, std::vector<double> day, double level)
      : ModelFilter(model),
        season_(std::move(season)),
        day_(std::move(day)),
        level_(level),
        rate_(model.Parameter("rate")),
        day_rate_(model.Parameter("day-rate")),
        memory_(model.Parameter("memory")),
        persistence_(model.Parameter("persistence")),
        sigma_(model.Parameter("sigma")) {}

  double Expect() const override {
    const double usual = season_.now() + (day_.empty() ? 0.0 : day_.now());
    return ToFinite(ToFinite(usual) + persistence_ * level_);
  }
  double DeviationOfFit() const override { return sigma_; }

 private:
  void Update(double y) override {
    const double share = ProfileShare(rate_, num_observations() / season_.size());
    double rest = ToFinite(y - season_.now());
    if (day_.empty()) {
      season_.now() = MovedState(season_.now() + share * rest, season_.now());
      rest *= 1 - share;
    } else {
      rest = ToFinite(rest - day_.now());
      const ProfileMoves moves = MovesBesideDay(rest, level_, ProfileShare(day_rate_, num_observations() / day_.size()),
                                                num_observations() < season_.size() ? 0.0 : share);
      day_.now() = MovedState(day_.now() + moves.day, day_.now());
      season_.now() = MovedState(season_.now() + moves.profile, season_.now());
      rest = ToFinite(rest - moves.day - moves.profile);
    }
    level_ = MovedState(level_ + memory_ * (rest - level_), level_);
    Step();
  }
  void Skip() override {
    level_ = MovedState(persistence_ * level_, level_);
    Step();
  }
  void Step() {
    season_.Step();
    if (!day_.empty()) day_.Step();
  }
  void PutStates(Model& model) const override {
    ReplaceState(model, "season", season_.FromNext());
    if (!day_.empty()) ReplaceState(model, "day", day_.FromNext());
    ReplaceState(model, "level", {level_});
  }

  SeasonRing season_;
  SeasonRing day_;
  double level_;
  double rate_, day_rate_, memory_, persistence_, sigma_;
};

}  // namespace

double ProfileShare(double rate, std::size_t seasons) {
  return std::max(rate, 1 / static_cast<double>(seasons + 1));
}

ProfileMoves MovesBesideDay(double rest, double level, double day_share, double profile_share) {
  const double own = rest - kNotTheDays * level;
  return {day_share * own, profile_share * (1 - day_share) * own};
}

std::unique_ptr<ModelFilter> ResumeProfile(const Model& model) {
  const std::vector<double>* season = model.State("season");
  const std::vector<double>* day = model.State("day");
  const std::vector<double>* level = model.State("level");
  if (season == nullptr || season->empty() || level == nullptr || level->size() != 1) return nullptr;
  if (day != nullptr && day->empty()) return nullptr;
  return std::make_unique<ProfileFilter>(model, *season, day != nullptr ? *day : std::vector<double>(), level->front());
}

}  // namespace fitd
