#include "engine/events/open_part.h"

#include <algorithm>
#include <limits>

#include "engine/core/json_writer.h"

namespace muster {
namespace {

constexpr std::int64_t kLayoutVersion = 1;

void write_digest(JsonWriter& writer, std::string_view name, const Digest& digest) {
  writer.member(name, to_base64url(as_view(digest)));
}

void write_origin(JsonWriter& writer, const EventHeader& header) {
  if (!header.schemas.empty()) {
    writer.key("schemas");
    writer.begin_array();
    for (const SchemaUse& use : header.schemas) {
      writer.begin_array();
      writer.string(use.id);
      writer.unsigned_integer(raw(use.revision));
      writer.end_array();
    }
    writer.end_array();
  }
  if (!header.actor.is_nil()) {
    writer.member("actor", header.actor.text());
  }
  if (!header.client.is_nil()) {
    writer.member("client", header.client.text());
  }
  if (!header.request_id.empty()) {
    writer.member("req", header.request_id);
  }
  if (!header.idempotency.empty()) {
    writer.member("idem", header.idempotency);
  }
}

void write_references(JsonWriter& writer, const EventHeader& header) {
  if (!header.sealed.empty()) {
    writer.key("sealed");
    writer.begin_array();
    for (const SealedReference& reference : header.sealed) {
      writer.begin_object();
      writer.member("subject", reference.subject.text());
      writer.member("slot", std::uint64_t{raw(reference.slot)});
      write_digest(writer, "digest", reference.digest);
      writer.end_object();
    }
    writer.end_array();
  }
  if (!header.attached.empty()) {
    writer.key("attached");
    writer.begin_array();
    for (const AttachedReference& reference : header.attached) {
      writer.begin_object();
      write_digest(writer, "digest", reference.digest);
      writer.member("bytes", reference.bytes);
      writer.end_object();
    }
    writer.end_array();
  }
}

/// Reads members of an open part; one failure makes the whole part unreadable.
class Reader {
 public:
  explicit Reader(JsonValue object) : object_{object} {}

  std::uint64_t number(std::string_view name, bool required = true, std::uint64_t absent = 0) {
    const auto member = object_.find(name);
    if (!member) {
      ok_ = ok_ && !required;
      return absent;
    }
    const auto value = member->whole();
    ok_ = ok_ && value && *value >= 0;
    return static_cast<std::uint64_t>(value.value_or(0));
  }

  /// The same for a member that is stored in fewer bits.
  template <class Narrow>
  Narrow narrow(std::string_view name, bool required = true, Narrow absent = 0) {
    const std::uint64_t value = number(name, required, absent);
    ok_ = ok_ && value <= std::numeric_limits<Narrow>::max();
    return static_cast<Narrow>(value);
  }

  std::string text(std::string_view name, bool required = true) {
    const auto member = object_.find(name);
    const auto value = member ? member->text() : std::nullopt;
    ok_ = ok_ && (value || (!required && !member));
    return std::string{value.value_or(std::string_view{})};
  }

  StreamId stream(std::string_view name, bool required = true) {
    const auto value = text(name, required);
    if (value.empty()) {
      return {};
    }
    const auto uuid = Uuid::parse(value);
    ok_ = ok_ && uuid;
    return StreamId{uuid.value_or(Uuid{})};
  }

  Digest digest(std::string_view name, bool required = true) {
    Digest digest{};
    const auto value = text(name, required);
    if (value.empty()) {
      return digest;
    }
    const auto bytes = from_base64(value);
    ok_ = ok_ && bytes && bytes->size() == digest.size();
    if (ok_) {
      std::ranges::copy(*bytes, reinterpret_cast<char*>(digest.data()));
    }
    return digest;
  }

  /// Calls `visit(element)` for each element of an array that may be absent.
  template <class Visitor>
  void each(std::string_view name, Visitor&& visit) {
    if (const auto member = object_.find(name)) {
      ok_ = ok_ && member->is_array();
      for (const JsonValue element : member->elements()) {
        visit(element);
      }
    }
  }

