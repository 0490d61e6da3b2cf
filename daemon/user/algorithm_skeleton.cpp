#include "daemon/user/algorithm_skeleton.h"

#include <algorithm>
#include <cctype>

namespace fitd {
namespace {

// NAME stands for the algorithm's name, CLASS for the name of its class.
constexpr std::string_view kPythonModule = R"SKELETON(import numpy as np


def fit(target, frame, context):
    """Called for each target. frame.values and frame.times are read-only numpy arrays, frame.to_pandas() a Series.

    Return bytes, a dict, or anything that can be pickled. Raise to say that this target cannot be fitted.
    """
    y = np.asarray(frame.values)
    if len(y) < 3:
        raise ValueError("NAME needs 3 values")
    changes = np.diff(y)
    context.logger.debug("%d values", len(y))
    return {"last": float(y[-1]), "drift": float(changes.mean()), "sigma2": float(changes.var())}


def forecast(model, horizon, levels):
    """What fit returned comes back as model. Return the means, or (means, lower, upper) with a row per level."""
    steps = np.arange(1, horizon + 1)
    mean = model["last"] + model["drift"] * steps
    width = np.sqrt(model["sigma2"] * steps)
    half = np.array([_quantile(level) * width for level in levels]).reshape(len(levels), horizon)
    return mean, mean - half, mean + half


def _quantile(level):
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + level / 200)
)SKELETON";

constexpr std::string_view kPythonTest = R"SKELETON(import logging
import types
import unittest

import numpy as np

import NAME


class Test(unittest.TestCase):
    def test_a_straight_line_goes_on(self):
        frame = types.SimpleNamespace(values=np.arange(10.0), times=None)
        context = types.SimpleNamespace(options={}, global_result=None, logger=logging.getLogger())
        model = NAME.fit("a", frame, context)
        mean, lo, hi = NAME.forecast(model, 3, [80, 95])
        np.testing.assert_allclose(mean, [10, 11, 12])
        self.assertEqual(lo.shape, (2, 3))
        self.assertTrue((lo <= mean).all() and (mean <= hi).all())


if __name__ == "__main__":
    unittest.main()
)SKELETON";

constexpr std::string_view kCppLists = R"SKELETON(cmake_minimum_required(VERSION 3.22)
project(NAME LANGUAGES CXX)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
find_package(fitd REQUIRED)
fitd_add_algorithm(NAME NAME.cpp)
enable_testing()
add_executable(NAME_test NAME_test.cpp)
target_link_libraries(NAME_test PRIVATE fitd::algorithm)
add_test(NAME NAME COMMAND NAME_test)
)SKELETON";

constexpr std::string_view kCppHeader = R"SKELETON(#pragma once
#include <fitd/algorithm.h>

// A random walk with drift.
class CLASS : public fitd::plugin::Algorithm {
 public:
  // Called for each target. An exception says that it cannot be fitted.
  fitd::plugin::FittedModel Fit(const fitd::plugin::Series& series, const fitd::plugin::Logger& logger) override;
  // `model` holds the bytes that Fit returned.
  fitd::plugin::Forecast Forecast(std::string_view model, int horizon, std::span<const double> levels) override;
};
)SKELETON";

constexpr std::string_view kCppSource = R"SKELETON(#include "NAME.h"

#include <array>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace {
using State = std::array<double, 3>;  // last value, drift, variance of the changes
}

fitd::plugin::FittedModel CLASS::Fit(const fitd::plugin::Series& series, const fitd::plugin::Logger&) {
  const auto y = series.values;
  if (y.size() < 3) throw std::runtime_error("NAME needs 3 values");
  const auto changes = static_cast<double>(y.size() - 1);
  State state = {y.back(), (y.back() - y.front()) / changes, 0};
  for (std::size_t i = 1; i < y.size(); ++i) state[2] += std::pow(y[i] - y[i - 1] - state[1], 2) / changes;
  return {{reinterpret_cast<const char*>(state.data()), sizeof(state)}, {{"drift", state[1]}, {"sigma2", state[2]}}};
}

