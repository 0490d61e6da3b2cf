// fitd new-algorithm: a skeleton of a user's algorithm that works, and its test.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "common/atomic_file.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/flags/job_flags.h"
#include "daemon/flags/option_checks.h"
#include "daemon/user/algorithm_skeleton.h"

namespace fitd {
namespace {

constexpr const char* kNewAlgorithmExamples =
    "Makes a folder NAME with an algorithm (a random walk with drift), its test and how to train with it.\n"
    "Examples:\n"
    "  fitd new-algorithm python mymodel    then: python3 mymodel/test_mymodel.py\n"
    "  fitd new-algorithm cpp fastmodel     then: cmake -S fastmodel -B build && cmake --build build\n"
    "  fitd new-algorithm exec anymodel     then: anymodel/test.sh";

Status WriteSkeleton(const std::filesystem::path& path, const SkeletonFile& file) {
  return WriteWholeFile(path.string(), file.text, file.executable ? 0777 : 0666);
}

Status NewAlgorithm(SkeletonKind kind, const std::string& name) {
  if (!IsSkeletonName(name)) {
    return {
        StatusCode::kUsage,
        fmt::format(
            "'{}' cannot be the name of a module: a letter, then letters, digits and _, and no word that C++ or Python "
            "has for itself or calls a module of its own",
            name)};
  }
  const std::filesystem::path folder = name;
  std::error_code error;
  if (!std::filesystem::create_directory(folder, error)) {
    return {StatusCode::kCannotCreate,
            fmt::format("cannot create the folder {}: {}", name, error ? error.message() : "it is there already")};
  }
  std::string list;
  for (const SkeletonFile& file : MakeSkeleton(kind, name)) {
    if (Status written = WriteSkeleton(folder / file.name, file); !written.ok()) {
      std::filesystem::remove_all(folder, error);  // half of an algorithm would only be in the way
      return written;
    }
    list += fmt::format("  {}/{}\n", name, file.name);
  }
  std::printf("made\n%s%s", list.c_str(), DescribeNextSteps(kind, name).c_str());
  return {};
}

}  // namespace

void AddNewAlgorithmCommand(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("new-algorithm", "Write the skeleton of your own algorithm");
  command->footer(kNewAlgorithmExamples);
  auto kind = std::make_shared<SkeletonKind>();
  auto name = std::make_shared<std::string>();
  AddChoice<SkeletonKind>(
      *command, "KIND", *kind,
      {{"python", SkeletonKind::kPython}, {"cpp", SkeletonKind::kCpp}, {"exec", SkeletonKind::kExec}},
      "python, cpp or exec")
      ->required();
  command->add_option("NAME", *name, "Of the folder and the algorithm")->required();
  command->callback([&run, kind, name] {
    run = [kind, name] {
      const Status status = NewAlgorithm(*kind, *name);
      return status.ok() ? 0 : ReportError(status);
    };
  });
}

}  // namespace fitd
