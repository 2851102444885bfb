#include "api/audit/feed_batch.h"

#include <algorithm>

#include "api/audit/event_document.h"
#include "engine/administration/commands.h"
#include "engine/core/bytes.h"
#include "engine/core/json_writer.h"
#include "storage/tree/proofs.h"

namespace muster {
namespace {

/// Traces of reading: a batch of nothing else leaves no trace, or following a log would make it
/// grow for ever.
constexpr std::string_view kTrace = "client.history_read";

bool is_full(const FeedBatch& batch) {
  return batch.positions.size() >= kBatchEventsMax || batch.events.size() >= kBatchBytesMax ||
         batch.persons.size() >= kPersonsOfReadMax;
}

/// The document of an event; one that was made for another consumer, if there is one.
Result<FollowedDocument> document_of(std::uint64_t position,
                                     const Context& context,
                                     bool with_open,
                                     HistoryReader& reader,
                                     FollowedStretch& stretch) {
  const std::size_t kind = (reader.shows_personal() ? 1U : 0U) + (with_open ? 2U : 0U);
  const FollowedEvent& event = stretch.at(position);
  if (const auto& made = event.documents.at(kind); !made.json.empty()) {
    return made;
  }
  FollowedDocument document;
  MUSTER_TRY(document.shows_personal,
             append_shared_event(document.json, context, event.open_part, reader, with_open));
  stretch.keep(position, kind, document);
  return document;
}

void write_hashes(JsonWriter& writer, const Proof& hashes) {
  for (const Digest& hash : hashes) {
    writer.string(to_base64(as_view(hash)));
  }
}

/// The covers of what lies between the chosen events.
Result<void> write_nodes(JsonWriter& writer, const FeedBatch& batch, KvTreeNodes& nodes) {
  std::uint64_t at = batch.from;
  for (const std::uint64_t position : batch.positions) {
    MUSTER_TRY(const Proof cover, range_cover(nodes, at, position));
    write_hashes(writer, cover);
    at = position + 1;
  }
  MUSTER_TRY(const Proof cover, range_cover(nodes, at, batch.next));
  write_hashes(writer, cover);
  return {};
}

}  // namespace

bool may_match(const EventFilter& filter, const FollowedStretch& stretch) {
  if (filter.stream && !stretch.has_stream(*filter.stream)) {
    return false;
  }
  EventFilter of_type;
  of_type.type = filter.type;
  return std::ranges::any_of(stretch.types(), [&](const std::string& type) {
    EventHeader header;
    header.type = type;
    return of_type.matches(header);
  });
}

Result<void> collect(FeedBatch& batch,
                     const Context& context,
                     const FeedQuestion& question,
                     FollowedStretch& stretch) {
  MUSTER_TRY(HistoryReader reader, HistoryReader::of(context));
  for (; batch.next < stretch.end() && !is_full(batch); ++batch.next) {
    const EventHeader& header = stretch.at(batch.next).header;
    if (!question.filter.matches(header)) {
      continue;
    }
    MUSTER_TRY(const FollowedDocument document,
               document_of(batch.next, context, question.with_open, reader, stretch));
    batch.events += batch.positions.empty() ? "" : ",";
    batch.events += document.json;
    batch.positions.push_back(batch.next);
    batch.notable = batch.notable || header.type != kTrace;
    if (document.shows_personal) {
      batch.persons.insert(header.stream);
    }
  }
  return {};
}

Result<std::string> batch_document(const FeedBatch& batch,
                                   const ReadPoint& point,
                                   KvTreeNodes& nodes,
                                   LogId log) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("epoch", std::uint64_t{raw(point.epoch)});
  writer.member("from", batch.from);
  if (batch.next > batch.from) {
    writer.member("to", batch.next - 1);
  } else {
    writer.null_member("to");
  }
  writer.member("next", batch.next);
  writer.member("count", batch.positions.size());
  writer.member("log_size", point.size_of(log));
  MUSTER_TRY(const Digest root, tree_root(nodes, batch.next));
  writer.member("root", to_base64(as_view(root)));
  writer.key("nodes");
  writer.begin_array();
  MUSTER_CHECKED(write_nodes(writer, batch, nodes));
  writer.end_array();
  writer.raw_member("events", "[" + batch.events + "]");
  writer.end_object();
  return json;
}

}  // namespace muster
