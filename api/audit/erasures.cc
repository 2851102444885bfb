/// Who was erased, and the certificates of it.
#include "api/server/erasures.h"

#include "api/audit/event_document.h"
#include "api/audit/handlers.h"
#include "api/audit/question.h"
#include "api/directory/parameters.h"
#include "api/transparency/formats.h"
#include "api/transparency/tree_heads.h"
#include "engine/core/instant.h"

namespace muster {
namespace {

/// A certificate lists so many positions; how many there are it says in any case.
constexpr std::size_t kPositionsMax = 10'000;

constexpr std::string_view kStatement =
    "The key that all sealed values of this person's events were encrypted with is destroyed, the "
    "values themselves are deleted, and no file of the data directory holds them. The events at "
    "the positions above are still in the log as they were hashed: each names the SHA-256 of its "
    "sealed values in `sealed`, which tells nothing about them, since they were encrypted and "
    "begin "
    "with a random salt. Copies of the directory that are older than the certificate must be "
    "restored "
    "with the ledger of erasures.";

void progress_members(JsonWriter& writer, const Context& context, const UserState& person) {
  const ErasureProgress progress = context.services.erasures.progress(person);
  writer.member("stream", person.head.stream.text());
  writer.member("pool", person.pool.text());
  writer.member("pool_id", person.pool_id);
  writer.member("erased_at", to_rfc3339(person.erased_time));
  writer.member("position", person.erased_position);
  writer.member("step", name_of(progress.step));
  if (!progress.problem.empty()) {
    writer.member("problem", progress.problem);
  }
}

/// Writes what proves that two events are in the log, under one tree head.
class Certificate {
 public:
  Certificate(JsonWriter& writer, const Context& context, HistoryReader& reader)
      : writer_{writer}, context_{context}, reader_{reader}, view_{log_view(context)} {}

  Result<void> write(const UserState& person) {
    const std::uint64_t last = raw(person.head.last);
    MUSTER_TRY(head_, context_.services.tree_heads.covering(view_.log, last));
    MUSTER_CHECKED(event("erased", person.erased_position));
    if (person.certified) {
      MUSTER_CHECKED(event("certified", last));
    }
    MUSTER_CHECKED(positions(person));
    writer_.member("key_slot", static_cast<std::uint64_t>(raw(person.head.slot)));
    writer_.member("checkpoint", head_->checkpoint);
    writer_.member("statement", kStatement);
    return {};
  }

 private:
  Result<void> event(std::string_view name, std::uint64_t position) {
    MUSTER_TRY(const std::string open_part, open_part_at(view_, position));
    MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
    std::string reference;
    MUSTER_CHECKED(append_event_reference(reference, parsed.header(), reader_));
    KvTreeNodes nodes =
        context_.services.tree_heads.nodes(view_.log, *context_.services.published.now());
    MUSTER_TRY(const Proof hashes, inclusion_proof(nodes, position, head_->size));
    writer_.key(name);
    writer_.begin_object();
    writer_.raw_member("event", reference);
    if (const auto ledger = parsed.data().find("ledger")) {
      writer_.member("ledger", ledger->as_string());
    }
    writer_.member("entry", to_base64(open_part));
    writer_.member("proof", write_tlog_proof(position, hashes, head_->checkpoint));
    writer_.end_object();
    return {};
  }

  /// The events whose sealed values are gone, newest first.
  Result<void> positions(const UserState& person) {
    std::uint64_t total = 0;
    writer_.key("events");
    writer_.begin_array();
    MUSTER_CHECKED(view_.reader.each_entry_back(
        view_.log, person.head.stream, person.head.revision, [&](const StreamEntry& entry) {
          if (raw(entry.position) <= person.erased_position && ++total <= kPositionsMax) {
            writer_.integer(static_cast<std::int64_t>(raw(entry.position)));
          }
          return true;
        }));
    writer_.end_array();
    writer_.member("events_total", total);
    return {};
  }

  JsonWriter& writer_;
  const Context& context_;
  HistoryReader& reader_;
  LogView view_;
  TreeHeads::HeadPtr head_;
};

}  // namespace

Result<Step> list_of_erasures(const Context& context) {
  MUSTER_CHECKED(check_known(context.request, {"limit", "cursor"}));
  MUSTER_TRY(const HistoryReader reader, HistoryReader::of(context));
  MUSTER_TRY(const std::size_t limit, read_limit(context.request));
  MUSTER_TRY(const auto after, read_stream(context.request, "cursor"));
  MUSTER_TRY(const auto people,
             context.services.erasures.list(context.point, context.log(), after, limit));
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.key("erasures");
  writer.begin_array();
  for (const UserState& person : people) {
    writer.begin_object();
    progress_members(writer, context, person);
    writer.end_object();
  }
  writer.end_array();
  if (people.size() == limit) {
    writer.member("next", people.back().head.stream.text());
  }
  writer.end_object();
  return reader.answer("auditErasures", std::move(json));
}

Result<Step> erasure_of_stream(const Context& context) {
  MUSTER_CHECKED(check_known(context.request, {}));
  MUSTER_TRY(HistoryReader reader, HistoryReader::of(context));
  const auto stream = Uuid::parse(context.request.path_parameter("streamID"));
  std::optional<UserState> person;
  if (stream) {
    MUSTER_TRY(person,
               context.services.erasures.find(context.point, context.log(), StreamId{*stream}));
  }
  if (!person) {
    return not_found("erasure");
  }
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  progress_members(writer, context, *person);
  MUSTER_CHECKED((Certificate{writer, context, reader}.write(*person)));
  writer.end_object();
  return reader.answer("auditErasure", std::move(json));
}

}  // namespace muster
