#include "worker/python/python_host.h"

#include <pybind11/embed.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <filesystem>

#include "common/process/log.h"
#include "common/series/time_grid.h"
#include "worker/float_environment.h"
#include "worker/python/fitd_host_bytecode.h"
#include "worker/python/python_interpreter.h"

namespace py = pybind11;

namespace {

fitd::LogLevel LevelOf(int python_level) {
  if (python_level >= 40) return fitd::LogLevel::kError;
  if (python_level >= 30) return fitd::LogLevel::kWarning;
  return python_level >= 20 ? fitd::LogLevel::kInfo : fitd::LogLevel::kDebug;
}

}  // namespace

PYBIND11_EMBEDDED_MODULE(_fitd, module) {
  module.def("log", [](int level, const std::string& text) { fitd::Log(LevelOf(level), text); });
  module.def("month_times", [](std::int64_t start, std::int64_t months, int day, std::int64_t n) {
    py::array_t<std::int64_t> times(n);
    const auto unit = day == 0 ? fitd::Step::Unit::kMonth : static_cast<fitd::Step::Unit>(day);
    const fitd::TimeGrid grid{start, {unit, months}};
    auto* out = times.mutable_data();
    for (std::int64_t i = 0; i < n; ++i) out[i] = grid.At(i);
    return times;
  });
  module.def("named_times", [](std::int64_t start, const std::string& step, std::int64_t n) {
    py::array_t<std::int64_t> times(n);
    const fitd::Result<fitd::Step> parsed = fitd::ParseStep(step);
    const fitd::TimeGrid grid{start, parsed.ok() ? *parsed : fitd::Step{}};
    auto* out = times.mutable_data();
    for (std::int64_t i = 0; i < n; ++i) out[i] = grid.At(i);
    return times;
  });
}

