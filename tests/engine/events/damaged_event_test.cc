// Whatever bytes a damaged disk holds: a reader gets an event or kCorrupt, never a crash.
#include <random>

#include <catch2/catch.hpp>

#include "engine/core/json_writer.h"
#include "tests/engine/events/stored.h"

namespace muster {
namespace {

/// How many mutations of one kind had which outcome.
struct Outcomes {
  std::size_t no_json = 0;
  std::size_t corrupt = 0;
  std::size_t read = 0;

  void count(const Result<AnyEvent>& decoded) {
    if (decoded) {
      ++read;
      // What was read can be written: it is a value of the declared types.
      static_cast<void>(encode_event(*decoded));
    } else if (decoded.error().code == Errc::kInvalidSyntax) {
      ++no_json;
    } else {
      CHECK(decoded.error().code == Errc::kCorrupt);
      ++corrupt;
    }
  }
};

using Chance = std::minstd_rand;

std::size_t below(Chance& chance, std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>{0, bound - 1}(chance);
}

void damage(std::string& bytes, Chance& chance) {
  static constexpr std::string_view kPieces[] = {
      "{", "}", "[", "]", "\"", ":", ",", "null", "-1", "1e999", "\\u0000", "{}", "[]", "\xFF"};
  const std::size_t at = below(chance, bytes.size());
  switch (below(chance, 6)) {
    case 0:
      bytes[at] = static_cast<char>(below(chance, 256));
      return;
    case 1:
      bytes.erase(at, 1 + below(chance, 8));
      return;
    case 2:
      bytes.insert(at, kPieces[below(chance, std::size(kPieces))]);
      return;
    case 3:
      bytes.resize(at);
      return;
    case 4: {
      // Gives some member the value of another kind and leaves the text JSON.
      const std::size_t colon = bytes.find("\":", at);
      bytes.insert(colon == std::string::npos ? at : colon + 2, R"([{}],"other":)");
      return;
    }
    default:
      bytes.insert(at, bytes.substr(below(chance, bytes.size()), 1 + below(chance, 16)));
  }
}

TEST_CASE("damaged bytes of any event are refused or read, never worse", "[events]") {
  Outcomes outcomes;
  Chance chance{20'260'731};
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    for (std::uint64_t round = 0; round < 300; ++round) {
      EncodedEvent bytes = encode_event(info.arbitrary(round % 10));
      for (std::size_t damages = 1 + below(chance, 3); damages > 0; --damages) {
        std::string& target =
            !bytes.sealed.empty() && chance() % 2 == 0 ? bytes.sealed : bytes.data;
        if (!target.empty()) {
          damage(target, chance);
        }
      }
      outcomes.count(decode_stored(info.event, bytes));
    }
  }
  // Each way was taken, so the mutations are neither too tame nor too wild.
  CHECK(outcomes.no_json > 100);
  CHECK(outcomes.corrupt > 100);
  CHECK(outcomes.read > 100);
}

/// Values that stand for every kind a member may wrongly have.
constexpr const char* kOneOfEachKind[] = {"null",
                                          "true",
                                          "17",
                                          "-1",
                                          "0.5",
                                          "18446744073709551615",
                                          R"("text")",
                                          "[]",
                                          "[1]",
                                          "{}",
                                          R"([{"id":1}])",
                                          R"({"attached":0})",
                                          R"({"id":[]})"};

TEST_CASE("a member of another kind is refused or read, never worse", "[events]") {
  Outcomes outcomes;
  for (const EventInfo& info : every_event()) {
    for (const FieldInfo& field : info.fields) {
      for (const char* value : kOneOfEachKind) {
        CAPTURE(info.event.name, field.name, value);
        std::string object;
        JsonWriter writer{object};
        writer.begin_object();
        writer.raw_member(field.name, value);
        writer.end_object();
        const bool sealed = field.privacy != Privacy::kPublic;
        outcomes.count(
            decode_stored(info.event, {sealed ? "{}" : object, sealed ? object : "", {}}));
      }
    }
  }
  CHECK(outcomes.no_json == 0);
  CHECK(outcomes.corrupt > 500);
  CHECK(outcomes.read > 50);
}

TEST_CASE("what is not an object is no event", "[events]") {
  for (const EventInfo& info : every_event()) {
    for (const char* text : {"null", "[]", "17", R"("{}")", "true"}) {
      CAPTURE(info.event.name, text);
      const auto decoded = decode_stored(info.event, {text, "", {}});
      REQUIRE_FALSE(decoded.has_value());
      CHECK(decoded.error().rule == "malformed_event");
    }
  }
}

TEST_CASE("a member that is sealed is not read from the open part", "[events]") {
  // Otherwise somebody who can write an open part could pass off a value as the person's own.
  const EventInfo& info = *find_event("user.payload_replaced");
  const auto decoded =
      decode_stored(info.event, {R"({"payload":{"forged":true},"schema_id":"s"})", "", {}});
  REQUIRE(decoded.has_value());
  CHECK(std::get<UserPayloadReplaced>(*decoded) == UserPayloadReplaced{"s", {}});
}

}  // namespace
}  // namespace muster
