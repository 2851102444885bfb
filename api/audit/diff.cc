/// What changed between two moments: the document of one stream, or which streams.
#include <map>
#include <vector>

#include "api/audit/event_document.h"
#include "api/audit/handlers.h"
#include "api/audit/question.h"
#include "api/audit/streams.h"
#include "api/directory/parameters.h"
#include "engine/administration/prepare.h"
#include "engine/core/json_diff.h"
#include "projections/history/state_document.h"
#include "projections/history/stream_walk.h"

namespace muster {
namespace {

/// How many of the events between the moments an answer shows; the history has all.
constexpr std::size_t kCausesMax = 100;

/// Numbers of events; `from` is not above `to`.
struct Span {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

/// Without `from` everything since the beginning, without `to` until now.
Result<Span> read_span(const Context& context) {
  MUSTER_TRY(const auto from, read_moment(context, "from"));
  MUSTER_TRY(const auto to, read_moment(context, "to"));
  const Span span{from.value_or(0), to.value_or(log_view(context).size)};
  if (span.from > span.to) {
    return failure_at(Errc::kInvalidSyntax, "invalid_parameter", "from", "is after `to`");
  }
  return span;
}

/// The newest position of so many events; null for none.
void moment_member(JsonWriter& writer, std::string_view name, std::uint64_t count) {
  if (count == 0) {
    writer.null_member(name);
  } else {
    writer.member(name, count - 1);
  }
}

/// A stream at both moments, and what happened between.
struct Change {
  SeenDocument before{"null", {}};
  SeenDocument after{"null", {}};
  AnyState state;
  std::vector<EventHeader> causes;  // kCausesMax at most, the oldest
  std::uint64_t events = 0;
  /// Personal values that were there are erased: not even that they changed can be told.
  bool erased = false;
};

Result<Change> change_of(const Context& context, StreamId stream, Span span, bool shows_personal) {
  Change change;
  AnyState before;
  MUSTER_TRY(change.state,
             walk_stream(log_view(context),
                         stream,
                         span.to,
                         [&](const LoggedEvent& event, const AnyState& state) -> Result<void> {
                           change.erased = change.erased || event.sealed_lost;
                           if (raw(event.header.position) < span.from) {
                             before = state;
                             return {};
                           }
                           if (++change.events <= kCausesMax) {
                             change.causes.push_back(event.header);
                           }
                           return {};
                         }));
  const auto seen = [&](const AnyState& state) {
    return seen_document(
        state_document(context.tenant(), state), state, shows_personal && !change.erased);
  };
  change.before = seen(before);
  change.after = seen(change.state);
  return change;
}

/// Pointers of members that changed, and that the reader may not see.
void hidden_changes(JsonWriter& writer, const Change& change) {
  std::map<std::string, std::pair<std::string, std::string>> values;
  for (const auto& hidden : change.before.hidden) {
    values[hidden.pointer].first = hidden.value;
  }
  for (const auto& hidden : change.after.hidden) {
    values[hidden.pointer].second = hidden.value;
  }
  writer.key("hidden");
  writer.begin_array();
  for (const auto& [pointer, both] : values) {
    if (both.first != both.second && !change.erased) {
      writer.string(pointer);
    }
  }
  writer.end_array();
}

Result<std::string> change_document(const Change& change,
                                    StreamId stream,
                                    Span span,
                                    HistoryReader& reader) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("stream", stream.text());
  moment_member(writer, "from", span.from);
  moment_member(writer, "to", span.to);
  writer.member("erased", change.erased);
  MUSTER_TRY(const JsonDocument before, parse_json(change.before.shown));
  MUSTER_TRY(const JsonDocument after, parse_json(change.after.shown));
  std::string patch;
  append_json_diff(patch, before.root(), after.root());
  writer.raw_member("patch", patch);
  hidden_changes(writer, change);
  writer.key("events");
  writer.begin_array();
  for (const EventHeader& cause : change.causes) {
    std::string event;
    MUSTER_CHECKED(append_event_reference(event, cause, reader));
    writer.raw(event);
  }
  writer.end_array();
  writer.member("events_total", change.events);
  writer.member("complete", change.events == change.causes.size());
  writer.end_object();
  return json;
}

Result<Step> answer_change(const Context& context, std::string_view operation, StreamId stream) {
  MUSTER_TRY(const Span span, read_span(context));
  MUSTER_TRY(HistoryReader reader, HistoryReader::of(context));
  MUSTER_TRY(const Change change, change_of(context, stream, span, reader.shows_personal()));
  if (reader.shows_personal() && !change.erased &&
      std::holds_alternative<UserState>(change.state)) {
    reader.shown(stream);
  }
  MUSTER_TRY(std::string json, change_document(change, stream, span, reader));
  return reader.answer(operation, std::move(json));
}

struct ChangedStream {
  StreamId stream;
  std::string type;  // of its first event here
  std::uint64_t events = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// Streams with events among those of `at`, which becomes what was not looked at.
class ChangedStreams {
 public:
  ChangedStreams(AuditCursor& at, std::size_t limit) : at_{at}, limit_{limit} {}

