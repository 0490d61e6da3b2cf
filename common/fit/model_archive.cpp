#include "common/fit/model_archive.h"

#include <cereal/archives/portable_binary.hpp>
#include <istream>
#include <ostream>
#include <stdexcept>
#include <streambuf>

namespace fitd {
namespace {

constexpr std::uint8_t kVersion = 1;

// Appends what is written to a string.
class StringSink final : public std::streambuf {
 public:
  std::string bytes;

 protected:
  std::streamsize xsputn(const char* data, std::streamsize size) override {
    bytes.append(data, static_cast<std::size_t>(size));
    return size;
  }
  int_type overflow(int_type c) override {
    bytes.push_back(static_cast<char>(c));
    return c;
  }
};

// Reads from bytes that belong to the caller and knows how many are left.
class ByteSource final : public std::streambuf {
 public:
  explicit ByteSource(std::string_view bytes) {
    char* begin = const_cast<char*>(bytes.data());  // a get area is never written to
    setg(begin, begin, begin + bytes.size());
  }
  std::size_t left() const { return static_cast<std::size_t>(egptr() - gptr()); }
};

// cereal wants a stream and uses only its buffer; making a stream costs more than encoding a model, so each thread
// keeps one, lent to one Writer or Reader at a time.
template <class Stream>
Stream& ThreadStream(std::streambuf* buffer) {
  thread_local Stream stream(nullptr);
  stream.rdbuf(buffer);
  return stream;
}

class Writer {
 public:
  Writer() { sink_.bytes.reserve(256); }

  std::string Take() { return std::move(sink_.bytes); }
  void Put(std::uint8_t value) { sink_.bytes.push_back(static_cast<char>(value)); }  // what cereal does, inlined
  void Put(double value) { archive_(value); }
  void PutSize(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) Put(static_cast<std::uint8_t>(value | 0x80));
    Put(static_cast<std::uint8_t>(value));
  }
  void Put(const std::string& text) {
    PutSize(text.size());
    archive_(cereal::binary_data(text.data(), text.size()));
  }
  void Put(const std::vector<double>& values) {
    PutSize(values.size());
    archive_(cereal::binary_data(values.data(), values.size() * sizeof(double)));
  }

 private:
  StringSink sink_;
  cereal::PortableBinaryOutputArchive archive_{ThreadStream<std::ostream>(&sink_),
                                               cereal::PortableBinaryOutputArchive::Options::LittleEndian()};
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : source_(bytes), archive_(ThreadStream<std::istream>(&source_)) {}

  std::size_t left() const { return source_.left(); }
  void Get(std::uint8_t& value) {
    const int byte = source_.sbumpc();
    if (byte == std::char_traits<char>::eof()) throw std::length_error("the end comes too early");
    value = static_cast<std::uint8_t>(byte);
  }
  void Get(double& value) { archive_(value); }
  std::uint64_t GetSize() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      std::uint8_t byte = 0;
      Get(byte);
      if (shift == 63 && byte > 1) break;
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    throw std::length_error("a size of more than 64 bits");
  }
  // How many elements follow, each of at least `min_bytes`: no more than there are bytes for.
  std::size_t GetCount(std::size_t min_bytes) {
    const std::uint64_t count = GetSize();
    if (count > left() / min_bytes) throw std::length_error("a length past the end");
    return static_cast<std::size_t>(count);
  }
  void Get(std::string& text) {
    text.resize(GetCount(1));
    archive_(cereal::binary_data(text.data(), text.size()));
  }
  void Get(std::vector<double>& values) {
    values.resize(GetCount(sizeof(double)));
    archive_(cereal::binary_data(values.data(), values.size() * sizeof(double)));
  }

 private:
  ByteSource source_;
  cereal::PortableBinaryInputArchive archive_;
};

void Put(Writer& out, const Model& model) {
  out.Put(model.algorithm);
  out.Put(model.spec);
  out.PutSize(model.num_observations);
  const Criteria& c = model.criteria;
  for (const double value : {c.loglik, c.aic, c.aicc, c.bic, c.sigma2}) out.Put(value);
  out.PutSize(model.parameters.size());
  for (const NamedValue& p : model.parameters) {
    out.Put(p.name);
    out.Put(p.value);
  }
  out.PutSize(model.states.size());
  for (const NamedVector& s : model.states) {
    out.Put(s.name);
    out.Put(s.values);
  }
  out.Put(model.payload);
}

