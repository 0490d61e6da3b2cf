#include "worker/exec_host.h"

#include <sys/random.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "common/ascii.h"
#include "common/json_depth.h"
#include "common/process/log.h"
#include "common/series/time_grid.h"
#include "common/text.h"
#include "common/whole_number.h"
#include "worker/exec_child.h"

namespace fitd {
namespace {

using Json = nlohmann::ordered_json;

// 2: requests carry an id that the answer repeats. 1, of the first version, matched them by order.
constexpr int kProtocol = 2;

// A command that is told to end by the end of its input, then by SIGTERM, then by SIGKILL.
constexpr auto kEndsByItself = std::chrono::seconds(2);
constexpr auto kEndsWhenTold = std::chrono::milliseconds(500);

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
Status TakeNumbers(const Json& numbers, Model& model) {
  if (!numbers.is_object()) return {StatusCode::kInvalidInput, "the command's \"numbers\" are no object"};
  Criteria& c = model.criteria;
  const std::pair<std::string_view, double*> criteria[] = {
      {"loglik", &c.loglik}, {"aic", &c.aic}, {"aicc", &c.aicc}, {"bic", &c.bic}, {"sigma2", &c.sigma2}};
  for (const auto& [name, value] : numbers.items()) {
    if (value.is_null()) continue;
    if (!value.is_number()) {
      return {StatusCode::kInvalidInput,
              "the command's \"numbers\" have " + Dump(value).substr(0, 20) + " for \"" + name + "\""};
    }
    bool known = false;
    for (const auto& [criterion, place] : criteria) {
      if (criterion != name) continue;
      *place = value.get<double>();
      known = true;
    }
    if (!known) model.parameters.push_back({name, value.get<double>()});
  }
  return {};
}

// The first word outside of strings that is none of JSON's, such as the NaN of Python's json; empty: there is none.
std::string_view ForeignWord(std::string_view json) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (quoted && json[i] == '\\') ++i;
    if (i < json.size() && json[i] == '"') quoted = !quoted;
    if (quoted || i >= json.size()) continue;
    std::size_t end = i;
    while (end < json.size() && letter(json[end])) ++end;
    const std::string_view word = json.substr(i, end - i);
    const bool exponent = i > 0 && IsDigit(json[i - 1]);
    if (!word.empty() && !exponent && word != "true" && word != "false" && word != "null") return word;
    if (end > i) i = end - 1;
  }
  return {};
}

// Why a line that was to be an object is none.
std::string DescribeNoObject(std::string_view line) {
  if (line.find_first_not_of(" \t") != line.find('{')) {
    return "the command answered no JSON object (what is no answer belongs on stderr)";
  }
  if (const std::string_view word = ForeignWord(line); !word.empty() && word.size() <= 16) {
    return "the command's answer has " + std::string(word) +
           ", which JSON has not: null stands for a value or a bound that is not known";
  }
  if (!line.substr(0, line.find_last_not_of(" \t\r") + 1).ends_with('}')) {
    return "the command answered no JSON object: an answer is all on one line";
  }
  return "the command answered no JSON object (what is no answer belongs on stderr)";
}

// An object whose members have names of their own: of two answers to one question neither is taken.
Result<Json> ParseObject(const std::string& line) {
  std::set<std::string, std::less<>> names;
  std::string twice;
  const auto see = [&](int depth, Json::parse_event_t event, const Json& name) {
    if (event == Json::parse_event_t::key && depth == 1 && !names.insert(name.get<std::string>()).second) {
      twice = name.get<std::string>();
    }
    return true;
  };
  Json answer = Json::parse(line, see, false);
  if (!answer.is_object()) {
    return Status(StatusCode::kInvalidInput, DescribeNoObject(line));
  }
  if (!twice.empty()) return Status(StatusCode::kInvalidInput, "the command's answer has \"" + twice + "\" twice");
  return answer;
}

