#include "daemon/input/input_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "daemon/input/foreign_format.h"

namespace fitd {
namespace {

constexpr int kPollMs = 50;
constexpr std::size_t kMarkBytes = kForeignMarkBytes;

Status CancelledStatus() {
  return {StatusCode::kCancelled, "cancelled while reading the data"};
}

// Waits until the descriptor has bytes or its end, or `stop` is set.
Status WaitReadable(int fd, const std::atomic<bool>& stop, const std::string& path) {
  while (!stop.load(std::memory_order_relaxed)) {
    pollfd waiting{fd, POLLIN, 0};
    const int ready = poll(&waiting, 1, kPollMs);
    if (ready > 0) return OkStatus();
    if (ready < 0 && errno != EINTR) return StatusFromErrno(errno, path);
  }
  return CancelledStatus();
}

// A pipe, FIFO, terminal or device, front to back; starts with the bytes already taken from it.
class PipeStream final : public InputStream {
 public:
  PipeStream(int fd, std::string path, std::string head, const std::atomic<bool>* stop,
             std::atomic<std::uint64_t>* done)
      : fd_(fd), path_(std::move(path)), head_(std::move(head)), stop_(stop), done_(done) {}

  Result<std::size_t> Read(std::span<char> out) override {
    if (!head_.empty()) {
      const std::size_t n = std::min(out.size(), head_.size());
      std::memcpy(out.data(), head_.data(), n);
      head_.erase(0, n);
      return n;
    }
    while (true) {
      FITD_RETURN_IF_ERROR(WaitReadable(fd_, *stop_, path_));
      const ssize_t n = read(fd_, out.data(), out.size());
      if (n >= 0) {
        done_->fetch_add(static_cast<std::uint64_t>(n), std::memory_order_relaxed);
        return static_cast<std::size_t>(n);
      }
      if (errno != EINTR && errno != EAGAIN) return StatusFromErrno(errno, path_);
    }
  }

 private:
  int fd_;
  std::string path_;
  std::string head_;
  const std::atomic<bool>* stop_;
  std::atomic<std::uint64_t>* done_;
};

// A regular file from an offset to the size it had when it was opened.
class RangeStream final : public InputStream {
 public:
  RangeStream(int fd, std::string path, std::uint64_t offset, std::uint64_t end, const std::atomic<bool>* stop,
              std::atomic<std::uint64_t>* done)
      : fd_(fd), path_(std::move(path)), offset_(offset), end_(end), stop_(stop), done_(done) {}

  Result<std::size_t> Read(std::span<char> out) override {
    const std::size_t want = std::min<std::uint64_t>(out.size(), end_ - offset_);
    if (want == 0) return std::size_t{0};
    while (true) {
      if (stop_->load(std::memory_order_relaxed)) return CancelledStatus();
      const ssize_t n = pread(fd_, out.data(), want, static_cast<off_t>(offset_));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return StatusFromErrno(errno, path_);
      if (n == 0) {
        return Status(StatusCode::kIo, path_ + ": the file became shorter while it was read (" + std::to_string(end_) +
                                           " bytes at first, now " + std::to_string(offset_) +
                                           "); run again when nobody writes it");
      }
      offset_ += static_cast<std::uint64_t>(n);
      done_->fetch_add(static_cast<std::uint64_t>(n), std::memory_order_relaxed);
      return static_cast<std::size_t>(n);
    }
  }

