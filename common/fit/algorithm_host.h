// Users' own algorithms: the form of their names, and the interface between the stages, which only know names, and the
// hosts that load and call the code (worker/: embedded Python, plugins, executables). The main() of a worker process
// adds its hosts; the daemon has none and so never runs users' code.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/models/base/algorithm.h"
#include "common/series/series.h"
#include "common/status.h"

namespace fitd {

inline constexpr std::string_view kPythonPrefix = "python:";
inline constexpr std::string_view kPluginPrefix = "plugin:";
inline constexpr std::string_view kExecPrefix = "exec:";

// "python:module:object", "plugin:path.so" or "exec:command".
bool IsUserAlgorithm(std::string_view name);

// Whether a shell in this folder would find the first word of an executable's `command`; kBadConfig names it.
Status ExpectCommand(const std::string& command);

// What users' code receives besides the series. Views live as long as the stage.
struct UserContext {
  std::vector<std::string> python_path;
  std::string options;        // of the run, as a JSON object
  std::string global_result;  // bytes of the user's own global stage; empty: there was none
};

// How a user's result is stored in Model::payload. The spec of such a model is "ENCODING:BYTES", so that the payload,
// which is the end of a model's archive, can be cut out with SQL alone (view `payloads`).
inline constexpr std::string_view kPayloadBytes = "bytes";    // as the user returned them
inline constexpr std::string_view kPayloadPickle = "pickle";  // any Python object, protocol 5
inline constexpr std::string_view kPayloadJson = "json";      // result of an executable
void SetPayload(Model& model, std::string_view encoding, std::string payload);
// The encoding in a model's spec; empty when it has none.
std::string_view PayloadEncoding(const Model& model);

class UserAlgorithm : public Algorithm {
 public:
  // Errors come from the user's code: its message, or kUsage when it has no forecast.
  virtual Result<Forecast> TryPredict(const Model& model, int horizon, std::span<const double> levels) const = 0;

  // Never reports damage: only the user's code can judge the payload.
  std::string Damage(const Model&) const override { return {}; }
  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override;
  double ExpectedSeconds(std::size_t n, std::span<const int> seasons) const override;

 protected:
  // The outcome of a fit by the user's code. Fitted: a fitted model with what the code returned. Failed: for `reason`,
  // which is logged; control characters in it, which may be anything, are kept escaped (see PrintableLines()).
  FitOutcome Fitted(const FitRequest& request, Model model) const;
  FitOutcome Failed(const FitRequest& request, const std::string& reason) const;
};

class AlgorithmHost {
 public:
  virtual ~AlgorithmHost() = default;

  // Loads the code behind `name`. An error (kBadConfig with the loader's message) ends the run and is not retried.
  virtual Result<std::unique_ptr<UserAlgorithm>> Load(const std::string& name, const UserContext& context) = 0;

  // Calls a global algorithm with every series of the run; returns its result as a payload.
  virtual Result<std::string> FitGlobal(const std::string& name, const UserContext& context,
                                        std::span<const SeriesView> frame);

  // `tell` is called, in the thread that fits, with true when code for a target begins to come up, and with false when
  // it has: what a command takes to start is not the target's time.
  virtual void TellComingUp(const std::function<void(bool)>& /*tell*/) {}

  // Orderly end, so that users' code can write what it has buffered. The host is not called afterwards.
  virtual void End() {}
};

// Time for all hosts of a process to end (a command gets 2.5 s, Python 5 s); then the process is killed.
inline constexpr auto kHostsEnd = std::chrono::seconds(8);

// The hosts of one process, by prefix. Built before the first stage. Hosts and what they have loaded are never
// destroyed, since a plugin must not be torn down while the process exits.
class AlgorithmHosts {
 public:
  AlgorithmHosts() = default;
  AlgorithmHosts(AlgorithmHosts&&) = default;
  AlgorithmHosts& operator=(AlgorithmHosts&&) = delete;

  // `prefix` must have static storage duration.
  void Add(std::string_view prefix, std::unique_ptr<AlgorithmHost> host);
  // The host of a user's algorithm; kUsage when this process has none for it.
  Result<AlgorithmHost*> Find(const std::string& name) const;
  void TellComingUp(const std::function<void(bool)>& tell) const;
  // Ends all hosts. The algorithms that they have loaded must be destroyed before.
  void End() const;

 private:
  std::vector<std::pair<std::string_view, AlgorithmHost*>> hosts_;
};

// The first line of a reason, for tables; a traceback may follow it.
std::string_view FirstLine(std::string_view text);

}  // namespace fitd
