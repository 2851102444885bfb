#include "engine/events/event_codec.h"

#include <algorithm>

#include "engine/events/arbitrary.h"
#include "engine/events/codec.h"

namespace muster {
namespace {

constexpr std::string_view kReferenceBegin = "{\"attached\":";

constexpr bool is_sealed(Privacy privacy) {
  return privacy != Privacy::kPublic;
}

/// Writes one public member, attaching its value when it is large.
template <class Member>
void write_public(JsonWriter& writer, const Member& member, std::vector<std::string>& attachments) {
  std::string json;
  JsonWriter value{json};
  codec::write_value(value, member);
  // A short value that looks like a reference is attached too, so that a reference is never a
  // value.
  if (json.size() <= kPublicValueBytesMax && !json.starts_with(kReferenceBegin)) {
    writer.raw(json);
    return;
  }
  writer.begin_object();
  writer.member("attached", static_cast<std::uint64_t>(attachments.size()));
  writer.end_object();
  attachments.push_back(std::move(json));
}

template <class Event>
EncodedEvent encode(const Event& event) {
  EncodedEvent out;
  JsonWriter data{out.data};
  data.begin_object();
  std::string sealed_text;
  JsonWriter sealed{sealed_text};
  bool any_sealed = false;
  sealed.begin_object();
  for_each_field<Event>([&](const auto& declared) {
    const auto& member = event.*declared.member;
    if (codec::is_empty(member)) {
      return;
    }
    JsonWriter& writer = is_sealed(declared.privacy) ? sealed : data;
    writer.key(declared.name);
    if (is_sealed(declared.privacy)) {
      any_sealed = true;
      codec::write_value(writer, member);
    } else {
      write_public(writer, member, out.attachments);
    }
  });
  data.end_object();
  sealed.end_object();
  if (any_sealed) {
    out.sealed = std::move(sealed_text);
  }
  return out;
}

/// Reads one public member, from the attachment it names if it does.
template <class Member>
bool read_public(JsonValue json, std::span<const std::string> attachments, Member& member) {
  const auto attached = json.is_object() && json.size() == 1 ? json.find("attached") : std::nullopt;
  if (!attached || !attached->is_number()) {
    return codec::read_value(json, member);
  }
  const auto index = attached->whole();
  if (!index || *index < 0 || static_cast<std::size_t>(*index) >= attachments.size()) {
    return false;
  }
  const auto document = parse_json(attachments[static_cast<std::size_t>(*index)]);
  return document.has_value() && codec::read_value(document->root(), member);
}

template <class Event>
Result<AnyEvent> decode(const StoredEvent& stored) {
  Event event{};
  bool ok = stored.data.is_object();
  for_each_field<Event>([&](const auto& declared) {
    const auto& source = is_sealed(declared.privacy) ? stored.sealed : std::optional{stored.data};
    const auto member = ok && source ? source->find(declared.name) : std::nullopt;
    if (!member) {
      return;
    }
    auto& target = event.*declared.member;
    ok = is_sealed(declared.privacy) ? codec::read_value(*member, target)
                                     : read_public(*member, stored.attachments, target);
  });
  if (!ok) {
    return failure(Errc::kCorrupt, "malformed_event", "an event does not follow its declaration");
  }
  return AnyEvent{std::move(event)};
}

template <class T>
std::vector<FieldInfo> field_infos();

template <class T>
constexpr std::string_view type_name() {
  if constexpr (std::is_same_v<T, std::string>) {
    return "string";
  } else if constexpr (std::is_same_v<T, JsonText>) {
    return "json";
  } else if constexpr (std::is_same_v<T, bool>) {
    return "boolean";
  } else if constexpr (std::is_same_v<T, StreamId>) {
    return "uuid";
  } else if constexpr (codec::Number<T> || codec::StrongNumber<T>) {
    return "integer";
  } else if constexpr (kIsVector<T>) {
    using Element = typename T::value_type;
    return std::is_same_v<Element, std::string> ? "strings"
           : std::is_same_v<Element, StreamId>  ? "uuids"
                                                : "records";
  } else {
    return "record";
  }
}

template <class T>
std::vector<FieldInfo> members_of() {
  if constexpr (kIsVector<T>) {
    return members_of<typename T::value_type>();
  } else if constexpr (Described<T>) {
    return field_infos<T>();
  } else {
    return {};
  }
}

template <class T>
std::vector<FieldInfo> field_infos() {
  std::vector<FieldInfo> infos;
  for_each_field<T>([&]<class Declared>(const Declared& declared) {
    using Member = std::remove_cvref_t<decltype(T{}.*declared.member)>;
    infos.push_back({declared.name,
                     type_name<Member>(),
                     declared.privacy,
                     declared.note,
                     members_of<Member>()});
  });
  return infos;
}

struct Entry {
  EventInfo info;
  Result<AnyEvent> (*decode)(const StoredEvent&);
};

template <class Event>
AnyEvent arbitrary_event(std::uint64_t seed) {
  Arbitrary source{seed};
  Event event{};
  source.fill_fields(event);
  return event;
}

template <class... Events>
std::vector<Entry> make_entries(EventList<Events...>) {
  return {Entry{{Events::describe().event, field_infos<Events>(), &arbitrary_event<Events>},
                &decode<Events>}...};
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> kEntries = make_entries(AllEvents{});
  return kEntries;
}

void write_schema_object(JsonWriter& writer, const std::vector<FieldInfo>& fields);

void write_schema(JsonWriter& writer, const FieldInfo& info) {
  writer.begin_object();
  writer.member("description", info.note);
  if (info.type == "string" || info.type == "boolean" || info.type == "integer") {
    writer.member("type", info.type);
  } else if (info.type == "uuid") {
    writer.member("type", "string");
    writer.member("format", "uuid");
  } else if (info.type == "strings" || info.type == "uuids" || info.type == "records") {
    writer.member("type", "array");
    writer.key("items");
    if (info.type == "strings") {
      writer.raw(R"({"type":"string"})");
    } else if (info.type == "uuids") {
      writer.raw(R"({"type":"string","format":"uuid"})");
    } else {
      write_schema_object(writer, info.members);
    }
  } else if (info.type == "record") {
    writer.member("type", "object");
    writer.key("properties");
    writer.begin_object();
    for (const auto& member : info.members) {
      writer.key(member.name);
      write_schema(writer, member);
    }
    writer.end_object();
  }
  writer.end_object();
}

void write_schema_object(JsonWriter& writer, const std::vector<FieldInfo>& fields) {
  writer.begin_object();
  writer.member("type", "object");
  writer.member("additionalProperties", false);
  writer.key("properties");
  writer.begin_object();
  for (const auto& info : fields) {
    writer.key(info.name);
    write_schema(writer, info);
  }
  writer.end_object();
  writer.end_object();
}

}  // namespace

bool EventInfo::has_sealed() const {
  return std::ranges::any_of(fields, [](const FieldInfo& info) { return is_sealed(info.privacy); });
}

EncodedEvent encode_event(const AnyEvent& event) {
  return std::visit([](const auto& concrete) { return encode(concrete); }, event);
}

Result<AnyEvent> decode_event(const StoredEvent& stored) {
  for (const Entry& entry : entries()) {
    // Versions so far have only added members, and an absent member reads as an empty one: reading
    // an older version is all the upcasting there is.
    if (entry.info.event.name == stored.type && raw(stored.version) >= 1 &&
        stored.version <= entry.info.event.version) {
      return entry.decode(stored);
    }
  }
  return failure(
      Errc::kCorrupt,
      "unknown_event",
      "the log holds an event of type '" + std::string{stored.type} + "' version " +
          std::to_string(raw(stored.version)) +
          " that this program does not know; use the version that wrote it or a newer one");
}

const EventName& name_of(const AnyEvent& event) {
  return entries()[event.index()].info.event;
}

const std::vector<EventInfo>& every_event() {
  static const std::vector<EventInfo> kInfos = [] {
    std::vector<EventInfo> infos;
    for (const Entry& entry : entries()) {
      infos.push_back(entry.info);
    }
    return infos;
  }();
  return kInfos;
}

const EventInfo* find_event(std::string_view type) {
  const auto& infos = every_event();
  const auto found =
      std::ranges::find_if(infos, [&](const EventInfo& info) { return info.event.name == type; });
  return found == infos.end() ? nullptr : &*found;
}

std::string schema_of(const EventInfo& event, bool sealed) {
  std::vector<FieldInfo> fields;
  std::ranges::copy_if(event.fields, std::back_inserter(fields), [&](const FieldInfo& info) {
    return is_sealed(info.privacy) == sealed;
  });
  std::string out;
  JsonWriter writer{out};
  write_schema_object(writer, fields);
  return out;
}

}  // namespace muster
