// Runs exec: algorithms: any command that answers JSON lines. Worker process, main thread. The protocol, one line each:
//
//   in   {"op":"fit","target":"web-1","start":"2024-01-01T00:00:00Z","step":"1h","seasons":[24],"horizon":24,
//         "values":[1,2,null,4]}                              null: missing, only with --gaps none
//   out  {"model":ANYTHING}                                   or {"error":"why it cannot be fitted"}
//   in   {"op":"forecast","model":ANYTHING,"horizon":3,"levels":[80,95]}
//   out  {"mean":[1,2,3],"lo":[[..],[..]],"hi":[[..],[..]]}   a row per level; lo and hi may be left out
//
// "numbers":{"aic":12.5} beside the model shows in `fitd models`. One command runs per worker, until its input ends; it
// must flush after each line. What it writes to stderr goes to the worker's log.
#pragma once

#include <memory>

#include "common/fit/algorithm_host.h"

namespace fitd {

std::unique_ptr<AlgorithmHost> MakeExecHost();

}  // namespace fitd
