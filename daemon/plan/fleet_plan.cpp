#include "daemon/plan/fleet_plan.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <utility>

#include "common/archive.h"
#include "common/atomic_file.h"
#include "common/checksum.h"
#include "daemon/plan/fingerprint.h"

namespace fitd {
namespace {

constexpr std::string_view kPlanMark = "fitd-plan 3\n";
constexpr std::uint64_t kHeaderAt =
    kPlanMark.size() + 2 * sizeof(std::uint64_t);  // behind the header's size and checksum
constexpr std::uint64_t kMostHeader = 1ULL << 30;

struct Header {
  FleetPlan plan;
  std::vector<std::string> shards;  // TargetRanges::Text
  std::string target_column, time_column, value_column, time_pattern, time_zone;
  std::uint8_t time_format = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(plan.fingerprint, plan.options, plan.data_note, plan.sources, plan.targets, plan.values, shards);
    archive(target_column, time_column, value_column, time_pattern, time_zone, time_format);
  }
};

struct Fixed {
  std::uint64_t fingerprint = 0;
  std::uint64_t values = 0;
  std::int64_t start = 0;
  std::int64_t step_count = 0;
  std::uint32_t step_unit = 0;
  std::uint32_t id_bytes = 0;
  std::uint32_t runs = 0;
  std::uint32_t gaps_filled = 0;
  std::uint32_t lost = 0;
  std::uint32_t padding[3] = {};
};
static_assert(sizeof(Fixed) == 64);
static_assert(sizeof(GapRun) == 8);

constexpr std::uint64_t Padded(std::uint64_t bytes) {
  return (bytes + 7) & ~std::uint64_t{7};
}

std::uint64_t SeriesBytes(const Frame::Entry& entry) {
  return sizeof(Fixed) + Padded(entry.id.size()) + entry.num_runs * sizeof(GapRun) + entry.size * sizeof(double);
}

template <class T>
std::string_view Raw(const T* data, std::size_t count) {
  return {reinterpret_cast<const char*>(data), count * sizeof(T)};
}

Status AppendSeries(WholeFileWriter& file, const Frame::Entry& entry, std::uint64_t fingerprint) {
  Fixed fixed;
  fixed.fingerprint = fingerprint;
  fixed.values = entry.size;
  fixed.start = entry.grid.start;
  fixed.step_count = entry.grid.step.count;
  fixed.step_unit = static_cast<std::uint32_t>(entry.grid.step.unit);
  fixed.id_bytes = static_cast<std::uint32_t>(entry.id.size());
  fixed.runs = entry.num_runs;
  fixed.gaps_filled = entry.gaps_filled;
  fixed.lost = entry.lost;
  constexpr char kZeros[8] = {};
  FITD_RETURN_IF_ERROR(file.Append(Raw(&fixed, 1)));
  FITD_RETURN_IF_ERROR(file.Append(entry.id));
  FITD_RETURN_IF_ERROR(file.Append({kZeros, Padded(entry.id.size()) - entry.id.size()}));
  FITD_RETURN_IF_ERROR(file.Append(Raw(entry.filled, entry.num_runs)));
  return file.Append(Raw(entry.values, entry.size));
}

}  // namespace

Status WriteFleetPlan(const std::string& path, FleetPlan plan, const Frame& frame,
                      const std::vector<std::uint64_t>& fingerprints,
                      const std::function<void(std::size_t bytes)>& touched) {
  plan.targets = frame.size();
  plan.values = frame.num_values();
  std::vector<std::string> shards;
  for (const TargetRanges& targets : plan.shards) shards.push_back(targets.Text());
  Header header{
      std::move(plan),    std::move(shards),  frame.target_column, frame.time_column,
      frame.value_column, frame.time_pattern, frame.time_zone,     static_cast<std::uint8_t>(frame.time_format)};
  std::string bytes = Encode(header);
  const std::uint64_t sizes[] = {bytes.size(), Checksum64(bytes)};
  bytes.resize(Padded(kHeaderAt + bytes.size()) - kHeaderAt);
  FITD_ASSIGN_OR_RETURN(WholeFileWriter file, WholeFileWriter::Begin(path));
  FITD_RETURN_IF_ERROR(file.Append(kPlanMark));
  FITD_RETURN_IF_ERROR(file.Append(Raw(sizes, 2)));
  FITD_RETURN_IF_ERROR(file.Append(bytes));
  std::uint64_t offset = kHeaderAt + bytes.size() + (frame.size() + 1) * sizeof(std::uint64_t);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    FITD_RETURN_IF_ERROR(file.Append(Raw(&offset, 1)));
    offset += SeriesBytes(frame.entry(i));
  }
  FITD_RETURN_IF_ERROR(file.Append(Raw(&offset, 1)));
  for (std::size_t i = 0; i < frame.size(); ++i) {
    FITD_RETURN_IF_ERROR(AppendSeries(file, frame.entry(i), fingerprints[i]));
    if (touched) touched(frame.entry(i).size * sizeof(double));
  }
  return file.Commit();
}