// The fields that Model and OutcomeHeader share.
template <class T>
void GetModelHead(Reader& in, T& head) {
  in.Get(head.algorithm);
  in.Get(head.spec);
  head.num_observations = in.GetSize();
  Criteria& c = head.criteria;
  for (double* value : {&c.loglik, &c.aic, &c.aicc, &c.bic, &c.sigma2}) in.Get(*value);
}

void Get(Reader& in, Model& model) {
  GetModelHead(in, model);
  model.parameters.resize(in.GetCount(1 + sizeof(double)));
  for (NamedValue& p : model.parameters) {
    in.Get(p.name);
    in.Get(p.value);
  }
  model.states.resize(in.GetCount(2));
  for (NamedVector& s : model.states) {
    in.Get(s.name);
    in.Get(s.values);
  }
  in.Get(model.payload);
}

void GetVersion(Reader& in) {
  std::uint8_t version = 0;
  in.Get(version);
  if (version != kVersion) throw std::runtime_error("archive version " + std::to_string(version) + " is not known");
}

// The fields that FitOutcome and OutcomeHeader share.
template <class T>
void GetOutcomeHead(Reader& in, T& head) {
  GetVersion(in);
  std::uint8_t status = 0;
  in.Get(status);
  if (status > static_cast<std::uint8_t>(FitStatus::kShort)) throw std::runtime_error("unknown status");
  head.status = static_cast<FitStatus>(status);
  in.Get(head.reason);
  const std::uint64_t evaluations = in.GetSize();
  if (evaluations > UINT32_MAX) throw std::runtime_error("impossible number of evaluations");
  head.evaluations = static_cast<std::uint32_t>(evaluations);
}

void ExpectEnd(const Reader& in) {
  if (in.left() != 0) throw std::runtime_error("bytes after the end");
}

// The one guarded place: whatever a decoder throws on hostile bytes becomes kCorrupt.
template <class T, class Body>
Result<T> Decode(std::string_view bytes, std::string_view what, Body body) {
  try {
    // The flag byte: cereal takes any, this format has one, so that equal models are equal bytes.
    if (bytes.empty() || bytes[0] != 1) throw std::runtime_error("no archive");
    Reader in(bytes);
    T value;
    body(in, value);
    return value;
  } catch (const std::exception& e) {  // cereal::Exception, std::bad_alloc, std::length_error
    return Status(StatusCode::kCorrupt, "the archive of " + std::string(what) + " is damaged: " + e.what());
  }
}

}  // namespace

std::string EncodeModel(const Model& model) {
  Writer out;
  out.Put(kVersion);
  Put(out, model);
  return out.Take();
}

Result<Model> DecodeModel(std::string_view bytes) {
  return Decode<Model>(bytes, "a model", [](Reader& in, Model& model) {
    GetVersion(in);
    Get(in, model);
    ExpectEnd(in);
  });
}

std::string EncodeOutcome(const FitOutcome& outcome) {
  Writer out;
  out.Put(kVersion);
  out.Put(static_cast<std::uint8_t>(outcome.status));
  out.Put(outcome.reason);
  out.PutSize(outcome.evaluations);
  Put(out, outcome.model);
  return out.Take();
}

Result<FitOutcome> DecodeOutcome(std::string_view bytes) {
  return Decode<FitOutcome>(bytes, "a fit", [](Reader& in, FitOutcome& outcome) {
    GetOutcomeHead(in, outcome);
    Get(in, outcome.model);
    ExpectEnd(in);
  });
}

Result<OutcomeHeader> DecodeOutcomeHeader(std::string_view bytes) {
  return Decode<OutcomeHeader>(bytes, "a fit", [](Reader& in, OutcomeHeader& header) {
    GetOutcomeHead(in, header);
    GetModelHead(in, header);
  });
}

}  // namespace fitd