// The first whole number of a text in JSON that 64 bits do not hold; empty: there is none.
std::string_view LargeWhole(std::string_view json) {
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (quoted && json[i] == '\\') ++i;
    if (i < json.size() && json[i] == '"') quoted = !quoted;
    if (quoted || i >= json.size() || json[i] < '0' || json[i] > '9') continue;
    const std::size_t end = std::min(json.find_first_not_of("0123456789.eE+-", i), json.size());
    const bool negative = i > 0 && json[i - 1] == '-';
    const std::string_view number = json.substr(negative ? i - 1 : i, end - (negative ? i - 1 : i));
    const bool whole = number.find_first_of(".eE") == std::string_view::npos;
    if (whole && !ParseWhole<std::int64_t>(number) && !ParseWhole<std::uint64_t>(number)) return number;
    i = end - 1;
  }
  return {};
}

// The answer to request `id`, or why the line is not that.
Result<Json> ParseAnswer(const std::string& line, std::uint64_t id) {
  constexpr std::size_t kShown = 80;
  std::string shown = ": ";
  AppendPrintable(shown, std::string_view(line).substr(0, kShown));
  if (IsNestedTooDeep(line)) {
    return Status(StatusCode::kInvalidInput, "the command's answer is nested too deep (more than " +
                                                 std::to_string(kMaxJsonDepth) + " levels)" + shown);
  }
  Result<Json> parsed = ParseObject(line);
  if (!parsed.ok()) return Status(parsed.status().code(), parsed.status().message() + shown);
  Json& answer = *parsed;
  if (const std::string_view large = LargeWhole(line); !large.empty()) {
    return Status(StatusCode::kInvalidInput, "the command's answer has the whole number " +
                                                 std::string(large.substr(0, kShown)) +
                                                 ", which 64 bits do not hold; write it as a string");
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
  return parsed;
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
  ExecDialogue(std::string command, std::function<void(bool)> tell_coming_up)
      : child_(std::move(command), std::move(tell_coming_up)) {}
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
    if (error == answer.end() || error->is_null()) return answer;
    const std::string reason = error->is_string() ? error->get<std::string>() : Dump(*error);
    return Status(StatusCode::kInvalidInput, reason.empty() ? "the command gave an error without a reason" : reason);
  }

  ExecChild child_;
  std::uint64_t last_id_ = FirstId();
};

Status Malformed(const std::string& what) {
  return {StatusCode::kInvalidInput, "the command's forecast: " + what};
}

// `steps` numbers; `missing`: null among them is one that is not known.
Result<std::vector<double>> StepsOf(const Json& list, int steps, const std::string& name, bool missing) {
  if (!list.is_array()) return Malformed(name + " is no list");
  if (list.size() != static_cast<std::size_t>(steps)) {
    return Malformed(name + " has " + std::to_string(list.size()) + " values, not " + std::to_string(steps));
  }
  std::vector<double> values;
  values.reserve(list.size());
  for (const Json& value : list) {
    if (!value.is_number() && !(missing && value.is_null())) {
      return Malformed(name + " has " + Dump(value).substr(0, 20) + " in the place of number " +
                       std::to_string(values.size() + 1));
    }
    values.push_back(value.is_null() ? kNotAvailable : value.get<double>());
  }
  return values;
}

// The bounds of one level are a list of the steps, those of all levels a list of these.
Status ExpectLevels(const Json& answer, const char* name, std::size_t levels) {
  const auto bounds = answer.find(name);
  if (bounds == answer.end()) return Malformed(std::string("has no \"") + name + "\", only the other bounds");
  if (!bounds->is_array()) return Malformed(std::string(name) + " is no list");
  if (bounds->size() == levels) return {};
  return Malformed(std::string(name) + " has " + std::to_string(bounds->size()) + " lists, not one for each of the " +
                   std::to_string(levels) + " levels");
}