  void fail_unless(bool condition) { ok_ = ok_ && condition; }

  [[nodiscard]] bool ok() const { return ok_; }

 private:
  JsonValue object_;
  bool ok_ = true;
};

void read_schemas(Reader& reader, EventHeader& header) {
  reader.each("schemas", [&](JsonValue element) {
    SchemaUse use;
    std::size_t index = 0;
    for (const JsonValue item : element.elements()) {
      if (index == 0) {
        use.id = std::string{item.text().value_or(std::string_view{})};
      } else {
        use.revision = Revision{static_cast<std::uint64_t>(item.whole().value_or(0))};
        reader.fail_unless(item.whole().value_or(0) > 0);
      }
      ++index;
    }
    reader.fail_unless(index == 2 && !use.id.empty());
    header.schemas.push_back(std::move(use));
  });
}

void read_references(Reader& reader, EventHeader& header) {
  reader.each("sealed", [&](JsonValue element) {
    Reader item{element};
    header.sealed.push_back(
        {item.stream("subject"), Slot{item.narrow<std::uint32_t>("slot")}, item.digest("digest")});
    reader.fail_unless(item.ok());
  });
  reader.each("attached", [&](JsonValue element) {
    Reader item{element};
    header.attached.push_back({item.digest("digest"), item.number("bytes")});
    reader.fail_unless(item.ok());
  });
}

}  // namespace

std::string write_open_part(const EventHeader& header, std::string_view data) {
  std::string out;
  out.reserve(640 + data.size());
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("v", kLayoutVersion);
  writer.member("log", std::uint64_t{raw(header.log)});
  writer.member("pos", raw(header.position));
  writer.member("time", raw(header.time));
  writer.member("type", header.type);
  writer.member("ver", std::uint64_t{raw(header.version)});
  writer.member("stream", header.stream.text());
  writer.member("rev", raw(header.revision));
  if (header.revision > Revision{1}) {
    write_digest(writer, "prev", header.previous);
  }
  writer.member("cmd", raw(header.command));
  if (header.parts > 1) {
    writer.member("part", header.part);
    writer.member("parts", header.parts);
  }
  write_origin(writer, header);
  writer.raw_member("data", data);
  write_references(writer, header);
  writer.end_object();
  return out;
}

Result<OpenPart> OpenPart::parse(std::string_view bytes) {
  auto document = parse_json(bytes);
  if (!document || !document->root().is_object()) {
    return failure(
        Errc::kCorrupt, "malformed_open_part", "an event in the log is not readable JSON");
  }
  Reader reader{document->root()};
  EventHeader header;
  reader.fail_unless(reader.number("v") == kLayoutVersion);
  header.log = LogId{reader.narrow<std::uint32_t>("log")};
  header.position = Position{reader.number("pos")};
  header.time = Micros{static_cast<std::int64_t>(reader.number("time"))};
  header.type = reader.text("type");
  header.version = EventVersion{reader.narrow<std::uint16_t>("ver")};
  header.stream = reader.stream("stream");
  header.revision = Revision{reader.number("rev")};
  header.previous = reader.digest("prev", header.revision > Revision{1});
  header.command = Position{reader.number("cmd")};
  header.part = reader.narrow<std::uint32_t>("part", false, 1);
  header.parts = reader.narrow<std::uint32_t>("parts", false, 1);
  read_schemas(reader, header);
  header.actor = reader.stream("actor", false);
  header.client = reader.stream("client", false);
  header.request_id = reader.text("req", false);
  header.idempotency = reader.text("idem", false);
  reader.fail_unless(document->root().find("data").has_value());
  read_references(reader, header);
  if (!reader.ok()) {
    return failure(Errc::kCorrupt,
                   "malformed_open_part",
                   "an event in the log lacks a member or has one of another type");
  }
  return OpenPart{std::move(*document), std::move(header)};
}

}  // namespace muster
