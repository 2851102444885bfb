/// Events of the log, and the histories of streams: the same, of one stream.
#include "api/audit/event_document.h"
#include "api/audit/handlers.h"
#include "api/audit/question.h"
#include "api/audit/streams.h"

namespace muster {
namespace {

/// A page of schemas with their texts would be large; the rest comes with the next page.
constexpr std::size_t kPageBytes = std::size_t{4} * 1024 * 1024;

/// The page as far as it was written: without the events from `open_part` on.
Result<EventRange> rest_from(const EventRange& range, std::string_view open_part) {
  MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
  const std::uint64_t position = raw(parsed.header().position);
  return range.newest_first ? EventRange{range.begin, position + 1, true}
                            : EventRange{position, range.end, false};
}

Result<Step> answer_page(const Context& context,
                         std::string_view operation,
                         const EventQuestion& question) {
  MUSTER_TRY(HistoryReader reader, HistoryReader::of(context));
  const EventRange range{question.at.begin, question.at.end, question.newest_first};
  MUSTER_TRY(FoundEvents found,
             search_events(log_view(context), question.filter, range, {question.limit}));
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  if (question.filter.stream) {
    writer.member("stream", question.filter.stream->text());
  }
  writer.key("events");
  writer.begin_array();
  for (const std::string& open_part : found.open_parts) {
    if (json.size() > kPageBytes) {
      MUSTER_TRY(found.rest, rest_from(range, open_part));
      break;
    }
    std::string event;
    MUSTER_CHECKED(append_event(event, context, open_part, reader));
    writer.raw(event);
  }
  writer.end_array();
  writer.member("log_size", question.at.size);
  writer.member("examined", found.examined);
  writer.member("complete", found.rest.empty());
  if (!found.rest.empty()) {
    const AuditCursor next{question.at.epoch, question.at.size, found.rest.begin, found.rest.end};
    writer.member("next", write_cursor(next, question.text));
  }
  writer.end_object();
  return reader.answer(operation, std::move(json));
}

using FindStream = Result<StreamId> (*)(const Context& context);

Result<Step> answer_history(const Context& context,
                            std::string_view operation,
                            FindStream find_stream) {
  MUSTER_TRY(const StreamId stream, find_stream(context));
  MUSTER_TRY(const EventQuestion question, read_event_question(context, stream));
  return answer_page(context, operation, question);
}

}  // namespace

Result<Step> audit_events(const Context& context) {
  MUSTER_TRY(const EventQuestion question, read_event_question(context, std::nullopt));
  return answer_page(context, "auditEvents", question);
}

Result<Step> stream_history(const Context& context) {
  return answer_history(context, "auditStreamHistory", named_stream);
}

Result<Step> pool_history(const Context& context) {
  return answer_history(context, "auditPoolHistory", stream_of_pool);
}

Result<Step> schema_events(const Context& context) {
  return answer_history(context, "auditSchemaHistory", stream_of_schema);
}

Result<Step> group_history(const Context& context) {
  return answer_history(context, "auditGroupHistory", stream_of_group);
}

Result<Step> user_history(const Context& context) {
  return answer_history(context, "auditUserHistory", stream_of_user);
}

}  // namespace muster