fitd::plugin::Forecast CLASS::Forecast(std::string_view model, int horizon, std::span<const double> levels) {
  State state{};
  if (model.size() != sizeof(state)) throw std::runtime_error("not a model of NAME");
  std::memcpy(state.data(), model.data(), sizeof(state));
  fitd::plugin::Forecast forecast;
  for (int h = 1; h <= horizon; ++h) forecast.mean.push_back(state[0] + h * state[1]);
  for (const double level : levels) {
    // Chebyshev's inequality: wide, and true whatever the distribution.
    const double factor = std::sqrt(1 / (1 - level / 100));
    fitd::plugin::Interval interval{level, forecast.mean, forecast.mean};
    for (int h = 1; h <= horizon; ++h) {
      const auto i = static_cast<std::size_t>(h - 1);
      interval.lo[i] -= factor * std::sqrt(h * state[2]);
      interval.hi[i] += factor * std::sqrt(h * state[2]);
    }
    forecast.intervals.push_back(std::move(interval));
  }
  return forecast;
}

#ifndef NAME_TEST
FITD_ALGORITHM(CLASS)
#endif
)SKELETON";

constexpr std::string_view kCppTest = R"SKELETON(#define NAME_TEST
#include "NAME.cpp"

#include <cstdio>

int main() {
  const double y[] = {0, 1, 2, 3, 4};
  fitd_output output{};
  output.log = [](void*, int, const char*) {};
  CLASS algorithm;
  const auto model = algorithm.Fit({"a", y, 0, 1, 0, {}, 1}, fitd::plugin::Logger(output));
  const double levels[] = {80};
  const auto forecast = algorithm.Forecast(model.bytes, 2, levels);
  const bool good = forecast.mean == std::vector<double>{5, 6} && forecast.intervals.size() == 1;
  std::puts(good ? "passed" : "FAILED");
  return good ? 0 : 1;
}
)SKELETON";

constexpr std::string_view kExecScript = R"SKELETON(#!/usr/bin/env python3
"""NAME: JSON lines in, JSON lines out, each answer with the id of its request. Any language will do: fitd-algorithm(7)."""
import json
import math
import sys


def fit(request):
    y = [v for v in request["values"] if v is not None]
    if len(y) < 3:
        return {"error": "NAME needs 3 values"}
    drift = (y[-1] - y[0]) / (len(y) - 1)
    sigma2 = sum((b - a - drift) ** 2 for a, b in zip(y, y[1:])) / (len(y) - 1)
    model = {"last": y[-1], "drift": drift, "sigma2": sigma2}
    return {"model": model, "numbers": {"drift": drift, "sigma2": sigma2}}


def forecast(request):
    model, steps = request["model"], range(1, request["horizon"] + 1)
    mean = [model["last"] + h * model["drift"] for h in steps]
    lo, hi = [], []
    for level in request["levels"]:
        factor = math.sqrt(1 / (1 - level / 100))
        half = [factor * math.sqrt(h * model["sigma2"]) for h in steps]
        lo.append([m - w for m, w in zip(mean, half)])
        hi.append([m + w for m, w in zip(mean, half)])
    return {"mean": mean, "lo": lo, "hi": hi}


for line in sys.stdin:
    request = json.loads(line)
    answer = fit(request) if request["op"] == "fit" else forecast(request)
    print(json.dumps({"id": request["id"], **answer}), flush=True)
)SKELETON";

constexpr std::string_view kExecTest = R"SKELETON(#!/bin/sh
# Asks for one fit and one forecast.
cd "$(dirname "$0")" || exit 1
answers=$(printf '%s\n' '{"op":"fit","id":1,"target":"a","values":[0,1,2,3]}' \
  '{"op":"forecast","id":2,"model":{"last":3,"drift":1,"sigma2":0},"horizon":2,"levels":[80]}' | ./NAME)
