// Bytes of an input, decompressed: plain ranges, pipes, gzip and zstd, all behind one Read that never blocks past a
// stop. Daemon, ingest threads; a stream belongs to one thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/status.h"
#include "daemon/input/input_files.h"

namespace fitd {

// Guards against compressed inputs that are small on disk and endless in memory.
struct ExpansionLimits {
  std::uint64_t ratio = 250;           // most expanded bytes per compressed byte
  std::uint64_t after = 256ULL << 20;  // expanded bytes from which on the ratio is judged
  std::uint64_t total = 0;             // most expanded bytes of a file; 0: no limit
};

class InputStream {
 public:
  virtual ~InputStream() = default;
  // Reads up to out.size() bytes and returns their number; 0 at the end of the input. kCancelled within 100 ms of
  // `stop` being set.
  virtual Result<std::size_t> Read(std::span<char> out) = 0;
};

// An input opened for reading: owns the descriptor, and knows whether the file has changed since. It must outlive its
// streams.
class InputSource {
 public:
  // `stop` and `bytes_read` (raw bytes so far, for progress) outlive the source. Does not wait for a FIFO's writer.
  static Result<std::unique_ptr<InputSource>> Open(const InputFile& file, const std::atomic<bool>* stop,
                                                   std::atomic<std::uint64_t>* bytes_read);
  ~InputSource();
  InputSource(const InputSource&) = delete;
  InputSource& operator=(const InputSource&) = delete;

  // True for gzip and zstd, by the first bytes; waits for those of a pipe. kCorrupt when the name ends with .gz or .zst
  // and the bytes disagree, kInvalidInput for other formats (foreign_format.h).
  Result<bool> IsCompressed();
  // The whole input from the start, decompressed. To be called once, unless the file is regular.
  Result<std::unique_ptr<InputStream>> Stream(const ExpansionLimits& limits);
  // For regular files that are not compressed: from `offset` to the end that the file had when it was opened. Safe from
  // any thread.
  std::unique_ptr<InputStream> Range(std::uint64_t offset) const;
  // kIo when size or modification time are no longer what they were when the file was opened.
  Status CheckUnchanged() const;

  const std::string& path() const { return path_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  InputSource() = default;
  Status Sniff();

  std::string path_;
  int fd_ = -1;
  bool regular_ = false;
  std::uint64_t bytes_ = 0;
  std::int64_t modified_ns_ = 0;
  bool sniffed_ = false;
  std::string head_;  // first bytes, read to see what the input is
  const std::atomic<bool>* stop_ = nullptr;
  std::atomic<std::uint64_t>* bytes_read_ = nullptr;
};

// Decoders of `raw`, which they own; `path` is for messages.
std::unique_ptr<InputStream> MakeGzipStream(std::unique_ptr<InputStream> raw, std::string path, ExpansionLimits limits);
std::unique_ptr<InputStream> MakeZstdStream(std::unique_ptr<InputStream> raw, std::string path, ExpansionLimits limits);

bool HasGzipMagic(std::string_view head);
bool HasZstdMagic(std::string_view head);

}  // namespace fitd
