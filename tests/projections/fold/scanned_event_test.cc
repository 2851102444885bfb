// The scanner of open parts against the parser that reads them as JSON.
#include "projections/fold/scanned_event.h"

#include <random>

#include <catch2/catch.hpp>

namespace muster {
namespace {

StreamId stream_of(std::uint8_t number) {
  Uuid uuid;
  uuid.bytes.fill(number);
  return StreamId{uuid};
}

Digest digest_of(std::uint8_t number) {
  Digest digest;
  digest.fill(number);
  return digest;
}

EventHeader random_header(std::mt19937_64& random) {
  const auto coin = [&] {
    return random() % 2 == 0;
  };
  EventHeader header;
  header.log = LogId{static_cast<std::uint32_t>(random())};
  header.position = Position{random() % (1ULL << 53U)};
  header.time = Micros{static_cast<std::int64_t>(random() % (1ULL << 53U))};
  header.type = coin() ? "user.created" : "pool.replaced";
  header.version = EventVersion{static_cast<std::uint16_t>(random() % 9 + 1)};
  header.stream = stream_of(static_cast<std::uint8_t>(random()));
  header.revision = Revision{random() % 3 + 1};
  header.previous =
      raw(header.revision) > 1 ? digest_of(static_cast<std::uint8_t>(random())) : Digest{};
  header.command = Position{random() % 1000};
  header.parts = static_cast<std::uint32_t>(random() % 3 + 1);
  header.part = header.parts;
  if (coin()) {
    header.schemas = {{"person", Revision{3}}, {R"(odd "[id]\)", Revision{1}}};
  }
  header.actor = coin() ? stream_of(7) : StreamId{};
  header.client = coin() ? stream_of(8) : StreamId{};
  header.request_id = coin() ? "req-17" : "";
  header.idempotency = coin() ? "aGFzaA" : "";
  for (std::size_t i = random() % 3; i > 0; --i) {
    header.sealed.push_back({stream_of(static_cast<std::uint8_t>(i)),
                             Slot{static_cast<std::uint32_t>(random())},
                             digest_of(static_cast<std::uint8_t>(random()))});
  }
  for (std::size_t i = random() % 3; i > 0; --i) {
    header.attached.push_back({digest_of(static_cast<std::uint8_t>(random())), random() % 9999});
  }
  return header;
}

constexpr std::array<std::string_view, 4> kData{
    "{}",
    R"({"id":"a","flag":true,"n":17})",
    R"({"settings":{"sealed":[{"subject":"x"}],"q":"}]\"{[\\"},"list":[[],[{}]]})",
    "{\"name\":\"\xC3\xA9t\xC3\xA9 \\u0001\"}"};

std::string requester_of(const EventHeader& header) {
  const StreamId requester = header.actor.is_nil() ? header.client : header.actor;
  return requester.is_nil() ? "" : requester.text();
}

bool same(const ScannedEvent& scanned, const EventHeader& header) {
  return scanned.log == header.log && scanned.position == header.position &&
         scanned.time == header.time && scanned.type == header.type &&
         scanned.version == header.version && scanned.stream == header.stream &&
         scanned.revision == header.revision && scanned.previous == header.previous &&
         scanned.command == header.command && scanned.part == header.part &&
         scanned.parts == header.parts && scanned.requester == requester_of(header) &&
         scanned.sealed == header.sealed && scanned.attached == header.attached;
}

TEST_CASE("what the writer of open parts writes is scanned as it is parsed") {
  std::mt19937_64 random{20261120};
  ScannedEvent scanned;
  for (int i = 0; i < 500; ++i) {
    const EventHeader header = random_header(random);
    const std::string_view data = kData[random() % kData.size()];
    const std::string open_part = write_open_part(header, data);
    CAPTURE(open_part);
    REQUIRE(scan_open_part(open_part, scanned));
    CHECK(same(scanned, header));
    CHECK(scanned.data == data);
    const auto parsed = OpenPart::parse(open_part);
    REQUIRE(parsed.has_value());
    CHECK(same(scanned, parsed->header()));
    CHECK(stream_text_in(open_part) == header.stream.text());
    CHECK(type_in(open_part) == header.type);
  }
}

TEST_CASE("an open part that was cut or lengthened is none") {
  std::mt19937_64 random{3};
  const std::string open_part = write_open_part(random_header(random), kData[2]);
  ScannedEvent scanned;
  for (std::size_t bytes = 0; bytes < open_part.size(); ++bytes) {
    CAPTURE(bytes);
    CHECK_FALSE(scan_open_part(open_part.substr(0, bytes), scanned));
  }
  CHECK_FALSE(scan_open_part(open_part + " ", scanned));
  CHECK_FALSE(scan_open_part(" " + open_part, scanned));
}

TEST_CASE("a changed byte is never read as something the parser does not see") {
  std::mt19937_64 random{4};
  const std::string open_part = write_open_part(random_header(random), kData[1]);
  ScannedEvent scanned;
  int scanned_too = 0;
  for (std::size_t at = 0; at < open_part.size(); ++at) {
    for (const char byte : {'"', '0', '1', ',', '{', '}', '[', 'x', '\\', ' '}) {
      std::string changed = open_part;
      changed[at] = byte;
      if (!scan_open_part(changed, scanned)) {
        continue;
      }
      const auto parsed = OpenPart::parse(changed);
      CAPTURE(changed);
      if (parsed) {
        CHECK(same(scanned, parsed->header()));
        ++scanned_too;
      }
    }
  }
  CHECK(scanned_too > 0);  // values inside members may change
}

TEST_CASE("what has no stream or type names none") {
  CHECK(stream_text_in("").empty());
  CHECK(stream_text_in(R"({"v":1,"stream":"short"})").empty());
  CHECK(type_in(R"({"v":1})").empty());
}

}  // namespace
}  // namespace muster