case $answers in
  *'"id": 1'*'"drift": 1.0'*'"id": 2'*'"mean": [4, 5]'*) echo passed ;;
  *) echo "FAILED: $answers"; exit 1 ;;
esac
)SKELETON";

std::string ReplaceAll(std::string_view text, std::string_view what, std::string_view with) {
  std::string out;
  while (true) {
    const std::size_t at = std::min(text.find(what), text.size());
    out += text.substr(0, at);
    if (at == text.size()) return out;
    out += with;
    text.remove_prefix(at + what.size());
  }
}

// "my_model" -> "MyModel".
std::string ClassName(std::string_view name) {
  std::string out;
  bool up = true;
  for (const char c : name) {
    if (c != '_') out += static_cast<char>(up ? std::toupper(static_cast<unsigned char>(c)) : c);
    up = c == '_';
  }
  return out;
}

std::string Fill(std::string_view text, std::string_view name) {
  // CMake's own keyword NAME of add_test is kept apart.
  std::string out = ReplaceAll(text, "add_test(NAME NAME", "add_test(\x01 NAME");
  out = ReplaceAll(ReplaceAll(out, "NAME", name), "CLASS", ClassName(name));
  return ReplaceAll(out, "\x01", "NAME");
}

}  // namespace

bool IsSkeletonName(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  // Words that a language has for itself, and modules that the skeleton or Python's own ones import.
  static constexpr std::string_view kTaken[] = {
      "int",      "long",      "double",    "float",     "char",        "bool",   "void",   "auto",   "class",
      "struct",   "new",       "delete",    "for",       "while",       "if",     "else",   "switch", "case",
      "default",  "return",    "import",    "from",      "def",         "lambda", "pass",   "with",   "is",
      "in",       "not",       "and",       "or",        "try",         "except", "raise",  "global", "del",
      "None",     "True",      "False",     "const",     "static",      "using",  "this",   "public", "private",
      "template", "typename",  "namespace", "json",      "os",          "sys",    "io",     "re",     "math",
      "time",     "types",     "typing",    "logging",   "unittest",    "numpy",  "pandas", "random", "statistics",
      "pickle",   "string",    "test",      "site",      "abc",         "codecs", "enum",   "copy",   "struct",
      "signal",   "threading", "warnings",  "functools", "collections", "fitd"};
  return !name.empty() && letter(name[0]) &&
         std::find(std::begin(kTaken), std::end(kTaken), name) == std::end(kTaken) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

std::vector<SkeletonFile> MakeSkeleton(SkeletonKind kind, std::string_view name) {
  const std::string stem(name);
  const auto file = [&](const std::string& path, std::string_view text, bool executable = false) {
    return SkeletonFile{path, Fill(text, name), executable};
  };
  switch (kind) {
    case SkeletonKind::kPython:
      return {file(stem + ".py", kPythonModule), file("test_" + stem + ".py", kPythonTest)};
    case SkeletonKind::kCpp:
      return {file("CMakeLists.txt", kCppLists), file(stem + ".h", kCppHeader), file(stem + ".cpp", kCppSource),
              file(stem + "_test.cpp", kCppTest)};
    case SkeletonKind::kExec:
      return {file(stem, kExecScript, true), file("test.sh", kExecTest, true)};
  }
  return {};
}

std::string DescribeNextSteps(SkeletonKind kind, std::string_view name) {
  switch (kind) {
    case SkeletonKind::kPython:
      return Fill(
          "test:  python3 NAME/test_NAME.py\n"
          "train: fitd train data.csv --models python:NAME:fit --python-path NAME\n",
          name);
    case SkeletonKind::kCpp:
      return Fill(
          "build: cmake -S NAME -B NAME/build && cmake --build NAME/build\n"
          "test:  ctest --test-dir NAME/build\n"
          "train: fitd train data.csv --models plugin:NAME/build/NAME.so\n",
          name);
    case SkeletonKind::kExec:
      return Fill("test:  NAME/test.sh\ntrain: fitd train data.csv --models exec:NAME/NAME\n", name);
  }
  return {};
}

}  // namespace fitd
