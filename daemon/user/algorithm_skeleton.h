// The files that `fitd new-algorithm` writes. Daemon executable; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fitd {

enum class SkeletonKind { kPython, kCpp, kExec };

struct SkeletonFile {
  std::string name;  // in the skeleton's folder
  std::string text;
  bool executable = false;
};

// A name that can be a Python module, a CMake target and a C++ class: a letter, then letters, digits and _.
bool IsSkeletonName(std::string_view name);

std::vector<SkeletonFile> MakeSkeleton(SkeletonKind kind, std::string_view name);

// How to test it and how to train with it.
std::string DescribeNextSteps(SkeletonKind kind, std::string_view name);

}  // namespace fitd
