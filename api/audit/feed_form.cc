#include "api/audit/feed_form.h"

#include <algorithm>

#include "engine/core/json_writer.h"

namespace muster {
namespace {

/// The epoch of a directory that was never restored.
constexpr std::uint32_t kFirstEpoch = 1;

constexpr std::string_view kEventsType = "text/event-stream";
constexpr std::string_view kLinesType = "application/x-ndjson";

/// Line ends in JSON are white space, and would end a line of ours.
std::string one_line(std::string json) {
  std::ranges::replace_if(
      json, [](char byte) { return byte == '\n' || byte == '\r'; }, ' ');
  return json;
}

std::string end_document(const FeedEnd& end) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("reason", end.reason);
  writer.member("next", end.next);
  writer.member("retry_ms", end.retry_ms);
  writer.end_object();
  return json;
}

}  // namespace

FeedForm feed_form_of(const Request& request) {
  const std::string accept = request.joined_header("accept");
  if (accept.find(kEventsType) != std::string::npos) {
    return FeedForm::kEvents;
  }
  return accept.find(kLinesType) != std::string::npos ? FeedForm::kLines : FeedForm::kOne;
}

std::string_view media_type_of(FeedForm form) {
  switch (form) {
    case FeedForm::kEvents:
      return kEventsType;
    case FeedForm::kLines:
      return kLinesType;
    case FeedForm::kOne:
      break;
  }
  return "application/json";
}

std::string feed_id(Epoch epoch, std::uint64_t position) {
  const std::string place = std::to_string(position);
  return raw(epoch) == kFirstEpoch ? place : std::to_string(raw(epoch)) + "." + place;
}

std::string feed_beginning(FeedForm form, std::int64_t retry_ms) {
  return form == FeedForm::kEvents ? "retry: " + std::to_string(retry_ms) + "\n\n" : "";
}

std::string feed_piece(FeedForm form, std::string_view id, std::string batch) {
  std::string line = one_line(std::move(batch)) + "\n";
  if (form != FeedForm::kEvents) {
    return line;
  }
  return (id.empty() ? std::string{} : "id: " + std::string{id} + "\n") + "data: " + line + "\n";
}

std::string feed_heartbeat(FeedForm form, std::uint64_t next) {
  return form == FeedForm::kEvents ? ": waiting for " + std::to_string(next) + "\n\n" : "\n";
}

std::string feed_ending(FeedForm form, const FeedEnd& end) {
  if (form == FeedForm::kEvents) {
    return "retry: " + std::to_string(end.retry_ms) + "\nevent: end\ndata: " + end_document(end) +
           "\n\n";
  }
  return form == FeedForm::kLines ? "{\"end\":" + end_document(end) + "}\n" : "";
}

}  // namespace muster
