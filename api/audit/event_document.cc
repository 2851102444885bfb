#include "api/audit/event_document.h"

#include <algorithm>
#include <span>
#include <vector>

#include "engine/core/bytes.h"
#include "engine/core/instant.h"

namespace muster {
namespace {

struct Hidden {
  std::string name;
  std::string_view why;
};

Privacy privacy_of(const EventInfo& info, std::string_view member) {
  const auto found = std::ranges::find(info.fields, member, &FieldInfo::name);
  return found == info.fields.end() ? Privacy::kSecret : found->privacy;
}

/// A public value lies in the event, or beside it.
std::string value_of(JsonValue value, std::span<const std::string> attachments) {
  const auto attached =
      value.is_object() && value.size() == 1 ? value.find("attached") : std::nullopt;
  const auto index = attached ? attached->whole() : std::nullopt;
  if (index && *index >= 0 && static_cast<std::size_t>(*index) < attachments.size()) {
    return attachments[static_cast<std::size_t>(*index)];
  }
  return value.minified();
}

/// What an event says, sorted by who may see it.
class Contents {
 public:
  Contents(JsonWriter& writer, const LoggedEvent& logged, bool shows_personal)
      : writer_{writer},
        logged_{logged},
        info_{*find_event(name_of(logged.event).name)},
        encoded_{encode_event(logged.event)},
        shows_personal_{shows_personal} {}

  /// Whether personal values were written.
  Result<bool> write() {
    MUSTER_CHECKED(open_values());
    bool personal = false;
    if (logged_.sealed_lost) {
      hide_all("erased");
    } else if (!encoded_.sealed.empty()) {
      MUSTER_TRY(personal, sealed_values());
    }
    hidden_names();
    return personal;
  }

 private:
  Result<void> open_values() {
    MUSTER_TRY(const JsonDocument data, parse_json(encoded_.data));
    writer_.key("data");
    writer_.begin_object();
    for (const auto& [name, value] : data.root().members()) {
      writer_.raw_member(name, value_of(value, encoded_.attachments));
    }
    writer_.end_object();
    return {};
  }

  Result<bool> sealed_values() {
    MUSTER_TRY(const JsonDocument sealed, parse_json(encoded_.sealed));
    std::string personal;
    JsonWriter writer{personal};
    writer.begin_object();
    for (const auto& [name, value] : sealed.root().members()) {
      const bool secret = privacy_of(info_, name) == Privacy::kSecret;
      if (!secret && shows_personal_) {
        writer.raw_member(name, value.minified());
      } else {
        hidden_.push_back({std::string{name}, secret ? "secret" : "personal"});
      }
    }
    writer.end_object();
    const bool any = personal.size() > 2;
    if (any) {
      writer_.raw_member("personal", personal);
    }
    return any;
  }

  void hide_all(std::string_view why) {
    for (const FieldInfo& field : info_.fields) {
      if (field.privacy != Privacy::kPublic) {
        hidden_.push_back({std::string{field.name}, why});
      }
    }
  }

  void hidden_names() {
    if (hidden_.empty()) {
      return;
    }
    writer_.key("hidden");
    writer_.begin_array();
    for (const Hidden& hidden : hidden_) {
      writer_.begin_object();
      writer_.member("name", hidden.name);
      writer_.member("why", hidden.why);
      writer_.end_object();
    }
    writer_.end_array();
  }

  JsonWriter& writer_;
  const LoggedEvent& logged_;
  const EventInfo& info_;
  EncodedEvent encoded_;
  bool shows_personal_;
  std::vector<Hidden> hidden_;
};

void place_members(JsonWriter& writer, const EventHeader& header) {
  writer.member("position", raw(header.position));
  writer.member("time", to_rfc3339(header.time));
  writer.member("type", header.type);
  writer.member("stream", header.stream.text());
  writer.member("revision", raw(header.revision));
}

}  // namespace

Result<void> origin_members(JsonWriter& writer, const EventHeader& header, HistoryReader& reader) {
  if (!header.actor.is_nil()) {
    writer.member("actor", header.actor.text());
  }
  if (!header.client.is_nil()) {
    writer.member("client", header.client.text());
    MUSTER_TRY(const std::string id, reader.client_id(header.client));
    if (!id.empty()) {
      writer.member("client_id", id);
    }
  }
  if (!header.request_id.empty()) {
    writer.member("request_id", header.request_id);
  }
  return {};
}

Result<void> append_event_reference(std::string& out,
                                    const EventHeader& header,
                                    HistoryReader& reader) {
  JsonWriter writer{out};
  writer.begin_object();
  place_members(writer, header);
  MUSTER_CHECKED(origin_members(writer, header, reader));
  writer.end_object();
  return {};
}

Result<bool> append_shared_event(std::string& out,
                                 const Context& context,
                                 std::string_view open_part,
                                 HistoryReader& reader,
                                 bool with_open) {
  MUSTER_TRY(const LoggedEvent logged, context.services.log.decode(open_part));
  const EventHeader& header = logged.header;
  JsonWriter writer{out};
  writer.begin_object();
  place_members(writer, header);
  writer.member("version", std::uint64_t{raw(header.version)});
  writer.member("command", raw(header.command));
  writer.member("part", std::uint64_t{header.part});
  writer.member("parts", std::uint64_t{header.parts});
  MUSTER_CHECKED(origin_members(writer, header, reader));
  writer.member("leaf", to_base64url(as_view(logged.leaf)));
  if (with_open) {
    writer.member("open", open_part);
  }
  MUSTER_TRY(const bool personal, (Contents{writer, logged, reader.shows_personal()}.write()));
  writer.end_object();
  return personal;
}

Result<void> append_event(std::string& out,
                          const Context& context,
                          std::string_view open_part,
                          HistoryReader& reader) {
  MUSTER_TRY(const bool personal, append_shared_event(out, context, open_part, reader, false));
  if (personal) {
    MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
    reader.shown(parsed.header().stream);
  }
  return {};
}

}  // namespace muster