namespace fitd {
namespace {

// Months as fitd_host.py takes them: what month_times takes, nothing when the step is in nanoseconds.
py::tuple Months(std::int64_t count, int day) {
  return count != 0 ? py::make_tuple(count, day) : py::tuple();
}

// As fitd_host.py numbers them.
enum class Kind { kFailed = 0, kBytes = 1, kPickle = 2 };

// Ids are bytes; the ones that are not UTF-8 come as Python represents undecodable file names.
py::object Text(std::string_view text) {
  PyObject* decoded = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape");
  if (decoded == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(decoded);
}

// Read-only, on the memory itself. Not an array, because that would import numpy for functions that do not need it.
py::object View(std::span<const double> values) {
  static const double kNothing = 0;
  const double* first = values.empty() ? &kNothing : values.data();
  return py::memoryview::from_memory(first, static_cast<py::ssize_t>(values.size_bytes()));
}

py::tuple Seasons(std::span<const int> seasons) {
  py::tuple tuple(seasons.size());
  for (std::size_t i = 0; i < seasons.size(); ++i) tuple[i] = seasons[i];
  return tuple;
}

// "ModuleNotFoundError: No module named 'x'", then the traceback.
std::string MessageOf(const py::error_already_set& error, const py::object& host) {
  try {
    return host.attr("_describe")(error.value()).cast<std::string>();
  } catch (const std::exception&) {
    return error.what();
  }
}

// What the algorithms of a process share.
struct Interpreter {
  py::object host;  // the module of fitd_host.py
  py::tuple none;
};

class PythonAlgorithm final : public UserAlgorithm {
 public:
  PythonAlgorithm(std::string name, py::object entry, const Interpreter& python)
      : name_(std::move(name)), entry_(std::move(entry)), python_(python), fit_(python.host.attr("fit")) {}

  std::string_view name() const override { return name_; }

  FitOutcome Fit(const FitRequest& request) const override {
    const FloatEnvironmentKept kept;
    try {
      const py::object view = View(request.grid_values);
      const py::object seasons = request.seasons.empty() ? py::object(python_.none) : Seasons(request.seasons);
      const Result<Step> step = ParseStep(request.step_text);
      const bool masked = step.ok() && (step->weekdays() != 0 || step->on_dates());
      const py::tuple result =
          fit_(entry_, Text(request.target), view, request.start_ns, masked ? 0 : request.step_ns,
               Months(request.step_months, request.day_of_month), Text(request.step_text), seasons, request.horizon);
      const Kind kind = static_cast<Kind>(result[0].cast<int>());
      if (kind == Kind::kFailed) return Failed(request, result[1].cast<std::string>());
      Model model;
      SetPayload(model, kind == Kind::kBytes ? kPayloadBytes : kPayloadPickle, result[1].cast<std::string>());
      if (!result[2].is_none()) TakeNumbers(result[2].cast<py::tuple>(), model);
      return Fitted(request, std::move(model));
    } catch (const py::error_already_set& error) {
      return Failed(request, MessageOf(error, python_.host));
    } catch (const std::runtime_error& error) {  // what it returned is of a type that there is no number or text for
      return Failed(request, error.what());
    }
  }

  Result<Forecast> TryPredict(const Model& model, int horizon, std::span<const double> levels) const override {
    const FloatEnvironmentKept kept;
    try {
      if (entry_.attr("forecast").is_none()) {
        return Status(StatusCode::kUsage,
                      "'" + name_ + "' has no forecast: define forecast(model, horizon, levels) beside its fit");
      }
      const Kind kind = PayloadEncoding(model) == kPayloadBytes ? Kind::kBytes : Kind::kPickle;
      const py::tuple result =
          python_.host.attr("forecast")(entry_, static_cast<int>(kind), py::bytes(model.payload), horizon,
                                        std::vector<double>(levels.begin(), levels.end()));
      if (!result[0].cast<bool>()) return Status(StatusCode::kInvalidInput, result[1].cast<std::string>());
      Forecast forecast;
      forecast.mean = result[1].cast<std::vector<double>>();
      const auto lo = result[2].cast<std::vector<std::vector<double>>>();
      const auto hi = result[3].cast<std::vector<std::vector<double>>>();
      for (std::size_t i = 0; i < levels.size() && i < lo.size() && i < hi.size(); ++i) {
        forecast.intervals.push_back({levels[i], lo[i], hi[i]});
      }
      return forecast;
    } catch (const std::exception& error) {
      return Status(StatusCode::kInternal, error.what());
    }
  }

 private:
  // The criteria of a dict go where the criteria of all algorithms are, other numbers are parameters.
  static void TakeNumbers(const py::tuple& numbers, Model& model) {
    const std::pair<std::string_view, double*> criteria[] = {{"loglik", &model.criteria.loglik},
                                                             {"aic", &model.criteria.aic},
                                                             {"aicc", &model.criteria.aicc},
                                                             {"bic", &model.criteria.bic},
                                                             {"sigma2", &model.criteria.sigma2}};
    for (auto& [name, value] : numbers[0].cast<std::vector<std::pair<std::string, double>>>()) {
      bool known = false;
      for (const auto& [criterion, place] : criteria) {
        if (name == criterion) {
          *place = value;
          known = true;
        }
      }
      if (!known) model.parameters.push_back({std::move(name), value});
    }
    for (auto& [name, values] : numbers[1].cast<std::vector<std::pair<std::string, std::vector<double>>>>()) {
      model.states.push_back({std::move(name), std::move(values)});
    }
  }

  std::string name_;
  py::object entry_;
  const Interpreter& python_;
  py::object fit_;
};

class PythonHost final : public AlgorithmHost {
 public:
  Result<std::unique_ptr<UserAlgorithm>> Load(const std::string& name, const UserContext& context) override {
    const FloatEnvironmentKept kept;
    FITD_RETURN_IF_ERROR(Start(context));
    FITD_ASSIGN_OR_RETURN(py::object entry, LoadEntry(name, context));
    return std::unique_ptr<UserAlgorithm>(std::make_unique<PythonAlgorithm>(name, std::move(entry), *python_));
  }

  Result<std::string> FitGlobal(const std::string& name, const UserContext& context,
                                std::span<const SeriesView> frame) override {
    const FloatEnvironmentKept kept;
    FITD_RETURN_IF_ERROR(Start(context));
    FITD_ASSIGN_OR_RETURN(const py::object entry, LoadEntry(name, context));
    try {
      py::list series;
      for (const SeriesView& one : frame) {
        const Step& step = one.grid.step;
        const bool even = step.unit == Step::Unit::kNanosecond;
        series.append(py::make_tuple(Text(one.id), View(one.values), one.grid.start, even ? step.count : 0,
                                     Months(step.months() ? step.count : 0, step.day_of_month()),
                                     Text(FormatStep(step))));
      }
      const py::tuple result = python_->host.attr("fit_global")(entry, series);
      const auto text = result[1].cast<std::string>();
      if (result[0].cast<int>() != static_cast<int>(Kind::kFailed)) return text;
      return Status(StatusCode::kInvalidInput, "the global algorithm " + name + " failed: " + text);
    } catch (const py::error_already_set& error) {
      return Status(StatusCode::kInternal, name + ": " + MessageOf(error, python_->host));
    } catch (const std::runtime_error& error) {
      return Status(StatusCode::kInternal, name + ": " + error.what());
    }
  }

  void End() override {
    if (!python_) return;
    EndPython([this]() -> PythonTrackers {
      try {
        return python_->host.attr("end")().cast<PythonTrackers>();
      } catch (const std::exception& error) {
        Log(LogLevel::kInfo, std::string("the end of Python: ") + error.what());
        return {};
      }
    });
  }

 private:
  Status Start(const UserContext& context) {
    if (python_) return {};
    FITD_RETURN_IF_ERROR(StartPython(context.python_path));
    try {
      const py::module_ types = py::module_::import("types");
      const py::object host = types.attr("ModuleType")("fitd_host");
      py::module_::import("sys").attr("modules")["fitd_host"] = host;
      const py::object code = py::module_::import("marshal").attr("loads")(
          py::memoryview::from_memory(kFitdHostBytecode, sizeof(kFitdHostBytecode)));
      py::exec("exec(code, scope)", py::dict(py::arg("code") = code, py::arg("scope") = host.attr("__dict__")));
      host.attr("start")(PathsOf(context), LevelNumber());
      py::module_::import("faulthandler").attr("enable")(py::arg("file") = 2, py::arg("all_threads") = false);
      python_ = std::make_unique<Interpreter>(Interpreter{host, py::tuple()});
      return {};
    } catch (const py::error_already_set& error) {
      return {StatusCode::kBadConfig, std::string("cannot prepare Python: ") + error.what()};
    }
  }

  // The folders given, else the current one, as `python -m` would.
  static std::vector<std::string> PathsOf(const UserContext& context) {
    std::vector<std::string> paths;
    std::error_code error;
    for (const std::string& path : context.python_path) {
      const std::filesystem::path folder(path);
      if (std::filesystem::exists(folder / "pyvenv.cfg", error)) continue;
      paths.push_back(std::filesystem::absolute(folder, error).string());
    }
    if (paths.empty()) paths.push_back(std::filesystem::current_path(error).string());
    return paths;
  }

  static int LevelNumber() {
    switch (CurrentLogLevel()) {
      case LogLevel::kDebug:
        return 10;
      case LogLevel::kInfo:
        return 20;
      case LogLevel::kWarning:
        return 30;
      case LogLevel::kError:
        return 40;
      case LogLevel::kOff:
        break;
    }
    return 60;
  }

  Result<py::object> LoadEntry(const std::string& name, const UserContext& context) {
    try {
      const std::string object = name.substr(kPythonPrefix.size());
      return python_->host.attr("load")(object, context.options, py::bytes(context.global_result)).cast<py::object>();
    } catch (const py::error_already_set& error) {
      return Status(StatusCode::kBadConfig, "cannot load " + name + ": " + MessageOf(error, python_->host));
    }
  }

  std::unique_ptr<Interpreter> python_;
};

}  // namespace

std::unique_ptr<AlgorithmHost> MakePythonHost() {
  return std::make_unique<PythonHost>();
}

}  // namespace fitd
