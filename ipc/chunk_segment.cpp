#include "ipc/chunk_segment.h"

#include <cstring>

#include "common/archive.h"
#include "common/checksum.h"
#include "ipc/messages.h"

namespace fitd {
namespace {

constexpr std::size_t kSegmentAlign = 64;
constexpr std::uint64_t kMagic = 0x4b4e554843445446;  // "FTDCHUNK"

struct Prefix {
  std::uint64_t magic;
  std::uint64_t version;
  std::uint64_t archive_bytes;
  std::uint64_t total_bytes;
  std::uint64_t archive_checksum;
  std::uint64_t reserved[3];
};
static_assert(sizeof(Prefix) == kSegmentAlign);

constexpr std::size_t Aligned(std::size_t bytes) {
  return (bytes + kSegmentAlign - 1) / kSegmentAlign * kSegmentAlign;
}

// One array per property: cereal copies an array of numbers as one block.
struct ChunkHeader {
  std::vector<std::uint32_t> counts;  // series per unit
  std::string ids;                    // all ids, one after the other
  std::vector<std::uint32_t> id_sizes;
  std::vector<std::uint64_t> lengths;  // values per series
  std::vector<std::int64_t> starts, step_counts;
  std::vector<std::uint8_t> step_units;
  std::vector<std::uint32_t> run_counts;               // of made-up values, per series
  std::vector<std::uint32_t> run_firsts, run_lengths;  // of all series, one after the other
  std::string priors;                                  // all of them, one after the other
  std::vector<std::uint32_t> prior_sizes;              // empty: there is none

