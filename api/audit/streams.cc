#include "api/audit/streams.h"

#include "api/audit/question.h"
#include "api/directory/subjects.h"
#include "engine/administration/prepare.h"

namespace muster {
namespace {

/// The first event of a stream, if it is published.
Result<std::optional<std::string>> first_event(const Context& context, StreamId stream) {
  const LogView view = log_view(context);
  std::optional<std::uint64_t> first;
  MUSTER_CHECKED(
      view.reader.each_entry_back(view.log, stream, Revision{1}, [&](const StreamEntry& entry) {
        first = raw(entry.position);
        return false;
      }));
  if (!first || *first >= view.size) {
    return std::optional<std::string>{};
  }
  MUSTER_TRY(std::string open_part, open_part_at(view, *first));
  return std::optional{std::move(open_part)};
}

/// Whether a stream is that of a user who was made in `pool`.
Result<bool> is_user_of(const Context& context, StreamId stream, const PoolState& pool) {
  MUSTER_TRY(const auto open_part, first_event(context, stream));
  if (!open_part) {
    return false;
  }
  MUSTER_TRY(const OpenPart parsed, OpenPart::parse(*open_part));
  const auto made_in = parsed.data().find("pool");
  return parsed.header().type == UserCreated::describe().event.name && made_in &&
         made_in->text() == pool.head.stream.text();
}

}  // namespace

Result<StreamId> named_stream(const Context& context) {
  const auto uuid = Uuid::parse(context.request.path_parameter("streamID"));
  if (!uuid) {
    return not_found("stream");
  }
  MUSTER_TRY(const auto first, first_event(context, StreamId{*uuid}));
  return first ? Result<StreamId>{StreamId{*uuid}} : Result<StreamId>{not_found("stream")};
}

Result<StreamId> stream_of_pool(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  return pool->head.stream;
}

Result<StreamId> stream_of_schema(const Context& context) {
  MUSTER_TRY(const auto schema, find_schema(context));
  return schema->head.stream;
}

Result<StreamId> stream_of_group(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const GroupState group, find_group(context, *pool));
  return group.head.stream;
}

Result<StreamId> stream_of_user(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  const PoolAt at{context.point, context.log(), *pool};
  const std::string_view id = context.request.path_parameter("userID");
  MUSTER_TRY(const auto row, context.services.users.find(at, id));
  if (row) {
    return row->head().stream;
  }
  const auto uuid = Uuid::parse(id);
  MUSTER_TRY(const bool was_there,
             uuid ? is_user_of(context, StreamId{*uuid}, *pool) : Result<bool>{false});
  return was_there ? Result<StreamId>{StreamId{*uuid}} : Result<StreamId>{not_found("user")};
}

}  // namespace muster
