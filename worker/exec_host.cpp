#include "worker/exec_host.h"

#include <sys/random.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "common/json_depth.h"
#include "common/series/time_grid.h"
#include "worker/exec_child.h"

namespace fitd {
namespace {

using Json = nlohmann::ordered_json;

// 2: requests carry an id that the answer repeats. 1, of the first version, matched them by order.
constexpr int kProtocol = 2;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Json FitMessage(const FitRequest& request) {
  Json values = Json::array();
  for (const double v : request.grid_values) values.push_back(std::isnan(v) ? Json() : Json(v));
  return {{"op", "fit"},
          {"protocol", kProtocol},
          {"id", 0},
          {"target", request.target},
          {"start", FormatTime(request.start_ns, TimeFormat::kDateTimeZ)},
          {"step", request.step_text},
          {"seasons", std::vector<int>(request.seasons.begin(), request.seasons.end())},
          {"horizon", request.horizon},
          {"values", std::move(values)}};
}

// Numbers for people; the criteria have places of their own.
void TakeNumbers(const Json& numbers, Model& model) {
  Criteria& c = model.criteria;
  const std::pair<std::string_view, double*> criteria[] = {
      {"loglik", &c.loglik}, {"aic", &c.aic}, {"aicc", &c.aicc}, {"bic", &c.bic}, {"sigma2", &c.sigma2}};
  for (const auto& [name, value] : numbers.items()) {
    if (!value.is_number()) continue;
    bool known = false;
    for (const auto& [criterion, place] : criteria) {
      if (criterion != name) continue;
      *place = value.get<double>();
      known = true;
    }
    if (!known) model.parameters.push_back({name, value.get<double>()});
  }
}

// The answer to request `id`, or why the line is not that.
Result<Json> ParseAnswer(const std::string& line, std::uint64_t id) {
  constexpr std::size_t kShown = 80;
  const std::string shown = ": " + line.substr(0, kShown);
  if (IsNestedTooDeep(line)) {
    return Status(StatusCode::kInvalidInput, "the command's answer is nested too deep (more than " +
                                                 std::to_string(kMaxJsonDepth) + " levels)" + shown);
  }
  Json answer = Json::parse(line, nullptr, false);
  if (!answer.is_object()) {
    return Status(StatusCode::kInvalidInput,
                  "the command answered no JSON object (what is no answer belongs on stderr)" + shown);
  }
  const auto echoed = answer.find("id");
  if (echoed == answer.end()) {
    return Status(StatusCode::kInvalidInput,
                  "the command's answer has no \"id\"; in protocol 2 every request carries an id which its answer "
                  "repeats (fitd-algorithm(7)), so add \"id\": request[\"id\"]" +
                      shown);
  }
  if (*echoed != id) {
    return Status(StatusCode::kInvalidInput, "the command's answer is not to request " + std::to_string(id) + shown);
  }
  return answer;
}

// Where the ids of a command begin: a line that it writes by itself cannot have the id of a request by chance, as it
// might have 1. Nine digits, so that every language reads them as they are.
std::uint64_t FirstId() {
  std::uint32_t any = 0;
  if (::getrandom(&any, sizeof any, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof any)) {
    any = static_cast<std::uint32_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
  return 100'000'000 + any % 800'000'000;
}

// A question and the answer to it. A line that is not the answer means that the lines of the command cannot be trusted
// to be in step: it is started again and asked once more.
class ExecDialogue {
 public:
  explicit ExecDialogue(std::string command) : child_(std::move(command)) {}
  ExecChild& child() { return child_; }

  Result<Json> Ask(Json request) {
    Status problem;
    for (int attempt = 0; attempt < 2; ++attempt) {
      request["id"] = ++last_id_;
      FITD_ASSIGN_OR_RETURN(const std::string line, child_.Ask(Dump(request)));
      Result<Json> answer = ParseAnswer(line, last_id_);
      if (answer.ok()) return RefusalOf(*std::move(answer));
      child_.Stop();
      problem = answer.status();
    }
    return problem;
  }

 private:
  static Result<Json> RefusalOf(Json answer) {
    const auto error = answer.find("error");
    if (error == answer.end()) return answer;
    return Status(StatusCode::kInvalidInput, error->is_string() ? error->get<std::string>() : Dump(*error));
  }

  ExecChild child_;
  std::uint64_t last_id_ = FirstId();
};

class ExecAlgorithm final : public UserAlgorithm {
 public:
  explicit ExecAlgorithm(std::string name)
      : name_(std::move(name)), dialogue_(std::make_unique<ExecDialogue>(name_.substr(kExecPrefix.size()))) {}

  Status Check() const { return dialogue_->child().Check(); }
  std::string_view name() const override { return name_; }

  FitOutcome Fit(const FitRequest& request) const override {
    const Result<Json> answer = dialogue_->Ask(FitMessage(request));
    if (!answer.ok()) return Failed(request, answer.status().message());
    if (!answer->contains("model")) return Failed(request, "the command's answer has neither model nor error");
    Model model;
    SetPayload(model, kPayloadJson, Dump((*answer)["model"]));
    if (answer->contains("numbers")) TakeNumbers((*answer)["numbers"], model);
    return Fitted(request, std::move(model));
  }

  Result<Forecast> TryPredict(const Model& model, int horizon, std::span<const double> levels) const override {
    if (IsNestedTooDeep(model.payload)) return Status(StatusCode::kCorrupt, "the model is nested too deep");
    const Json request = {{"op", "forecast"},
                          {"protocol", kProtocol},
                          {"id", 0},
                          {"model", Json::parse(model.payload, nullptr, false)},
                          {"horizon", horizon},
                          {"levels", std::vector<double>(levels.begin(), levels.end())}};
    FITD_ASSIGN_OR_RETURN(const Json answer, dialogue_->Ask(request));
    try {
      Forecast forecast;
      forecast.mean = answer.at("mean").get<std::vector<double>>();
      FITD_RETURN_IF_ERROR(CheckLength(forecast.mean, horizon, "mean"));
      if (answer.contains("lo") && answer.contains("hi")) {
        for (std::size_t i = 0; i < levels.size(); ++i) {
          ForecastInterval interval{levels[i], answer["lo"].at(i).get<std::vector<double>>(),
                                    answer["hi"].at(i).get<std::vector<double>>()};
          FITD_RETURN_IF_ERROR(CheckLength(interval.lo, horizon, "lo"));
          FITD_RETURN_IF_ERROR(CheckLength(interval.hi, horizon, "hi"));
          forecast.intervals.push_back(std::move(interval));
        }
      }
      return forecast;
    } catch (const Json::exception& error) {
      return Status(StatusCode::kInvalidInput, std::string("the command's forecast: ") + error.what());
    }
  }

 private:
  static Status CheckLength(const std::vector<double>& values, int horizon, const char* what) {
    if (values.size() == static_cast<std::size_t>(horizon)) return {};
    return {StatusCode::kInvalidInput, "the command's " + std::string(what) + " has " + std::to_string(values.size()) +
                                           " values, not " + std::to_string(horizon)};
  }

  std::string name_;
  std::unique_ptr<ExecDialogue> dialogue_;
};

class ExecHost final : public AlgorithmHost {
 public:
  Result<std::unique_ptr<UserAlgorithm>> Load(const std::string& name, const UserContext&) override {
    auto algorithm = std::make_unique<ExecAlgorithm>(name);
    FITD_RETURN_IF_ERROR(algorithm->Check());
    return std::unique_ptr<UserAlgorithm>(std::move(algorithm));
  }
};

}  // namespace

std::unique_ptr<AlgorithmHost> MakeExecHost() {
  return std::make_unique<ExecHost>();
}

}  // namespace fitd
