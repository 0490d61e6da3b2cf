// Finds in what the files of one reading differ so that their rows are no rows of the same series: what their values
// are measured in, and which columns tell their targets apart. Daemon, the thread of LoadFrame and ingest threads; pure
// functions.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/status.h"
#include "daemon/ingest/ingest_options.h"
#include "daemon/ingest/piece_reader.h"

namespace fitd {

// The name of a column of values in lower case and without years: "Sales 2023" and "sales 2024" both give "sales ".
// "value", "y" and "v" all give "value".
std::string QuantityOf(std::string_view name);
// True when both are non-empty and differ. An empty name or unit is unknown and differs from none.
bool BothSayAndDiffer(std::string_view a, std::string_view b);
// What to do about two such names of columns of values: where they differ in units, to write them in one; else to call
// them alike, or to say --value-column `option`, unless it is empty.
std::string MendOfNames(std::string_view a, std::string_view b, const std::string& option);

// What a file says of the unit of one target.
struct UnitInFile {
  bool known = false;      // it has numbers of that target
  std::string_view cells;  // written behind the numbers
  std::string_view said;   // in a row below the header
  std::string_view scale;  // in a title above it
};

UnitInFile UnitOfTarget(const CsvLayout& layout, std::string_view id);
UnitInFile UnitOfColumn(const CsvLayout& layout, std::size_t column);
// A unit behind the numbers of one file and none in another differ, as within a file. A row of units or a title in one
// file alone does so when it is a scale (in thousands).
bool UnitsDiffer(const UnitInFile& a, const UnitInFile& b);
// "in 'kWh'", "in thousands", "without a unit".
std::string DescribeUnit(const UnitInFile& unit);
// True when both files say the same of the units of all columns.
bool HaveSameUnits(const CsvLayout& a, const CsvLayout& b);

// What the files say of the units of their columns of values, without columns of which they say different things, and
// after what files are called.
void DescribeMeaning(const std::vector<IngestInput>& inputs, const std::vector<PieceResult>& pieces,
                     ValueMeaning& meaning);

// Why rows of target `id` in two pieces are of two series for the words beside their values, where one of their files
// has no such column; empty: they are not.
std::string WhyWordsDiffer(std::string_view id, const PieceResult& a, const PieceResult& b,
                           const std::vector<IngestInput>& inputs);

// Whether the name of a file says that its values were observed (actual_2024.csv) or not (budget_2024.csv).
enum class FileStage : std::uint8_t { kUnknown, kObserved, kToCome };
FileStage StageOfFile(std::string_view path);

// Finds columns of values of several sources that are called alike but for their units: A [kWh] and A [MWh], or A.
class NamesWithUnits {
 public:
  // Adds a source with columns of these names, some of which are values. When it has a value that is called like one of
  // an earlier source, and neither has both, returns the two names: the earlier one, and its own.
  std::optional<std::pair<std::string, std::string>> Add(const std::vector<std::string>& names,
                                                         const std::vector<std::string>& values);
  // Index of the source that the earlier of two such names is of.
  std::size_t source() const { return source_; }

 private:
  std::map<std::string, std::pair<std::string, std::size_t>, std::less<>> known_;  // by name without unit
  std::vector<std::set<std::string, std::less<>>> names_;                          // of each source
  std::size_t source_ = 0;
};

// kInvalidInput when a column of targets in one file and one of another are called alike but for their units.
Status CheckUnitsOfNames(const IngestOptions& options, const std::vector<IngestInput>& inputs,
                         const std::vector<PieceResult>& pieces);
// kInvalidInput when the columns that were found to tell targets apart differ between files of the same quantity,
// although both have those of the first: store in one, store and channel in the other.
Status CheckSameIds(const IngestOptions& options, const std::vector<IngestInput>& inputs,
                    const std::vector<PieceResult>& pieces);

}  // namespace fitd