 private:
  int fd_;
  std::string path_;
  std::uint64_t offset_;
  std::uint64_t end_;
  const std::atomic<bool>* stop_;
  std::atomic<std::uint64_t>* done_;
};

std::int64_t ModifiedNs(const struct stat& info) {
  return static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
}

}  // namespace

bool HasGzipMagic(std::string_view head) {
  return head.substr(0, 2) == "\x1f\x8b";
}

bool HasZstdMagic(std::string_view head) {
  if (head.size() < 4) return false;
  // A frame, or one of the sixteen skippable frames.
  return head.substr(0, 4) == "\x28\xb5\x2f\xfd" ||
         (head.substr(1, 3) == "\x2a\x4d\x18" && (static_cast<unsigned char>(head[0]) & 0xf0U) == 0x50U);
}

Result<std::unique_ptr<InputSource>> InputSource::Open(const InputFile& file, const std::atomic<bool>* stop,
                                                       std::atomic<std::uint64_t>* bytes_read) {
  std::unique_ptr<InputSource> source(new InputSource);
  source->path_ = file.path == "-" ? "standard input" : file.path;
  source->stop_ = stop;
  source->bytes_read_ = bytes_read;
  if (file.path == "-") {
    source->fd_ = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  } else {
    source->fd_ = open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  }
  struct stat info {};
  if (source->fd_ < 0 || fstat(source->fd_, &info) != 0) return StatusFromErrno(errno, source->path_);
  if (S_ISDIR(info.st_mode)) return Status(StatusCode::kInvalidInput, source->path_ + ": is a directory");
  source->regular_ = S_ISREG(info.st_mode) && file.path != "-";
  if (source->regular_) {
    source->bytes_ = static_cast<std::uint64_t>(info.st_size);
    source->modified_ns_ = ModifiedNs(info);
    // Advice only: a refusal changes nothing.
    (void)posix_fadvise(source->fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  return source;
}

InputSource::~InputSource() {
  if (fd_ >= 0) close(fd_);
}

Status InputSource::Sniff() {
  if (sniffed_) return OkStatus();
  std::uint64_t offset = 0;
  char bytes[kMarkBytes];
  while (head_.size() < kMarkBytes) {
    ssize_t n = 0;
    if (regular_) {
      n = pread(fd_, bytes, kMarkBytes - head_.size(), static_cast<off_t>(offset));
    } else {
      FITD_RETURN_IF_ERROR(WaitReadable(fd_, *stop_, path_));
      n = read(fd_, bytes, kMarkBytes - head_.size());
      if (n > 0) bytes_read_->fetch_add(static_cast<std::uint64_t>(n), std::memory_order_relaxed);
    }
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n < 0) return StatusFromErrno(errno, path_);
    if (n == 0) break;
    head_.append(bytes, static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  sniffed_ = true;
  return OkStatus();
}

Result<bool> InputSource::IsCompressed() {
  FITD_RETURN_IF_ERROR(Sniff());
  const bool gzip = HasGzipMagic(head_);
  const bool zstd = HasZstdMagic(head_);
  if (!head_.empty() && !gzip && path_.ends_with(".gz")) {
    return Status(StatusCode::kCorrupt,
                  path_ + ": is named .gz but is not gzip data; where it is text, take that ending off its name");
  }
  if (!head_.empty() && !zstd && path_.ends_with(".zst")) {
    return Status(StatusCode::kCorrupt,
                  path_ + ": is named .zst but is not zstd data; where it is text, take that ending off its name");
  }
  if (const std::string foreign = DescribeForeign(head_, path_); !foreign.empty()) {
    return Status(StatusCode::kInvalidInput, path_ + ": " + foreign);
  }
  return gzip || zstd;
}

Result<std::unique_ptr<InputStream>> InputSource::Stream(const ExpansionLimits& limits) {
  FITD_RETURN_IF_ERROR(IsCompressed().status());
  std::unique_ptr<InputStream> raw;
  if (regular_) {
    raw = Range(0);
  } else {
    raw = std::make_unique<PipeStream>(fd_, path_, head_, stop_, bytes_read_);
  }
  if (HasGzipMagic(head_)) return MakeGzipStream(std::move(raw), path_, limits);
  if (HasZstdMagic(head_)) return MakeZstdStream(std::move(raw), path_, limits);
  return raw;
}

std::unique_ptr<InputStream> InputSource::Range(std::uint64_t offset) const {
  return std::make_unique<RangeStream>(fd_, path_, std::min(offset, bytes_), bytes_, stop_, bytes_read_);
}

Status InputSource::CheckUnchanged() const {
  if (!regular_) return OkStatus();
  struct stat info {};
  if (fstat(fd_, &info) != 0) return StatusFromErrno(errno, path_);
  if (static_cast<std::uint64_t>(info.st_size) == bytes_ && ModifiedNs(info) == modified_ns_) return OkStatus();
  const bool other_size = static_cast<std::uint64_t>(info.st_size) != bytes_;
  const std::string how = other_size ? std::to_string(bytes_) + " bytes at first, now " + std::to_string(info.st_size)
                                     : "it was written to, and has " + std::to_string(bytes_) + " bytes as before";
  return {StatusCode::kIo,
          path_ + ": the file changed while it was read (" + how + "); run again when nobody writes it"};
}

}  // namespace fitd
