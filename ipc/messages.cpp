#include "ipc/messages.h"

#include "common/archive.h"

namespace fitd {

template <class Archive>
void serialize(Archive& ar, HelloMessage& m) {
  ar(m.pid, m.cpu, m.allowed_cpus);
}
template <class Archive>
void serialize(Archive& ar, AttachMessage& m) {
  ar(m.ring_bytes);
}
template <class Archive>
void serialize(Archive& ar, StageMessage& m) {
  ar(m.stage, m.task, m.context_bytes);
}
template <class Archive>
void serialize(Archive& ar, ReadyMessage& m) {
  ar(m.stage);
}
template <class Archive>
void serialize(Archive& ar, StageFailedMessage& m) {
  ar(m.stage, m.code, m.text);
}
template <class Archive>
void serialize(Archive& ar, ChunkMessage& m) {
  ar(m.chunk, m.slot, m.bytes, m.segment_bytes);
}
template <class Archive>
void serialize(Archive& ar, ChunkDoneMessage& m) {
  ar(m.chunk, m.busy_seconds, m.cpu_seconds, m.rss_bytes, m.peak_rss_bytes);
}
template <class Archive>
void serialize(Archive& ar, ResultsFullMessage& m) {
  ar(m.needed_bytes);
}
template <class Archive>
void serialize(Archive& ar, ResultsDrainedMessage& m) {
  ar(m.ring_bytes);
}
template <class Archive>
void serialize(Archive&, FinishMessage&) {}

namespace {

struct Envelope {
  std::uint16_t version = kProtocolVersion;
  std::uint8_t kind = 0;  // index in Message

  template <class Archive>
  void serialize(Archive& ar) {
    ar(version, kind);
  }
};
constexpr std::size_t kEnvelopeBytes = sizeof(std::uint16_t) + sizeof(std::uint8_t);

template <std::size_t kind = 0>
Result<Message> DecodeKind(std::uint8_t wanted, std::string_view fields) {
  if constexpr (kind < std::variant_size_v<Message>) {
    if (wanted != kind) return DecodeKind<kind + 1>(wanted, fields);
    std::variant_alternative_t<kind, Message> message;
    FITD_RETURN_IF_ERROR(Decode(fields, message, "message of kind " + std::to_string(kind)));
    return Message(std::move(message));
  } else {
    return Status(StatusCode::kCorrupt, "message of unknown kind " + std::to_string(wanted));
  }
}

}  // namespace

std::string EncodeMessage(const Message& message) {
  std::string out;
  EncodeTo(out, Envelope{kProtocolVersion, static_cast<std::uint8_t>(message.index())});
  std::visit([&out](const auto& m) { EncodeTo(out, m); }, message);
  return out;
}

Result<Message> DecodeMessage(std::string_view frame) {
  if (frame.size() < kEnvelopeBytes) return Status(StatusCode::kCorrupt, "message shorter than its envelope");
  Envelope envelope;
  FITD_RETURN_IF_ERROR(Decode(frame.substr(0, kEnvelopeBytes), envelope, "message envelope"));
  if (envelope.version != kProtocolVersion) {
    return Status(StatusCode::kCorrupt, "message of protocol version " + std::to_string(envelope.version) +
                                            ", this program speaks " + std::to_string(kProtocolVersion));
  }
  return DecodeKind(envelope.kind, frame.substr(kEnvelopeBytes));
}

}  // namespace fitd