Status FleetPlanFile::Damaged(const std::string& what) const {
  return {StatusCode::kCorrupt, path_ + ": " + what + "; make it again with fitd plan"};
}

Status FleetPlanFile::ReadAt(std::uint64_t offset, void* out, std::size_t size) const {
  char* to = static_cast<char*>(out);
  while (size > 0) {
    const ssize_t n = ::pread(fd_.get(), to, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return StatusFromErrno(errno, path_);
    if (n == 0) return Damaged("the plan ends too early");
    to += n;
    offset += static_cast<std::uint64_t>(n);
    size -= static_cast<std::size_t>(n);
  }
  return {};
}

Result<FleetPlanFile> FleetPlanFile::Open(const std::string& path) {
  FleetPlanFile file;
  file.path_ = path;
  file.fd_ = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd_.get() < 0) return StatusFromErrno(errno, path);
  char mark[kPlanMark.size()];
  std::uint64_t sizes[2];
  FITD_RETURN_IF_ERROR(file.ReadAt(0, mark, sizeof(mark)));
  if (std::string_view(mark, sizeof(mark)) != kPlanMark) return file.Damaged("no plan of this version of fitd");
  FITD_RETURN_IF_ERROR(file.ReadAt(kPlanMark.size(), sizes, sizeof(sizes)));
  if (sizes[0] > kMostHeader) return file.Damaged("damaged");
  std::string bytes(sizes[0], '\0');
  FITD_RETURN_IF_ERROR(file.ReadAt(kHeaderAt, bytes.data(), bytes.size()));
  if (Checksum64(bytes) != sizes[1]) return file.Damaged("damaged");
  Header header;
  FITD_RETURN_IF_ERROR(Decode(bytes, header, path));
  file.index_ = Padded(kHeaderAt + bytes.size());
  file.plan_ = std::move(header.plan);
  file.names_.target_column = std::move(header.target_column);
  file.names_.time_column = std::move(header.time_column);
  file.names_.value_column = std::move(header.value_column);
  file.names_.time_pattern = std::move(header.time_pattern);
  file.names_.time_zone = std::move(header.time_zone);
  file.names_.time_format = static_cast<TimeFormat>(header.time_format);
  for (const std::string& text : header.shards) {
    std::optional<TargetRanges> targets = TargetRanges::Parse(text);
    if (!targets || (!targets->empty() && targets->ranges().back().end > file.plan_.targets)) {
      return file.Damaged("damaged");
    }
    file.plan_.shards.push_back(*std::move(targets));
  }
  return file;
}

Status FleetPlanFile::ExpectOptions(const std::string& options) const {
  if (plan_.options == options) return {};
  return {StatusCode::kInvalidInput,
          path_ + " is a plan for other options or of another fitd; make it again with fitd plan"};
}

Status FleetPlanFile::ExpectData(const std::vector<std::string>& inputs) const {
  if (inputs.empty()) return {};
  FITD_ASSIGN_OR_RETURN(const std::vector<DataSource> given, FindDataSources(inputs));
  const std::string other = OtherData(plan_.sources, given);
  if (other.empty()) return {};
  return {StatusCode::kInvalidInput, path_ + " is a plan of other data: " + other +
                                         "; name the data it was made of, or make it again with fitd plan"};
}

Result<TargetRanges> FleetPlanFile::TargetsOf(const Shard& shard) const {
  if (shard.whole()) return AllTargets();
  if (plan_.shards.size() != static_cast<std::size_t>(shard.count)) {
    return Status(StatusCode::kUsage,
                  fmt::format("{} is a plan for {} shards, not for {}", path_, plan_.shards.size(), shard.count));
  }
  return plan_.shards[static_cast<std::size_t>(shard.index) - 1];
}

