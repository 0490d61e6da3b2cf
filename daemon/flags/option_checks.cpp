#include "daemon/flags/option_checks.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "common/edit_distance.h"

namespace fitd {
namespace {

template <class T>
bool Parses(const std::string& text, T low, T high) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= low && value <= high;
}

// The command the error is about: the innermost one that was named.
const CLI::App& CommandOf(const CLI::App& app) {
  const std::vector<CLI::App*> named = app.get_subcommands();
  return named.empty() ? app : CommandOf(*named.back());
}

std::vector<std::string> OptionNames(const CLI::App& command) {
  std::vector<std::string> names;
  const auto add = [&names](const CLI::Option* option) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  };
  for (const CLI::Option* option : command.get_options()) add(option);
  for (const CLI::App* group : command.get_subcommands(nullptr)) {  // option groups are subcommands without a name
    if (!group->get_name().empty()) continue;
    for (const CLI::Option* option : group->get_options()) add(option);
  }
  return names;
}

std::string DescribeUnexpected(const CLI::App& command, const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return fmt::format("'{}' is one argument too many", word);
  const std::vector<std::string> names = OptionNames(command);
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string name = word.substr(0, word.find('='));
  // Known to the command, so it was given before the command's name.
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    return fmt::format("{} belongs behind the command: fitd {} {} ...", name, command.get_name(), name);
  }
  return fmt::format("there is no option {}{}", name, DidYouMean(name, views));
}

}  // namespace

CLI::Validator OneOfWords(std::vector<std::string> words) {
  return {[words = std::move(words)](const std::string& given) -> std::string {
            if (std::find(words.begin(), words.end(), given) != words.end()) return {};
            const std::vector<std::string_view> views(words.begin(), words.end());
            return fmt::format("'{}' is not one of {}{}", given, fmt::join(words, ", "), DidYouMean(given, views));
          },
          ""};
}

CLI::Validator NamesAFile() {
  return {[](const std::string& given) -> std::string { return given.empty() ? "'' is not the name of a file" : ""; },
          ""};
}

CLI::Validator WholeNumber(long long low, long long high) {
  return {[=](const std::string& given) -> std::string {
            if (Parses(given, low, high)) return {};
            return fmt::format("'{}' is not a whole number from {} to {}", given, low, high);
          },
          ""};
}

CLI::Validator NumberBetween(double low, double high) {
  return {[=](const std::string& given) -> std::string {
            if (Parses(given, low, high)) return {};
            return fmt::format("'{}' is not a number from {} to {}", given, low, high);
          },
          ""};
}

Status CheckPythonPath(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
      return {StatusCode::kNotFound, fmt::format("--python-path {}: there is no such folder", folder)};
  }
  return OkStatus();
}

CLI::Option* AddWordOption(CLI::App& command, const std::string& name, std::vector<std::string> words,
                           std::function<void(std::size_t)> choose, const std::string& description) {
  const auto take = [words, choose = std::move(choose)](const std::string& word) {
    choose(static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin()));
  };
  return command.add_option_function<std::string>(name, take, description)->check(OneOfWords(std::move(words)));
}

CLI::Option* AddProgressOption(CLI::App& command, ProgressStyle& out) {
  return AddChoice<ProgressStyle>(command, "--progress", out,
                                  {{"auto", ProgressStyle::kAuto},
                                   {"bar", ProgressStyle::kBar},
                                   {"plain", ProgressStyle::kPlain},
                                   {"json", ProgressStyle::kJson},
                                   {"none", ProgressStyle::kNone}},
                                  "auto, bar, plain, json or none [auto]");
}

std::string DescribeParseError(const CLI::App& app, const CLI::Error& error) {
  const CLI::App& command = CommandOf(app);
  std::string what = error.what();
  const bool no_command = &command == &app && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (no_command) what = "name a command";
  if (no_command || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::vector<std::string> extras = app.remaining(true);
    if (!extras.empty()) what = DescribeUnexpected(command, extras.front());
  } else if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) {
    // The value of an option that there is not is taken for the job.
    const std::vector<std::string> extras = app.remaining(true);
    const auto option = std::find_if(extras.begin(), extras.end(), [](const auto& word) { return word[0] == '-'; });
    if (option != extras.end()) what = DescribeUnexpected(command, *option);
  }
  const std::string full = &command == &app ? "fitd" : "fitd " + command.get_name();
  return fmt::format("fitd: {}; see {} --help\n", what, full);
}

}  // namespace fitd
