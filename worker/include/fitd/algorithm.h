/* Write an algorithm for fitd in C++ (class fitd::plugin::Algorithm below) or in anything that can export a C function.
 *
 *   #include <fitd/algorithm.h>
 *   class Drift : public fitd::plugin::Algorithm { ... };
 *   FITD_ALGORITHM(Drift)
 *
 * find_package(fitd) and fitd_add_algorithm(drift drift.cpp) make drift.so of it, and
 * fitd train data.csv --models plugin:./drift.so fits it to every target.
 *
 * A worker process loads the plugin once, calls it from its only thread, and is replaced when the plugin crashes. The
 * pointers an algorithm gets live until its function returns; what it hands to a callback is copied before that
 * returns.
 */
#ifndef FITD_ALGORITHM_H
#define FITD_ALGORITHM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when something below changes in a way that old plugins would not survive. Unequal: the plugin is refused.
 * New members are only ever added at the end of a struct, whose struct_size says how many there are. */
#define FITD_PLUGIN_ABI 1

struct fitd_series {
  size_t struct_size;
  const char* target; /* not terminated by 0; any bytes */
  size_t target_size;
  const double* values; /* on a regular time grid; NaN where a value is missing (only with --gaps none) */
  size_t num_values;    /* at least 1 */
  int64_t start_ns;     /* of values[0], nanoseconds since 1970, UTC */
  int64_t step_ns;      /* between two values, or 0 when it is ... */
  int64_t step_months;  /* ... so many calendar months */
  const int* seasons;   /* season lengths above 1, ascending */
  size_t num_seasons;
  int horizon; /* steps ahead that the model should be good for */
  /* As --frequency takes it, not terminated by 0: "1h", "1M"; and "B", "Mon-Sat" or "5min@Mon-Fri@09:30-15:55", whose
   * values are further apart than step_ns where days or hours are left out. */
  const char* step;
  size_t step_size;
};

/* Where results go. `self` is the first argument of each function. */
struct fitd_output {
  size_t struct_size;
  void* self;
  void (*model)(void* self, const void* bytes, size_t size);                      /* fit: once */
  void (*number)(void* self, const char* name, double value);                     /* fit: shown by `fitd models` */
  void (*error)(void* self, const char* text);                                    /* why it cannot be fitted */
  void (*mean)(void* self, const double* values, size_t count);                   /* forecast: `horizon` values */
  void (*interval)(void* self, double level, const double* lo, const double* hi); /* forecast: `horizon` each */
  void (*log)(void* self, int level, const char* text); /* 0 debug, 1 info, 2 warning, 3 error */
};

struct fitd_plugin {
  uint32_t abi; /* FITD_PLUGIN_ABI: first, whatever else changes */
  uint32_t struct_size;
  const char* name;
  /* 0: success. Anything else: `error` has been called. Must not throw. */
  int (*fit)(const struct fitd_series* series, const struct fitd_output* output);
  /* NULL: it cannot forecast. */
  int (*forecast)(const void* model, size_t model_size, int horizon, const double* levels, size_t num_levels,
                  const struct fitd_output* output);
};

/* What a plugin exports. */
#define FITD_PLUGIN_SYMBOL "fitd_plugin_v1"
/* NOLINTNEXTLINE(modernize-use-using): C */
typedef const struct fitd_plugin* (*fitd_plugin_function)(void);

#ifdef __cplusplus
} /* extern "C" */

#include <exception>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fitd::plugin {

struct Series {
  std::string_view target;
  std::span<const double> values;
  std::int64_t start_ns, step_ns, step_months;
  std::span<const int> seasons;
  int horizon;
  std::string_view step;  // "1h", "1M", "B": as --frequency takes it
};

struct FittedModel {
  std::string bytes;                                    // whatever Forecast needs
  std::vector<std::pair<std::string, double>> numbers;  // for people; loglik, aic, aicc, bic, sigma2 have columns
};

struct Interval {
  double level;  // percent
  std::vector<double> lo, hi;
};

struct Forecast {
  std::vector<double> mean;
  std::vector<Interval> intervals;
};

// Writes to the worker's log while a Fit or Forecast runs.
class Logger {
 public:
  explicit Logger(const fitd_output& output) : output_(output) {}
  void Info(const std::string& text) const { output_.log(output_.self, 1, text.c_str()); }
  void Warning(const std::string& text) const { output_.log(output_.self, 2, text.c_str()); }

 private:
  const fitd_output& output_;
};

// One object per worker process. An exception is a target that could not be fitted, with what() as the reason.
class Algorithm {
 public:
  virtual ~Algorithm() = default;
  virtual FittedModel Fit(const Series& series, const Logger& logger) = 0;
  virtual fitd::plugin::Forecast Forecast(std::string_view model, int horizon, std::span<const double> levels) = 0;
};

namespace internal {

template <class Body>
int Guard(const fitd_output& output, Body body) {
  try {
    body();
    return 0;
  } catch (const std::exception& error) {
    output.error(output.self, error.what());
  } catch (...) {
    output.error(output.self, "an exception of an unknown type");
  }
  return 1;
}

template <class Type>
Type& Instance() {
  static Type instance;
  return instance;
}

template <class Type>
int Fit(const fitd_series* s, const fitd_output* output) {
  return Guard(*output, [&] {
    const Series series{{s->target, s->target_size},
                        {s->values, s->num_values},
                        s->start_ns,
                        s->step_ns,
                        s->step_months,
                        {s->seasons, s->num_seasons},
                        s->horizon,
                        s->struct_size >= sizeof(fitd_series) ? std::string_view(s->step, s->step_size) : ""};
    const FittedModel model = Instance<Type>().Fit(series, Logger(*output));
    output->model(output->self, model.bytes.data(), model.bytes.size());
    for (const auto& [name, value] : model.numbers) output->number(output->self, name.c_str(), value);
  });
}

template <class Type>
int Predict(const void* model, size_t size, int horizon, const double* levels, size_t num_levels,
            const fitd_output* output) {
  return Guard(*output, [&] {
    const auto forecast =
        Instance<Type>().Forecast({static_cast<const char*>(model), size}, horizon, {levels, num_levels});
    output->mean(output->self, forecast.mean.data(), forecast.mean.size());
    const auto steps = static_cast<std::size_t>(horizon);
    for (const Interval& one : forecast.intervals) {
      if (one.lo.size() != steps || one.hi.size() != steps) throw std::length_error("an interval of another length");
      output->interval(output->self, one.level, one.lo.data(), one.hi.data());
    }
  });
}

}  // namespace internal
}  // namespace fitd::plugin

/* Exports the class: once per plugin, outside of any namespace. */
#define FITD_ALGORITHM(Type)                                                                                        \
  extern "C" __attribute__((visibility("default"))) const fitd_plugin* fitd_plugin_v1() {                           \
    static const fitd_plugin plugin = {FITD_PLUGIN_ABI, sizeof(fitd_plugin), #Type,                                 \
                                       &fitd::plugin::internal::Fit<Type>, &fitd::plugin::internal::Predict<Type>}; \
    return &plugin;                                                                                                 \
  }

#endif /* __cplusplus */
#endif /* FITD_ALGORITHM_H */
