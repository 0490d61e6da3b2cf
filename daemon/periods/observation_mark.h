// Marks and words that say whether a value was observed: marks of statistical offices behind times and values
// (provisional, revised, estimated, a footnote), and the words of a column for it.
// Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

// Returns the text in front of such a mark: 2023 of 2023*, 2023p, 2023 (e) and 2023 [2]; empty: there is no mark. F and
// B are no marks: forecasts and budgets are not observed.
std::string_view WithoutMark(std::string_view text);

// The meaning of the mark behind a time. kObserved: 2023A, actual, final. kToCome: 2024E, 2024P, 2024 est., as analysts
// write forecasts. kUnsure: 2024p, 2024e and 2024* may be provisional or forecasts.
enum class TimeMark : std::uint8_t { kNone, kObserved, kToCome, kUnsure, kOther };
TimeMark MarkOfTime(std::string_view text);

// True for the name of a column that holds the year behind which values are estimates: "Estimates Start After" (IMF).
bool SaysSinceWhenToCome(std::string_view name);

// True for words that say whether a value was observed (actual, observed, Ist) or not (IsStageToCome). Single letters
// and words that also name other things (target, final) do not count.
bool IsStageWord(std::string_view text);
// True for text with a word for values that were not observed: Budget, STEO forecast, Medium variant.
bool IsStageToCome(std::string_view text);
// True for words that say so only beside those, since they also name other things: target, final, base, Soll.
bool IsStageBesideOthers(std::string_view text);
// True for the name of a column that asks whether values are forecasts (is_forecast, scenario, split), and for a cell
// that answers (1, true, yes, train, high).
bool AsksForStage(std::string_view name);
bool IsStageFlag(std::string_view text);
// True when a word or a flag in the column of that name says that a value was not observed: forecast in any, yes in
// is_forecast, no in is_actual.
bool SaysToCome(std::string_view column, std::string_view cell);
// True for the parts that data are split into to judge models: train, test, holdout.
bool IsSplitWord(std::string_view text);
// True for words that data loggers and historians write of the quality of a value: Good, Bad, Uncertain.
bool IsQualityWord(std::string_view text);

}  // namespace fitd
