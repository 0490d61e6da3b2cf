// What must hold for any bytes given to the CSV reader, whatever they are: shared by the fuzzer and the mutation test.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/ingest/frame_builder.h"
#include "daemon/ingest/piece_reader.h"

namespace fitd {

// Hands text out in bites, so that records end anywhere in a block.
class BiteStream final : public InputStream {
 public:
  BiteStream(std::string_view text, std::size_t bite) : text_(text), bite_(bite) {}
  Result<std::size_t> Read(std::span<char> out) override {
    const std::size_t n = std::min({out.size(), bite_, text_.size()});
    std::memcpy(out.data(), text_.data(), n);
    text_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view text_;
  std::size_t bite_;
};

inline void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

inline void RequireSaneFrame(const Frame& frame, bool gaps_filled) {
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const SeriesView s = frame[i];
    Require(!s.values.empty(), "a series has values");
    Require(std::isfinite(s.values.front()) && std::isfinite(s.values.back()), "the ends are finite");
    if (gaps_filled) {
      for (const double v : s.values) Require(!std::isnan(v), "gaps are filled");
    }
    Require(i == 0 || frame[i - 1].id < s.id, "targets are sorted and unique");
    Require(s.values.size() == 1 || s.grid.At(1) > s.grid.start, "time goes forward");
  }
}

// Reads `text` in blocks and bites of a size and returns everything the reader said, as text.
inline std::string ReadForCheck(std::string_view text, IngestOptions options, std::size_t block, std::size_t bite) {
  options.block_bytes = block;
  const std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> bytes{0};
  PieceReader reader(options, stop, bytes);
  std::vector<std::unique_ptr<TargetTable>> tables;
  tables.push_back(std::make_unique<TargetTable>());
  PieceResult piece;
  BiteStream stream(text, bite);
  const Status status = reader.ReadStream(stream, "fuzz.csv", *tables[0], piece);
  tables[0]->Finish();
  std::string said = status.message();
  for (const BadRow& bad : piece.counts.first_bad) {
    said += "\n" + std::to_string(bad.line) + ":" + std::to_string(bad.column) + ":" + bad.message;
  }
  said += "\n" + std::to_string(piece.counts.rows) + " " + std::to_string(piece.counts.bad) + " " +
          std::to_string(piece.counts.missing) + "\n";
  if (!status.ok()) return said;
  IngestReport report;
  const std::vector<IngestInput> one_input;
  const MixedFiles mixed(options, one_input, {});
  const Result<Frame> frame = BuildFrame(std::move(tables), options, {}, 1, stop, piece.counts.unread, mixed, report);
  Require(frame.ok(), "a frame can be built from any rows");
  RequireSaneFrame(*frame, options.gaps != GapPolicy::kNone);
  // A row of several values is as many observations.
  const std::uint64_t values = piece.layout ? std::max<std::uint64_t>(1, piece.layout->values.size()) : 1;
  Require(report.duplicates + report.merged + report.stray <= piece.counts.rows * values,
          "no more repairs than values");
  for (std::size_t i = 0; i < frame->size(); ++i) {
    const SeriesView s = (*frame)[i];
    said += std::string(s.id) + " " + std::to_string(s.grid.start) + " " + FormatStep(s.grid.step);
    for (const double v : s.values) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, &v, sizeof bits);
      said += " " + std::to_string(bits);
    }
    said += "\n";
  }
  return said;
}

// The first two bytes choose the options, the rest is the file. The reader must say the same however the bytes arrive.
inline void CheckCsv(std::string_view data) {
  if (data.size() < 2) return;
  const auto choice = static_cast<unsigned char>(data[0]);
  const auto text = static_cast<unsigned char>(data[1]);
  data.remove_prefix(2);
  IngestOptions options;
  options.wide = (choice & 1U) != 0;
  constexpr const char* kLayouts[] = {"auto", "long", "table", "rows"};
  if (!options.wide) options.layout = kLayouts[text & 3U];
  options.no_header = (text & 4U) != 0;
  constexpr const char* kSeparators[] = {"auto", ";", "tab", "auto"};
  options.separator = kSeparators[text >> 3U & 3U];
  if ((text & 32U) != 0) options.decimal = ",";
  if ((text & 64U) != 0) options.skip_lines = 1;
  if ((text & 128U) != 0)
    options.missing = {"-999", "void"}, options.target_column = "#1", options.value_column = "#3,#2";
  options.gaps = static_cast<GapPolicy>((choice >> 1U) & 3U);
  options.max_record_bytes = 1 << 16;
  const std::string whole = ReadForCheck(data, options, 1 << 17, 1 << 17);
  const std::size_t bite = 1 + (choice >> 3U);
  // A record that outgrows the limit is noticed at a place that depends on the blocks.
  const std::string bitten = ReadForCheck(data, options, 64, bite);
  if (data.size() >= options.max_record_bytes || whole == bitten) return;
  std::fprintf(stderr, "read at once:\n%s\nread in bites:\n%s\n", whole.c_str(), bitten.c_str());
  Require(false, "blocks do not matter");
}

}  // namespace fitd
