#include <set>

#include <catch2/catch.hpp>

#include "tests/engine/events/stored.h"

namespace muster {
namespace {

constexpr std::uint64_t kSeeds = 200;

/// The decoded event equals the original; otherwise says what came back.
void check_survives(const EventInfo& info, const AnyEvent& original) {
  const EncodedEvent bytes = encode_event(original);
  CAPTURE(bytes.data, bytes.sealed, bytes.attachments.size());
  const auto copy = decode_stored(info.event, bytes);
  REQUIRE(copy.has_value());
  CHECK(*copy == original);
  CHECK(encode_event(*copy) == bytes);
}

TEST_CASE("every event survives being written and read", "[events]") {
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      CAPTURE(seed);
      check_survives(info, info.arbitrary(seed));
    }
  }
}

TEST_CASE("an event in which nothing is set survives too, and says nothing", "[events]") {
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    const AnyEvent event = empty_event(info);
    check_survives(info, event);
    CHECK(encode_event(event) == EncodedEvent{"{}", "", {}});
  }
}

/// Makes every public text larger than what an open part takes; gives how many there are.
std::size_t enlarge_public_texts(AnyEvent& event) {
  std::size_t count = 0;
  const std::string large(kPublicValueBytesMax, 'x');
  each_member(event, [&]<class Member>(const auto& declared, Member& member) {
    if (declared.privacy != Privacy::kPublic) {
      return;
    }
    if constexpr (std::is_same_v<Member, std::string>) {
      member = large + std::to_string(count++);
    } else if constexpr (std::is_same_v<Member, JsonText>) {
      member.text = R"({"large":")" + large + std::to_string(count++) + R"("})";
    } else if constexpr (std::is_same_v<Member, std::vector<std::string>>) {
      member.assign(3, large + std::to_string(count++));
    }
  });
  return count;
}

TEST_CASE("large public values lie beside the open part and come back", "[events]") {
  std::size_t events_with_attachments = 0;
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    AnyEvent event = info.arbitrary(7);
    const std::size_t large = enlarge_public_texts(event);
    const EncodedEvent bytes = encode_event(event);
    CHECK(bytes.attachments.size() == large);
    CHECK(bytes.data.size() < 1024);
    check_survives(info, event);
    events_with_attachments += large > 0 ? 1 : 0;
  }
  CHECK(events_with_attachments > 10);
}

TEST_CASE("a public value of exactly the bound stays, one byte more is attached", "[events]") {
  SchemaCreated event;
  event.name = std::string(kPublicValueBytesMax - 2, 'n');  // and two quotes
  CHECK(encode_event(event).attachments.empty());
  event.name += 'n';
  const EncodedEvent bytes = encode_event(event);
  CHECK(bytes.data == R"({"name":{"attached":0}})");
  CHECK(bytes.attachments == std::vector{'"' + event.name + '"'});
}

TEST_CASE("an attachment that is not there is damage", "[events]") {
  const EventInfo& info = *find_event("schema.created");
  for (const char* data : {R"({"schema":{"attached":0}})",
                           R"({"schema":{"attached":-1}})",
                           R"({"schema":{"attached":9007199254740993}})",
                           R"({"schema":{"attached":1.5}})"}) {
    CAPTURE(data);
    const auto decoded = decode_stored(info.event, {data, "", {}});
    REQUIRE_FALSE(decoded.has_value());
    CHECK(decoded.error().code == Errc::kCorrupt);
    CHECK(decoded.error().rule == "malformed_event");
  }
}

/// Sets every text inside a member, however deep, to something that is found again.
template <class T>
void mark(T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    value = "MARKED";
  } else if constexpr (std::is_same_v<T, JsonText>) {
    value.text = R"({"deep":"MARKED"})";
  } else if constexpr (kIsVector<T>) {
    value.resize(2);
    for (auto& element : value) {
      mark(element);
    }
  } else if constexpr (Described<T>) {
    for_each_field<T>([&](const auto& declared) { mark(value.*declared.member); });
  }
}

