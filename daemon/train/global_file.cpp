#include "daemon/train/global_file.h"

#include <fmt/format.h>

#include "common/atomic_file.h"
#include "common/checksum.h"
#include "daemon/store/run_globals.h"

namespace fitd {
namespace {

constexpr std::string_view kGlobalMark = "fitd-global 1\n";
constexpr std::size_t kFingerprintDigits = 32;
constexpr std::size_t kChecksumDigits = 16;

}  // namespace

Status WriteGlobalFile(const std::string& path, const GlobalFile& file) {
  const std::string body = file.fingerprint + EncodeRegressions(file.globals);
  return WriteWholeFile(path, fmt::format("{}{:016x}{}", kGlobalMark, Checksum64(body), body));
}

Result<GlobalFile> ReadGlobalFile(const std::string& path) {
  FITD_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path));
  std::string_view rest = bytes;
  const Status wrong(StatusCode::kCorrupt, path + ": no regression that fitd sums --merge wrote, or damaged");
  if (!rest.starts_with(kGlobalMark)) return wrong;
  rest.remove_prefix(kGlobalMark.size());
  if (rest.size() < kChecksumDigits + kFingerprintDigits) return wrong;
  const std::string_view body = rest.substr(kChecksumDigits);
  if (fmt::format("{:016x}", Checksum64(body)) != rest.substr(0, kChecksumDigits)) return wrong;
  auto globals = DecodeRegressions(body.substr(kFingerprintDigits));
  if (!globals) return wrong;
  return GlobalFile{std::string(body.substr(0, kFingerprintDigits)), *std::move(globals)};
}

}  // namespace fitd
