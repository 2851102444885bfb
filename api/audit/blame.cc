/// Which event made each value of a document what it is.
#include "projections/history/blame.h"

#include "api/audit/event_document.h"
#include "api/audit/handlers.h"
#include "api/audit/question.h"
#include "api/audit/streams.h"
#include "engine/core/instant.h"
#include "projections/history/state_document.h"

namespace muster {
namespace {

Result<void> append_value(std::string& out,
                          const Blame& blame,
                          const BlamedValue& blamed,
                          HistoryReader& reader) {
  const EventHeader& event = blame.events[blamed.event];
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("pointer", blamed.pointer);
  if (blamed.hidden) {
    writer.member("hidden", "personal");
  } else {
    writer.raw_member("value", blamed.value);
  }
  writer.member("position", raw(event.position));
  writer.member("time", to_rfc3339(event.time));
  writer.member("type", event.type);
  writer.member("revision", raw(event.revision));
  MUSTER_CHECKED(origin_members(writer, event, reader));
  writer.end_object();
  return {};
}

bool is_user(const AnyState& state) {
  return std::holds_alternative<UserState>(state);
}

Result<std::string> blame_document(const Blame& blame, StreamId stream, HistoryReader& reader) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("stream", stream.text());
  writer.member("kind", kind_of(blame.state));
  writer.member("exists", !blame.values.empty());
  writer.member("erased", is_erased(blame.state));
  writer.member("revision", raw(head_of(blame.state).revision));
  writer.key("last_event");
  std::string last;
  MUSTER_CHECKED(append_event_reference(last, blame.events.back(), reader));
  writer.raw(last);
  writer.key("values");
  writer.begin_array();
  for (const BlamedValue& blamed : blame.values) {
    std::string value;
    MUSTER_CHECKED(append_value(value, blame, blamed, reader));
    writer.raw(value);
  }
  writer.end_array();
  writer.end_object();
  return json;
}

using FindStream = Result<StreamId> (*)(const Context& context);

Result<Step> answer_blame(const Context& context,
                          std::string_view operation,
                          FindStream find_stream) {
  MUSTER_CHECKED(check_known(context.request, {}));
  MUSTER_TRY(const StreamId stream, find_stream(context));
  MUSTER_TRY(HistoryReader reader, HistoryReader::of(context));
  const LogView view = log_view(context);
  MUSTER_TRY(const Blame blame,
             blame_stream(view, stream, view.size, context.tenant(), reader.shows_personal()));
  if (is_user(blame.state) && reader.shows_personal() && !blame.values.empty()) {
    reader.shown(stream);
  }
  MUSTER_TRY(std::string json, blame_document(blame, stream, reader));
  return reader.answer(operation, std::move(json));
}

}  // namespace

Result<Step> stream_blame(const Context& context) {
  return answer_blame(context, "auditStreamBlame", named_stream);
}

Result<Step> pool_blame(const Context& context) {
  return answer_blame(context, "auditPoolBlame", stream_of_pool);
}

Result<Step> schema_blame(const Context& context) {
  return answer_blame(context, "auditSchemaBlame", stream_of_schema);
}

Result<Step> group_blame(const Context& context) {
  return answer_blame(context, "auditGroupBlame", stream_of_group);
}

Result<Step> user_blame(const Context& context) {
  return answer_blame(context, "auditUserBlame", stream_of_user);
}

}  // namespace muster