TEST_CASE("nothing personal or secret is in what cannot be erased", "[events]") {
  std::size_t sealed_members = 0;
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    AnyEvent event = info.arbitrary(3);
    each_member(event, [&](const auto& declared, auto& member) {
      if (declared.privacy != Privacy::kPublic) {
        mark(member);
        ++sealed_members;
      }
    });
    const EncodedEvent bytes = encode_event(event);
    CHECK(bytes.data.find("MARKED") == std::string::npos);
    for (const std::string& attachment : bytes.attachments) {
      CHECK(attachment.find("MARKED") == std::string::npos);
    }
    CHECK((bytes.sealed.find("MARKED") != std::string::npos) == info.has_sealed());
  }
  CHECK(sealed_members > 10);
}

/// The names of an object's members, in order.
std::vector<std::string> names_in(const std::string& json) {
  std::vector<std::string> names;
  const auto document = parse_json(json);
  REQUIRE(document.has_value());
  for (const auto& [name, value] : document->root().members()) {
    names.emplace_back(name);
  }
  return names;
}

std::vector<std::string> declared_names(const EventInfo& info, bool sealed) {
  std::vector<std::string> names;
  for (const FieldInfo& field : info.fields) {
    if ((field.privacy != Privacy::kPublic) == sealed) {
      names.emplace_back(field.name);
    }
  }
  return names;
}

TEST_CASE("each member is written where its mark says, in the order of the declaration",
          "[events]") {
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    const EncodedEvent bytes = encode_event(info.arbitrary(11));
    CHECK(names_in(bytes.data) == declared_names(info, false));
    CHECK(bytes.sealed.empty() == !info.has_sealed());
    CHECK(names_in(bytes.sealed.empty() ? "{}" : bytes.sealed) == declared_names(info, true));
  }
}

TEST_CASE("an erased event keeps its public members and has none of the others", "[events]") {
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    AnyEvent event = info.arbitrary(5);
    EncodedEvent bytes = encode_event(event);
    bytes.sealed.clear();
    const auto decoded = decode_stored(info.event, bytes);
    REQUIRE(decoded.has_value());
    each_member(event, []<class Member>(const auto& declared, Member& member) {
      if (declared.privacy != Privacy::kPublic) {
        member = Member{};
      }
    });
    CHECK(*decoded == event);
  }
}

void check_unknown(const EventName& name) {
  CAPTURE(name.name, raw(name.version));
  const auto decoded = decode_stored(name, {"{}", "", {}});
  REQUIRE_FALSE(decoded.has_value());
  CHECK(decoded.error().code == Errc::kCorrupt);
  CHECK(decoded.error().rule == "unknown_event");
}

TEST_CASE("an event this program does not know stops a reader", "[events]") {
  for (const char* type : {"", "user", "user.", "user.renamed", "User.created", "user.created "}) {
    check_unknown({type, EventCode{}, EventVersion{1}, ""});
  }
  for (const EventInfo& info : every_event()) {
    EventName later = info.event;
    later.version = EventVersion{static_cast<std::uint16_t>(raw(later.version) + 1)};
    check_unknown(later);
    later.version = EventVersion{0};
    check_unknown(later);
  }
}

TEST_CASE("codes are used once, retired ones never again", "[events]") {
  std::set<EventCode> codes{kRetiredEventCodes.begin(), kRetiredEventCodes.end()};
  CHECK(codes.size() == kRetiredEventCodes.size());
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    CHECK(raw(info.event.code) > 0);
    CHECK(codes.insert(info.event.code).second);
  }
}

TEST_CASE("the table of events is the list", "[events]") {
  CHECK(every_event().size() == AllEvents::kCount);
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    CHECK(name_of(info.arbitrary(1)).name == info.event.name);
    CHECK(find_event(info.event.name) == &info);
  }
  CHECK(find_event("user.renamed") == nullptr);
}

TEST_CASE("whoever reads the documentation finds a sentence for everything", "[events]") {
  const auto is_sentence = [](std::string_view text) {
    return text.size() > 3 && text.front() >= 'A' && text.front() <= 'Z' && text.back() == '.';
  };
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    CHECK(is_sentence(info.event.summary));
    for (const FieldInfo& field : info.fields) {
      CAPTURE(field.name, field.note);
      CHECK(field.note.size() > 3);
      CHECK(field.note.back() == '.');
      for (const FieldInfo& member : field.members) {
        CAPTURE(member.name, member.note);
        CHECK(member.note.back() == '.');
      }
    }
  }
}

}  // namespace
}  // namespace muster
