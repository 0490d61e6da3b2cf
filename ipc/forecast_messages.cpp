#include "ipc/forecast_messages.h"

#include <algorithm>

#include "common/archive.h"

namespace fitd {

template <class Archive>
void serialize(Archive& archive, UserContext& context) {
  archive(context.python_path, context.options, context.global_result);
}

template <class Archive>
void serialize(Archive& archive, ForecastSetup& setup) {
  archive(setup.algorithms, setup.context);
}

template <class Archive>
void serialize(Archive& archive, ForecastRequest& request) {
  archive(request.algorithm, request.target, request.model, request.horizon, request.levels);
}

template <class Archive>
void serialize(Archive& archive, ForecastInterval& interval) {
  archive(interval.level, interval.lo, interval.hi);
}

namespace {

// A frame's first byte: more follows, or it is the last.
constexpr char kMore = 'm', kLast = 'l';
constexpr std::size_t kPart = kMaxFrameBytes / 2;

struct Answer {
  std::uint8_t code = 0;
  std::string error;
  Forecast forecast;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(code, error, forecast.mean, forecast.intervals);
  }
};

}  // namespace

std::string EncodeForecastSetup(const ForecastSetup& setup) {
  return Encode(setup);
}
Result<ForecastSetup> DecodeForecastSetup(std::string_view bytes) {
  ForecastSetup setup;
  FITD_RETURN_IF_ERROR(Decode(bytes, setup, "set-up of a forecast"));
  return setup;
}

std::string EncodeForecastRequest(const ForecastRequest& request) {
  return Encode(request);
}
Result<ForecastRequest> DecodeForecastRequest(std::string_view bytes) {
  ForecastRequest request;
  FITD_RETURN_IF_ERROR(Decode(bytes, request, "request of a forecast"));
  return request;
}

std::string EncodeForecastAnswer(const Result<Forecast>& forecast) {
  Answer answer;
  if (forecast.ok()) {
    answer.forecast = *forecast;
  } else {
    answer.code = static_cast<std::uint8_t>(forecast.status().code());
    answer.error = forecast.status().message();
  }
  return Encode(answer);
}

Result<Forecast> DecodeForecastAnswer(std::string_view bytes) {
  Answer answer;
  FITD_RETURN_IF_ERROR(Decode(bytes, answer, "answer with a forecast"));
  if (answer.code == 0) return std::move(answer.forecast);
  const bool known = answer.code <= static_cast<int>(StatusCode::kCancelled);
  return Status(known ? static_cast<StatusCode>(answer.code) : StatusCode::kInternal, std::move(answer.error));
}

Status SendLong(Channel& channel, std::string_view message, Monotonic deadline) {
  std::string frame;
  do {
    const std::string_view part = message.substr(0, kPart);
    message.remove_prefix(part.size());
    frame.assign(1, message.empty() ? kLast : kMore);
    frame += part;
    FITD_RETURN_IF_ERROR(channel.SendAll(frame, deadline));
  } while (!message.empty());
  return {};
}

Result<bool> ReceiveLong(Channel& channel, std::string& message, std::optional<Monotonic> deadline) {
  while (true) {
    FITD_ASSIGN_OR_RETURN(const ReceivedFrame frame, channel.Receive(deadline));
    if (frame.payload.empty()) return Status(StatusCode::kCorrupt, "an empty part of a message");
    message.append(frame.payload, 1);
    if (frame.payload[0] == kLast) return true;
  }
}

}  // namespace fitd