Result<Forecast> ForecastOf(const Json& answer, int horizon, std::span<const double> levels) {
  Forecast forecast;
  const auto mean = answer.find("mean");
  if (mean == answer.end()) return Malformed("has neither \"mean\" nor \"error\"");
  FITD_ASSIGN_OR_RETURN(forecast.mean, StepsOf(*mean, horizon, "mean", false));
  if (!answer.contains("lo") && !answer.contains("hi")) return forecast;
  for (const char* name : {"lo", "hi"}) FITD_RETURN_IF_ERROR(ExpectLevels(answer, name, levels.size()));
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const auto name = [i](const char* bound) { return std::string(bound) + "[" + std::to_string(i) + "]"; };
    ForecastInterval interval{levels[i], {}, {}};
    FITD_ASSIGN_OR_RETURN(interval.lo, StepsOf(answer["lo"][i], horizon, name("lo"), true));
    FITD_ASSIGN_OR_RETURN(interval.hi, StepsOf(answer["hi"][i], horizon, name("hi"), true));
    forecast.intervals.push_back(std::move(interval));
  }
  return forecast;
}

class ExecAlgorithm final : public UserAlgorithm {
 public:
  ExecAlgorithm(std::string name, std::shared_ptr<ExecDialogue> dialogue)
      : name_(std::move(name)), dialogue_(std::move(dialogue)) {}
  // Its end is waited for where the host ends, with that of the others.
  ~ExecAlgorithm() override { dialogue_->child().CloseInput(); }
  ExecAlgorithm(const ExecAlgorithm&) = delete;
  ExecAlgorithm& operator=(const ExecAlgorithm&) = delete;

  std::string_view name() const override { return name_; }

  FitOutcome Fit(const FitRequest& request) const override {
    const Result<Json> answer = dialogue_->Ask(FitMessage(request));
    if (!answer.ok()) return Failed(request, answer.status().message());
    if (!answer->contains("model")) return Failed(request, "the command's answer has neither model nor error");
    Model model;
    SetPayload(model, kPayloadJson, Dump((*answer)["model"]));
    if (answer->contains("numbers")) {
      const Status taken = TakeNumbers((*answer)["numbers"], model);
      if (!taken.ok()) return Failed(request, taken.message());
    }
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
    return ForecastOf(answer, horizon, levels);
  }

 private:
  std::string name_;
  std::shared_ptr<ExecDialogue> dialogue_;
};

class ExecHost final : public AlgorithmHost {
 public:
  Result<std::unique_ptr<UserAlgorithm>> Load(const std::string& name, const UserContext&) override {
    auto dialogue = std::make_shared<ExecDialogue>(name.substr(kExecPrefix.size()), tell_coming_up_);
    FITD_RETURN_IF_ERROR(dialogue->child().Check());
    dialogues_.push_back(dialogue);
    return std::unique_ptr<UserAlgorithm>(std::make_unique<ExecAlgorithm>(name, std::move(dialogue)));
  }

  void TellComingUp(const std::function<void(bool)>& tell) override { tell_coming_up_ = tell; }

  // All of them at once: closing their input is what tells a command to end.
  void End() override {
    for (const auto& dialogue : dialogues_) dialogue->child().CloseInput();
    if (AwaitAll(kEndsByItself)) return;
    Log(LogLevel::kWarning,
        "a command goes on 2 s after the end of its input and is ended; what it has not written is lost");
    for (const auto& dialogue : dialogues_) dialogue->child().Terminate();
    AwaitAll(kEndsWhenTold);
    for (const auto& dialogue : dialogues_) dialogue->child().Stop();
  }

 private:
  bool AwaitAll(Duration time) const {
    const Monotonic deadline = std::chrono::steady_clock::now() + time;
    bool all = true;
    for (const auto& dialogue : dialogues_) all = dialogue->child().AwaitEnd(deadline) && all;
    return all;
  }

  std::function<void(bool)> tell_coming_up_;
  std::vector<std::shared_ptr<ExecDialogue>> dialogues_;
};

}  // namespace

std::unique_ptr<AlgorithmHost> MakeExecHost() {
  return std::make_unique<ExecHost>();
}

}  // namespace fitd