  Result<void> collect(const LogView& view) {
    if (at_.begin >= at_.end) {
      return {};
    }
    return view.reader.each_open_part(
        view.log, Position{at_.begin}, [&](Position position, std::string_view open_part) {
          return take(raw(position), open_part);
        });
  }

  [[nodiscard]] const std::vector<ChangedStream>& found() const { return found_; }

  [[nodiscard]] std::uint64_t examined() const { return examined_; }

 private:
  Result<bool> take(std::uint64_t position, std::string_view open_part) {
    MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
    const EventHeader& header = parsed.header();
    auto known = places_.find(header.stream);
    if (known == places_.end()) {
      if (found_.size() == limit_) {
        return false;
      }
      known = places_.emplace(header.stream, found_.size()).first;
      found_.push_back({header.stream, header.type, 0, position, position});
    }
    ChangedStream& changed = found_[known->second];
    ++changed.events;
    changed.last = position;
    at_.begin = position + 1;
    ++examined_;
    return at_.begin < at_.end && examined_ < kEventsExaminedMax;
  }

  AuditCursor& at_;
  std::size_t limit_;
  std::map<StreamId, std::size_t> places_;
  std::vector<ChangedStream> found_;
  std::uint64_t examined_ = 0;
};

void append_changed(JsonWriter& writer, const ChangedStream& changed) {
  writer.begin_object();
  writer.member("stream", changed.stream.text());
  writer.member("kind", changed.type.substr(0, changed.type.find('.')));
  writer.member("events", changed.events);
  writer.member("first", changed.first);
  writer.member("last", changed.last);
  writer.end_object();
}

Result<Step> answer_streams(const Context& context) {
  MUSTER_TRY(const Span span, read_span(context));
  MUSTER_TRY(const std::size_t limit, read_limit(context.request));
  const LogView view = log_view(context);
  const std::string question = std::string{context.request.path()} +
                               context.request.query_parameter("from").value_or("") + " " +
                               context.request.query_parameter("to").value_or("");
  AuditCursor at{context.point.epoch, view.size, span.from, span.to};
  if (const auto cursor = read_text(context.request, "cursor")) {
    MUSTER_TRY(at, read_cursor(*cursor, question, context.point, context.log()));
  }
  MUSTER_TRY(HistoryReader reader, HistoryReader::of(context));
  const std::uint64_t begin = at.begin;
  ChangedStreams streams{at, limit};
  MUSTER_CHECKED(streams.collect(view));
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  moment_member(writer, "from", begin);
  moment_member(writer, "to", at.begin);
  writer.key("streams");
  writer.begin_array();
  for (const ChangedStream& changed : streams.found()) {
    append_changed(writer, changed);
  }
  writer.end_array();
  writer.member("examined", streams.examined());
  writer.member("complete", at.begin >= at.end);
  if (at.begin < at.end) {
    writer.member("next", write_cursor(at, question));
  }
  writer.end_object();
  return reader.answer("auditDiff", std::move(json));
}

}  // namespace

Result<Step> audit_diff(const Context& context) {
  MUSTER_TRY(const auto stream, read_stream(context.request, "stream"));
  if (!stream) {
    MUSTER_CHECKED(check_known(context.request, {"stream", "from", "to", "limit", "cursor"}));
    return answer_streams(context);
  }
  MUSTER_CHECKED(check_known(context.request, {"stream", "from", "to"}));
  const LogView view = log_view(context);
  MUSTER_TRY(const std::uint64_t events, revisions_below(view, *stream, view.size));
  if (events == 0) {
    return not_found("stream");
  }
  return answer_change(context, "auditDiff", *stream);
}

Result<Step> user_diff(const Context& context) {
  MUSTER_TRY(const StreamId stream, stream_of_user(context));
  MUSTER_CHECKED(check_known(context.request, {"from", "to"}));
  return answer_change(context, "auditUserDiff", stream);
}

}  // namespace muster