// The entry of the series in the `size` bytes at `record`; it points into them.
Result<Frame::Entry> FleetPlanFile::EntryAt(const char* record, std::uint64_t size, std::uint64_t* fingerprint) const {
  Fixed fixed;
  const Status damaged = Damaged("a series is damaged");
  if (size < sizeof(fixed)) return damaged;
  std::memcpy(&fixed, record, sizeof(fixed));
  const std::uint64_t runs = fixed.runs * sizeof(GapRun);
  const std::uint64_t other = sizeof(fixed) + Padded(fixed.id_bytes) + runs;
  if (fixed.values > size / sizeof(double) || other + fixed.values * sizeof(double) != size) return damaged;
  *fingerprint = fixed.fingerprint;
  const char* const behind_id = record + sizeof(fixed) + Padded(fixed.id_bytes);
  Frame::Entry entry{};
  entry.id = {record + sizeof(fixed), fixed.id_bytes};
  entry.values = reinterpret_cast<const double*>(behind_id + runs);
  entry.size = fixed.values;
  entry.grid = {fixed.start, {static_cast<Step::Unit>(fixed.step_unit), fixed.step_count}};
  entry.gaps_filled = fixed.gaps_filled;
  entry.lost = fixed.lost;
  entry.num_runs = fixed.runs;
  entry.filled = reinterpret_cast<const GapRun*>(behind_id);
  return entry;
}

// Appends the series of a range and returns the memory that their entries point into.
Result<std::shared_ptr<const void>> FleetPlanFile::ReadRange(TargetRanges::Range range,
                                                             std::vector<Frame::Entry>& entries,
                                                             std::vector<std::uint64_t>& fingerprints) const {
  std::vector<std::uint64_t> offsets(std::size_t{range.end} - range.first + 1);
  FITD_RETURN_IF_ERROR(
      ReadAt(index_ + range.first * sizeof(std::uint64_t), offsets.data(), offsets.size() * sizeof(std::uint64_t)));
  const off_t size = ::lseek(fd_.get(), 0, SEEK_END);
  if (size < 0) return StatusFromErrno(errno, path_);
  for (std::size_t i = 1; i < offsets.size(); ++i) {
    if (offsets[i] < offsets[i - 1]) return Damaged("damaged");
  }
  if (offsets.back() > static_cast<std::uint64_t>(size) || offsets.front() % alignof(double) != 0) {
    return Damaged("the plan ends too early");
  }
  const std::uint64_t bytes = offsets.back() - offsets.front();
  // Not a vector, which would first fill it with zeros.
  const std::shared_ptr<double[]> memory(new double[bytes / sizeof(double) + 1]);
  char* const begin = reinterpret_cast<char*>(memory.get());
  FITD_RETURN_IF_ERROR(ReadAt(offsets.front(), begin, bytes));
  for (std::size_t i = 1; i < offsets.size(); ++i) {
    std::uint64_t fingerprint = 0;
    FITD_ASSIGN_OR_RETURN(const Frame::Entry entry, EntryAt(begin + (offsets[i - 1] - offsets.front()),
                                                            offsets[i] - offsets[i - 1], &fingerprint));
    entries.push_back(entry);
    fingerprints.push_back(fingerprint);
  }
  return std::shared_ptr<const void>(memory);
}

Result<FleetPart> FleetPlanFile::Read(const TargetRanges& targets) const {
  FleetPart part;
  std::vector<Frame::Entry> entries;
  entries.reserve(targets.size());
  part.fingerprints.reserve(targets.size());
  std::vector<std::shared_ptr<const void>> memory;
  for (const TargetRanges::Range& range : targets.ranges()) {
    FITD_ASSIGN_OR_RETURN(std::shared_ptr<const void> bytes, ReadRange(range, entries, part.fingerprints));
    memory.push_back(std::move(bytes));
  }
  part.frame.target_column = names_.target_column;
  part.frame.time_column = names_.time_column;
  part.frame.value_column = names_.value_column;
  part.frame.time_format = names_.time_format;
  part.frame.time_pattern = names_.time_pattern;
  part.frame.time_zone = names_.time_zone;
  part.frame.Adopt(std::move(entries), std::move(memory));
  for (std::size_t i = 0; i < part.frame.size(); ++i) {
    if (FingerprintTarget(part.frame[i]) != part.fingerprints[i]) {
      return Damaged(fmt::format("the series of target '{}' is damaged", part.frame[i].id));
    }
  }
  return part;
}

}  // namespace fitd
