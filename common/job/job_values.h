// Choices of a job that are a word or numbers in text: read once, from the command line and the job file alike.
// Any process; pure. The message of an error is "TEXT: must be RULE", for whoever knows the option or key to put it
// before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/models/combination/combination.h"
#include "common/status.h"

namespace fitd {

// Season lengths > 1, ascending, each once; empty: none; nullopt ("auto"): found in the data of each target.
using SeasonChoice = std::optional<std::vector<int>>;
Result<SeasonChoice> ParseSeasons(std::string_view text);  // "auto", "12", "24,168"; 1 is no season
std::string FormatSeasons(const SeasonChoice& seasons);

// Worker processes; 0: the parent fits by itself; nullopt ("physical"): one a physical core.
using WorkerCount = std::optional<int>;
Result<WorkerCount> ParseWorkerCount(std::string_view text);
std::string FormatWorkerCount(const WorkerCount& count);

// Targets a chunk.
struct ChunkSizePolicy {
  enum class Kind : std::uint8_t { kAuto, kEven, kFixed };
  Kind kind = Kind::kAuto;
  std::uint32_t units = 0;  // kFixed
};
Result<ChunkSizePolicy> ParseChunkSize(std::string_view text);  // "auto", "even", "17"
std::string FormatChunkSize(const ChunkSizePolicy& policy);

// nullopt ("auto"): the rule that proves best.
using CombineChoice = std::optional<CombineRule>;
Result<CombineChoice> ParseCombine(std::string_view text);
std::string FormatCombine(const CombineChoice& choice);

// Last values of each target that the store keeps for people to look at; the largest number ("all"): every one; nullopt
// ("auto"): by the size of the fleet.
using KeepHistory = std::optional<std::uint64_t>;
Result<KeepHistory> ParseKeepHistory(std::string_view text);  // "auto", "all", "none", "500"
std::string FormatKeepHistory(const KeepHistory& keep);

}  // namespace fitd
