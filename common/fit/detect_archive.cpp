// Options and records of a detection as bytes (detect_task.h).
#include "common/archive.h"
#include "common/detect/pack.h"
#include "common/fit/detect_task.h"

namespace fitd {
namespace {

struct DetectOptionsArchive {
  std::string fit;
  DetectOptions options;

  template <class Archive>
  void serialize(Archive& archive) {
    AlertRules& rules = options.rules;
    auto direction = static_cast<std::uint8_t>(rules.direction);
    archive(fit, options.replay, options.warmup_count, options.warmup_percent, options.warmup_most, rules.threshold,
            rules.alarms_per_observation, direction, rules.min_change, rules.min_change_share, rules.persist,
            options.alarms_per_ns, options.mute);
    rules.direction = static_cast<AnomalyDirection>(direction);
  }
};

}  // namespace

std::string EncodeDetectOptions(const DetectOptions& options) {
  DetectOptionsArchive archive;
  archive.fit = EncodeLocalFitOptions(options.fit);
  archive.options = options;
  return Encode(archive);
}

Result<DetectOptions> DecodeDetectOptions(std::string_view bytes) {
  DetectOptionsArchive archive;
  FITD_RETURN_IF_ERROR(Decode(bytes, archive, "options of a detection"));
  FITD_ASSIGN_OR_RETURN(archive.options.fit, DecodeLocalFitOptions(archive.fit));
  return std::move(archive.options);
}

std::string EncodeDetectRecord(const DetectRecord& record) {
  std::string bytes;
  PackNumber(record.first, bytes);
  PackNumber(record.rows.size(), bytes);
  for (const Detection& row : record.rows) {
    for (const double number : {row.expected, row.lo, row.hi, row.novelty, row.severity, row.surprise}) {
      PackRaw(number, bytes);
    }
    bytes.push_back(static_cast<char>((row.alert ? 1 : 0) | (row.unusual ? 2 : 0) | (row.hour_off ? 4 : 0)));
    bytes.push_back(static_cast<char>(row.kind));
    bytes.push_back(static_cast<char>(row.sources));
  }
  PackText(record.state, bytes);
  PackText(record.reason, bytes);
  return bytes;
}

Result<DetectRecord> DecodeDetectRecord(std::string_view bytes) {
  constexpr std::size_t kRowBytes = 6 * sizeof(double) + 3;
  const Status corrupt(StatusCode::kCorrupt, "a record of a detection is damaged");
  DetectRecord record;
  std::uint64_t rows = 0;
  if (!UnpackNumber(bytes, record.first) || !UnpackNumber(bytes, rows) || rows > bytes.size() / kRowBytes) {
    return corrupt;
  }
  record.rows.resize(rows);
  for (Detection& row : record.rows) {
    for (double* number : {&row.expected, &row.lo, &row.hi, &row.novelty, &row.severity, &row.surprise}) {
      UnpackRaw(bytes, *number);
    }
    row.alert = (bytes[0] & 1) != 0;
    row.unusual = (bytes[0] & 2) != 0;
    row.hour_off = (bytes[0] & 4) != 0;
    row.kind = static_cast<AnomalyKind>(bytes[1]);
    row.sources = static_cast<std::uint8_t>(bytes[2]);
    bytes.remove_prefix(3);
  }
  std::string_view state;
  std::string_view reason;
  if (!UnpackText(bytes, state) || !UnpackText(bytes, reason) || !bytes.empty()) return corrupt;
  record.state = state;
  record.reason = reason;
  return record;
}

}  // namespace fitd
