// Users' own algorithms: how their names look, and the seam between the stages, which only know names, and the hosts
// that load and call the code behind them (worker/: embedded Python, plugins, executables). A worker process is given
// its hosts by its main(); the daemon has none and so runs no user's code.
#pragma once

#include <chrono>
#include <cstdint>
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

// What a user's code is given beside the series. Views live as long as the stage.
struct UserContext {
  std::vector<std::string> python_path;
  std::string options;        // of the run, a JSON object
  std::string global_result;  // bytes of the user's own global stage; empty: there was none
};

// How a user's result lies in Model::payload; the spec of such a model is "ENCODING:BYTES", so that the payload, the
// last thing in a model's archive, can be taken out of a store with SQL alone (view `payloads`).
inline constexpr std::string_view kPayloadBytes = "bytes";    // as the user returned them
inline constexpr std::string_view kPayloadPickle = "pickle";  // any Python object, protocol 5
inline constexpr std::string_view kPayloadJson = "json";      // of an executable
void SetPayload(Model& model, std::string_view encoding, std::string payload);
// The encoding in a model's spec; empty when it has none.
std::string_view PayloadEncoding(const Model& model);

class UserAlgorithm : public Algorithm {
 public:
  // Errors are the user's code's own: its message, or that it has no forecast (kUsage).
  virtual Result<Forecast> TryPredict(const Model& model, int horizon, std::span<const double> levels) const = 0;

  // What is in the payload only the user's code can judge.
  std::string Damage(const Model&) const override { return {}; }
  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override;
  double ExpectedSeconds(std::size_t n, std::span<const int> seasons) const override;

 protected:
  // The outcome of a fit by the user's code: fitted, all but what it returned; or failed for a reason, which is logged.
  FitOutcome Fitted(const FitRequest& request, Model model) const;
  FitOutcome Failed(const FitRequest& request, std::string reason) const;
};

class AlgorithmHost {
 public:
  virtual ~AlgorithmHost() = default;

  // Loads the code behind `name`. An error ends the run (kBadConfig, with what the loader said); it is nobody's retry.
  virtual Result<std::unique_ptr<UserAlgorithm>> Load(const std::string& name, const UserContext& context) = 0;

  // Calls a global algorithm with every series of the run; returns its result as a payload.
  virtual Result<std::string> FitGlobal(const std::string& name, const UserContext& context,
                                        std::span<const SeriesView> frame);

  // The orderly end: users' code may write what it has not written yet. Nothing is called afterwards.
  virtual void End() {}
};

// How long the hosts of a process may take to end, all together: a command 2.5 s, Python 5 s. It is killed then.
inline constexpr auto kHostsEnd = std::chrono::seconds(8);

// The hosts of one process, by prefix. Built before the first stage; they and what they have loaded are left to the end
// of the process: a plugin must not be torn down while it exits.
class AlgorithmHosts {
 public:
  AlgorithmHosts() = default;
  AlgorithmHosts(AlgorithmHosts&&) = default;
  AlgorithmHosts& operator=(AlgorithmHosts&&) = delete;

  // `prefix` has static storage.
  void Add(std::string_view prefix, std::unique_ptr<AlgorithmHost> host);
  // Finds the host of a user's algorithm; kUsage when this process has none for it.
  Result<AlgorithmHost*> Find(const std::string& name) const;
  // Ends each of them. What they have loaded is destroyed before and never asked for again.
  void End() const;

 private:
  std::vector<std::pair<std::string_view, AlgorithmHost*>> hosts_;
};

// The first line of a reason: what tables show. A reason may go on with a traceback.
std::string_view FirstLine(std::string_view text);

}  // namespace fitd
