// gzip and zstd streams of input_stream.h.
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cstring>
#include <vector>

#include "daemon/input/input_stream.h"

namespace fitd {
namespace {

constexpr std::size_t kRawBlock = 128 << 10;

// Compressed bytes waiting to be decoded, and the guard against bombs.
class RawInput {
 public:
  RawInput(std::unique_ptr<InputStream> raw, std::string path, ExpansionLimits limits)
      : raw_(std::move(raw)), path_(std::move(path)), limits_(limits), block_(kRawBlock) {}

  // Reads more raw bytes when all are used; false at their end.
  Result<bool> Fill() {
    if (used_ < size_) return true;
    FITD_ASSIGN_OR_RETURN(size_, raw_->Read(block_));
    used_ = 0;
    in_ += size_;
    return size_ > 0;
  }
  const char* data() const { return block_.data() + used_; }
  std::size_t left() const { return size_ - used_; }
  void Use(std::size_t n) { used_ += n; }

  Status Produced(std::size_t n) {
    out_ += n;
    const bool bomb = out_ > limits_.after && out_ / limits_.ratio > in_;
    if (!bomb && (limits_.total == 0 || out_ <= limits_.total)) return OkStatus();
    return {StatusCode::kInvalidInput,
            path_ + ": expands to more than " + std::to_string(out_) + " bytes from " + std::to_string(in_) +
                " compressed ones, which looks like a decompression bomb; decompress it yourself if it is real"};
  }
  Status Corrupt(std::string_view what) const { return {StatusCode::kCorrupt, path_ + ": " + std::string(what)}; }

 private:
  std::unique_ptr<InputStream> raw_;
  std::string path_;
  ExpansionLimits limits_;
  std::vector<char> block_;
  std::size_t used_ = 0;
  std::size_t size_ = 0;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
};

class GzipStream final : public InputStream {
 public:
  GzipStream(std::unique_ptr<InputStream> raw, std::string path, ExpansionLimits limits)
      : raw_(std::move(raw), std::move(path), limits) {
    ready_ = inflateInit2(&z_, 15 + 16) == Z_OK;
  }
  ~GzipStream() override { inflateEnd(&z_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  Result<std::size_t> Read(std::span<char> out) override {
    if (!ready_) return Status(StatusCode::kIo, "not enough memory to decompress");
    z_.next_out = reinterpret_cast<Bytef*>(out.data());
    z_.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size(), 1U << 30));
    const std::size_t room = z_.avail_out;
    while (z_.avail_out == room) {
      FITD_ASSIGN_OR_RETURN(const bool more, raw_.Fill());
      if (!more && between_members_) return std::size_t{0};
      if (!more) return raw_.Corrupt("the gzip data ends early");
      if (between_members_ && started_ && *raw_.data() != '\x1f') {
        return std::size_t{0};  // what gzip calls trailing garbage, mostly zero padding
      }
      FITD_RETURN_IF_ERROR(Inflate());
    }
    const std::size_t n = room - z_.avail_out;
    FITD_RETURN_IF_ERROR(raw_.Produced(n));
    return n;
  }

 private:
  Status Inflate() {
    if (between_members_ && started_) inflateReset(&z_);
    started_ = true;
    between_members_ = false;
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw_.data()));  // zlib only reads it
    z_.avail_in = static_cast<uInt>(raw_.left());
    const int code = inflate(&z_, Z_NO_FLUSH);
    raw_.Use(raw_.left() - z_.avail_in);
    if (code == Z_STREAM_END) between_members_ = true;
    if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR) return OkStatus();
    return raw_.Corrupt(std::string("damaged gzip data (") + (z_.msg ? z_.msg : "inflate failed") + ")");
  }

  RawInput raw_;
  z_stream z_{};
  bool ready_ = false;
  bool started_ = false;
  bool between_members_ = true;
};

class ZstdStream final : public InputStream {
 public:
  ZstdStream(std::unique_ptr<InputStream> raw, std::string path, ExpansionLimits limits)
      : raw_(std::move(raw), std::move(path), limits), context_(ZSTD_createDCtx()) {}
  ~ZstdStream() override { ZSTD_freeDCtx(context_); }
  ZstdStream(const ZstdStream&) = delete;
  ZstdStream& operator=(const ZstdStream&) = delete;

  Result<std::size_t> Read(std::span<char> out) override {
    if (!context_) return Status(StatusCode::kIo, "not enough memory to decompress");
    ZSTD_outBuffer target{out.data(), out.size(), 0};
    while (target.pos == 0) {
      FITD_ASSIGN_OR_RETURN(const bool more, raw_.Fill());
      // Bytes may wait inside the decoder although all raw bytes are used.
      ZSTD_inBuffer source{raw_.data(), more ? raw_.left() : 0, 0};
      const std::size_t hint = ZSTD_decompressStream(context_, &target, &source);
      raw_.Use(source.pos);
      if (ZSTD_isError(hint)) {
        if (!more && between_frames_) return std::size_t{0};
        return raw_.Corrupt(std::string("damaged zstd data (") + ZSTD_getErrorName(hint) + ")");
      }
      if (!more && target.pos == 0) {
        if (between_frames_) return std::size_t{0};
        return raw_.Corrupt("the zstd data ends early");
      }
      between_frames_ = hint == 0;
    }
    FITD_RETURN_IF_ERROR(raw_.Produced(target.pos));
    return target.pos;
  }

 private:
  RawInput raw_;
  ZSTD_DCtx* context_;
  bool between_frames_ = true;
};

}  // namespace

std::unique_ptr<InputStream> MakeGzipStream(std::unique_ptr<InputStream> raw, std::string path,
                                            ExpansionLimits limits) {
  return std::make_unique<GzipStream>(std::move(raw), std::move(path), limits);
}

std::unique_ptr<InputStream> MakeZstdStream(std::unique_ptr<InputStream> raw, std::string path,
                                            ExpansionLimits limits) {
  return std::make_unique<ZstdStream>(std::move(raw), std::move(path), limits);
}

}  // namespace fitd
