// Checks of option values on the command line, with messages that show the value and what is allowed.
// Daemon process, main thread, while the command line is built and parsed.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/status.h"
#include "daemon/progress/progress.h"

namespace CLI {
class App;
class Error;
class Option;
class Validator;
}  // namespace CLI

namespace fitd {

CLI::Validator OneOfWords(std::vector<std::string> words);
// Not the empty text, which a script gives for a variable that is not set.
CLI::Validator NamesAFile();
CLI::Validator WholeNumber(long long low, long long high);
CLI::Validator NumberBetween(double low, double high);

// Folders of --python-path that are there. kNotFound names the first that is not.
Status CheckPythonPath(const std::vector<std::string>& folders);

// An option that takes one of some words; `choose` gets the place of the one that was given.
CLI::Option* AddWordOption(CLI::App& command, const std::string& name, std::vector<std::string> words,
                           std::function<void(std::size_t)> choose, const std::string& description);

// The same where the words stand for values. `out` outlives the parse and keeps its value when nothing is given.
template <class T>
CLI::Option* AddChoice(CLI::App& command, const std::string& name, T& out,
                       const std::vector<std::pair<std::string, T>>& choices, const std::string& description) {
  std::vector<std::string> words;
  words.reserve(choices.size());
  for (const auto& choice : choices) words.push_back(choice.first);
  const auto choose = [&out, choices](std::size_t place) { out = choices[place].second; };
  return AddWordOption(command, name, std::move(words), choose, description);
}

CLI::Option* AddProgressOption(CLI::App& command, ProgressStyle& out);

// What is wrong with a command line that could not be parsed, and where its help is: the text for stderr.
std::string DescribeParseError(const CLI::App& app, const CLI::Error& error);

}  // namespace fitd
