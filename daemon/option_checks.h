// Checks of option values on the command line, with messages that show the value and what is allowed.
// Daemon process, main thread, while the command line is built and parsed.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "daemon/progress.h"

namespace fitd {

CLI::Validator OneOfWords(std::vector<std::string> words);
CLI::Validator WholeNumber(long long low, long long high);
CLI::Validator NumberBetween(double low, double high);

// An option whose words stand for values. `out` outlives the parse and keeps its value when the option is not given.
template <class T>
CLI::Option* AddChoice(CLI::App& command, const std::string& name, T& out,
                       const std::vector<std::pair<std::string, T>>& choices, const std::string& description) {
  std::vector<std::string> words;
  for (const auto& choice : choices) words.push_back(choice.first);
  const auto choose = [&out, choices](const std::string& word) {
    for (const auto& choice : choices) {
      if (choice.first == word) out = choice.second;
    }
  };
  return command.add_option_function<std::string>(name, choose, description)->check(OneOfWords(std::move(words)));
}

CLI::Option* AddProgressOption(CLI::App& command, ProgressStyle& out);

// What is wrong with a command line that could not be parsed, and where its help is: the text for stderr.
std::string DescribeParseError(const CLI::App& app, const CLI::Error& error);

}  // namespace fitd