  template <class Archive>
  void serialize(Archive& ar) {
    ar(counts, ids, id_sizes, lengths, starts, step_counts, step_units, run_counts, run_firsts, run_lengths, priors,
       prior_sizes);
  }
};

Status Damaged(const char* what) {
  return {StatusCode::kCorrupt, std::string("chunk segment: ") + what};
}

bool ConsistentSizes(const ChunkHeader& h) {
  const std::size_t n = h.id_sizes.size();
  std::uint64_t series = 0, id_bytes = 0, runs = 0;
  for (const std::uint32_t c : h.counts) series += c;
  for (const std::uint32_t c : h.run_counts) runs += c;
  for (const std::uint32_t s : h.id_sizes) id_bytes += s;
  std::uint64_t prior_bytes = 0;
  for (const std::uint32_t s : h.prior_sizes) prior_bytes += s;
  if (prior_bytes != h.priors.size() || (!h.prior_sizes.empty() && h.prior_sizes.size() != n)) return false;
  return series == n && id_bytes == h.ids.size() && h.lengths.size() == n && h.starts.size() == n &&
         h.step_counts.size() == n && h.step_units.size() == n && h.run_counts.size() == n &&
         h.run_firsts.size() == runs && h.run_lengths.size() == runs;
}

// The made-up values lie inside the series, one run behind the other.
bool RunsFit(std::span<const GapRun> runs, std::uint64_t length) {
  std::uint64_t end = 0;
  for (const GapRun& run : runs) {
    if (run.first < end || run.count > length || run.first > length - run.count) return false;
    end = std::uint64_t{run.first} + run.count;
  }
  return true;
}

}  // namespace

std::size_t UnitBytes(const Frame& frame, const WorkUnit& unit) {
  constexpr std::size_t kHeaderBytesPerSeries = 44;
  std::size_t bytes = 0;
  for (std::uint32_t i = unit.first; i < unit.first + unit.count; ++i) {
    const Frame::Entry& e = frame.entry(i);
    bytes += Aligned(e.size * sizeof(double)) + e.id.size() + e.prior.size() + e.num_runs * sizeof(GapRun) +
             kHeaderBytesPerSeries;
  }
  return bytes;
}

std::size_t ChunkWriter::Prepare(const Frame& frame, std::span<const WorkUnit> units) {
  ChunkHeader header;
  values_.clear();
  std::size_t value_bytes = 0;
  for (const WorkUnit& unit : units) {
    header.counts.push_back(unit.count);
    for (std::uint32_t i = unit.first; i < unit.first + unit.count; ++i) {
      const SeriesView s = frame[i];
      header.ids.append(s.id);
      header.id_sizes.push_back(static_cast<std::uint32_t>(s.id.size()));
      header.lengths.push_back(s.values.size());
      header.starts.push_back(s.grid.start);
      header.step_counts.push_back(s.grid.step.count);
      header.step_units.push_back(static_cast<std::uint8_t>(s.grid.step.unit));
      header.run_counts.push_back(static_cast<std::uint32_t>(s.filled.size()));
      for (const GapRun& run : s.filled) {
        header.run_firsts.push_back(run.first);
        header.run_lengths.push_back(run.count);
      }
      if (!s.prior.empty()) header.prior_sizes.resize(values_.size(), 0);
      if (!s.prior.empty() || !header.prior_sizes.empty()) {
        header.prior_sizes.push_back(static_cast<std::uint32_t>(s.prior.size()));
        header.priors.append(s.prior);
      }
      values_.push_back(s.values);
      value_bytes += Aligned(s.values.size_bytes());
    }
  }
  archive_.clear();
  EncodeTo(archive_, header);
  values_offset_ = Aligned(sizeof(Prefix) + archive_.size());
  total_bytes_ = values_offset_ + value_bytes;
  return total_bytes_;
}

void ChunkWriter::Write(std::byte* segment) const {
  const Prefix prefix{kMagic, kProtocolVersion, archive_.size(), total_bytes_, Checksum64(archive_), {}};
  std::memcpy(segment, &prefix, sizeof(prefix));
  std::memcpy(segment + sizeof(prefix), archive_.data(), archive_.size());
  std::size_t offset = values_offset_;
  for (const std::span<const double> values : values_) {
    if (!values.empty()) std::memcpy(segment + offset, values.data(), values.size_bytes());
    offset += Aligned(values.size_bytes());
  }
}

Status ChunkReader::Open(std::span<const std::byte> segment) {
  Prefix prefix;
  if (segment.size() < sizeof(prefix)) return Damaged("too short");
  std::memcpy(&prefix, segment.data(), sizeof(prefix));
  if (prefix.magic != kMagic) return Damaged("not a chunk");
  if (prefix.version != kProtocolVersion) return Damaged("of another version");
  if (prefix.total_bytes < sizeof(prefix)) return Damaged("shorter than its own prefix");
  if (prefix.total_bytes > segment.size() || prefix.archive_bytes > prefix.total_bytes - sizeof(prefix)) {
    return Damaged("longer than its segment");
  }
  const std::string_view archive(reinterpret_cast<const char*>(segment.data()) + sizeof(prefix), prefix.archive_bytes);
  if (Checksum64(archive) != prefix.archive_checksum) return Damaged("wrong checksum");
  ChunkHeader header;
  FITD_RETURN_IF_ERROR(Decode(archive, header, "chunk header"));
  if (!ConsistentSizes(header)) return Damaged("its arrays do not fit together");

  series_.clear();
  groups_.clear();
  ids_ = std::move(header.ids);
  priors_ = std::move(header.priors);
  std::size_t begin = 0;
  for (const std::uint32_t count : header.counts) {
    groups_.push_back({begin, count});
    begin += count;
  }
  runs_.clear();
  for (std::size_t i = 0; i < header.run_firsts.size(); ++i) {
    runs_.push_back({header.run_firsts[i], header.run_lengths[i]});
  }
  std::size_t offset = Aligned(sizeof(prefix) + archive.size());
  std::size_t id_offset = 0;
  std::size_t run_offset = 0;
  std::size_t prior_offset = 0;
  for (std::size_t i = 0; i < header.lengths.size(); ++i) {
    if (offset > prefix.total_bytes || header.lengths[i] > (prefix.total_bytes - offset) / sizeof(double)) {
      return Damaged("a series ends outside");
    }
    const auto* values = reinterpret_cast<const double*>(segment.data() + offset);
    const Step step{static_cast<Step::Unit>(header.step_units[i]), header.step_counts[i]};
    const std::span<const GapRun> runs = std::span(runs_).subspan(run_offset, header.run_counts[i]);
    if (!RunsFit(runs, header.lengths[i])) return Damaged("made-up values outside their series");
    series_.push_back({std::string_view(ids_).substr(id_offset, header.id_sizes[i]),
                       {values, header.lengths[i]},
                       {header.starts[i], step},
                       runs});
    run_offset += runs.size();
    if (!header.prior_sizes.empty()) {
      series_.back().prior = std::string_view(priors_).substr(prior_offset, header.prior_sizes[i]);
      prior_offset += header.prior_sizes[i];
    }
    id_offset += header.id_sizes[i];
    offset += Aligned(header.lengths[i] * sizeof(double));
  }
  return OkStatus();
}

}  // namespace fitd
