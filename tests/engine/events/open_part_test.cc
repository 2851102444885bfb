#include "engine/events/open_part.h"

#include <catch2/catch.hpp>

#include "engine/core/json_writer.h"

namespace muster {
namespace {

StreamId stream_of(std::uint8_t last) {
  StreamId stream;
  stream.bytes = {0x01, 0x93, 0x5C, 0x2A, 0x7B, 0x00, 0x70, 0x00, 0x80};
  stream.bytes[15] = last;
  return stream;
}

Digest digest_of(std::uint8_t byte) {
  Digest digest;
  digest.fill(byte);
  return digest;
}

/// Every member set.
EventHeader full_header() {
  EventHeader header;
  header.log = LogId{3};
  header.position = Position{17};
  header.time = Micros{1'800'000'000'000'001};
  header.type = "user.status_changed";
  header.version = EventVersion{1};
  header.stream = stream_of(1);
  header.revision = Revision{4};
  header.previous = digest_of(0xAB);
  header.command = Position{16};
  header.part = 2;
  header.parts = 3;
  header.schemas = {{"default_payload", Revision{1}}, {"people", Revision{9}}};
  header.actor = stream_of(2);
  header.client = stream_of(3);
  header.request_id = "r-1";
  header.idempotency = "aWRlbQ";
  header.sealed = {{stream_of(1), Slot{5}, digest_of(1)}, {stream_of(2), Slot{6}, digest_of(2)}};
  header.attached = {{digest_of(3), 2048}};
  return header;
}

/// As little as an event can say.
EventHeader first_header() {
  EventHeader header;
  header.type = "user.deleted";
  header.version = EventVersion{1};
  header.stream = stream_of(1);
  header.revision = Revision{1};
  return header;
}

constexpr const char* kData = R"({"status":"active"})";

constexpr const char* kFull =
    R"({"v":1,"log":3,"pos":17,"time":1800000000000001,"type":"user.status_changed","ver":1,)"
    R"("stream":"01935c2a-7b00-7000-8000-000000000001","rev":4,)"
    R"("prev":"q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s","cmd":16,"part":2,"parts":3,)"
    R"("schemas":[["default_payload",1],["people",9]],)"
    R"("actor":"01935c2a-7b00-7000-8000-000000000002",)"
    R"("client":"01935c2a-7b00-7000-8000-000000000003","req":"r-1","idem":"aWRlbQ",)"
    R"("data":{"status":"active"},)"
    R"("sealed":[{"subject":"01935c2a-7b00-7000-8000-000000000001","slot":5,)"
    R"("digest":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"},)"
    R"({"subject":"01935c2a-7b00-7000-8000-000000000002","slot":6,)"
    R"("digest":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"}],)"
    R"("attached":[{"digest":"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM","bytes":2048}]})";

constexpr const char* kFirst =
    R"({"v":1,"log":0,"pos":0,"time":0,"type":"user.deleted","ver":1,)"
    R"("stream":"01935c2a-7b00-7000-8000-000000000001","rev":1,"cmd":0,"data":{}})";

TEST_CASE("an open part is written in one way only", "[events]") {
  CHECK(write_open_part(full_header(), kData) == kFull);
  CHECK(write_open_part(first_header(), "{}") == kFirst);
}

TEST_CASE("an open part is read as it was written", "[events]") {
  const auto full = OpenPart::parse(kFull);
  REQUIRE(full.has_value());
  CHECK(full->header() == full_header());
  CHECK(full->data().minified() == kData);
  const auto first = OpenPart::parse(kFirst);
  REQUIRE(first.has_value());
  CHECK(first->header() == first_header());
}

void check_malformed(const std::string& bytes) {
  const auto parsed = OpenPart::parse(bytes);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().code == Errc::kCorrupt);
  CHECK(parsed.error().rule == "malformed_open_part");
}

TEST_CASE("an open part cut short is damage", "[events]") {
  const std::string whole = kFull;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    check_malformed(whole.substr(0, length));
  }
}

/// The open part with one member changed, or left out when `value` is null.
std::string with_member(std::string_view name, const char* value) {
  const auto document = parse_json(kFull);
  std::string out;
  JsonWriter writer{out};
  writer.begin_object();
  for (const auto& [member, present] : document->root().members()) {
    if (member != name) {
      writer.raw_member(member, present.minified());
    } else if (value != nullptr) {
      writer.raw_member(member, value);
    }
  }
  writer.end_object();
  return out;
}

TEST_CASE("an open part without a member that every event has is damage", "[events]") {
  for (const char* name :
       {"v", "log", "pos", "time", "type", "ver", "stream", "rev", "prev", "cmd", "data"}) {
    CAPTURE(name);
    check_malformed(with_member(name, nullptr));
  }
}

TEST_CASE("members that not every event has may be absent", "[events]") {
  for (const char* name :
       {"part", "parts", "schemas", "actor", "client", "req", "idem", "sealed", "attached"}) {
    CAPTURE(name);
    CHECK(OpenPart::parse(with_member(name, nullptr)).has_value());
  }
}

TEST_CASE("members of an open part that have another type are damage", "[events]") {
  struct Wrong {
    const char* name;
    const char* value;
  };

  constexpr Wrong kWrong[] = {{"v", "2"},
                              {"v", R"("1")"},
                              {"log", R"("3")"},
                              {"log", "-1"},
                              {"pos", "1.5"},
                              {"pos", "null"},
                              {"time", "true"},
                              {"type", "7"},
                              {"ver", "[]"},
                              {"stream", R"("x")"},
                              {"stream", "1"},
                              {"rev", "{}"},
                              {"prev", R"("AA")"},
                              {"prev", R"("?")"},
                              {"cmd", R"("")"},
                              {"part", R"("2")"},
                              {"parts", "-3"},
                              {"schemas", "{}"},
                              {"schemas", "[[]]"},
                              {"schemas", R"([["a"]])"},
                              {"schemas", R"([["a",1,2]])"},
                              {"actor", "17"},
                              {"client", R"("nobody")"},
                              {"req", "1"},
                              {"idem", "[]"},
                              {"sealed", "{}"},
                              {"sealed", "[1]"},
                              {"sealed", R"([{"subject":"x"}])"},
                              {"attached", "1"},
                              {"attached", "[{}]"}};
  for (const Wrong& wrong : kWrong) {
    CAPTURE(wrong.name, wrong.value);
    check_malformed(with_member(wrong.name, wrong.value));
  }
}

TEST_CASE("an open part with any byte changed is refused or read, never worse", "[events]") {
  std::size_t refused = 0;
  std::size_t read = 0;
  for (const std::string whole : {kFull, kFirst}) {
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const unsigned mask : {0x01U, 0x10U, 0x20U, 0x80U, 0xFFU}) {
        CAPTURE(at, mask);
        std::string damaged = whole;
        damaged[at] = static_cast<char>(static_cast<unsigned char>(whole[at]) ^ mask);
        const auto parsed = OpenPart::parse(damaged);
        if (parsed) {
          CHECK(parsed->data().size() <= 1);
          ++read;
        } else {
          CHECK(parsed.error().code == Errc::kCorrupt);
          ++refused;
        }
      }
    }
  }
  CHECK(refused > 1000);
  CHECK(read > 100);
}

TEST_CASE("what is no object is no open part", "[events]") {
  for (const char* text : {"", " ", "null", "[]", "1", R"("{}")", "{}", R"({"v":1})"}) {
    CAPTURE(text);
    check_malformed(text);
  }
}

}  // namespace
}  // namespace muster
