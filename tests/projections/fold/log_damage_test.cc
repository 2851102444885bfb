// What a fold finds wrong with a log, and where it stops.
#include <functional>

#include <catch2/catch.hpp>

#include "storage/log/group_record.h"
#include "tests/projections/fold/fold_fixture.h"

namespace muster {
namespace {

using test::CollectedFindings;
using test::CollectedRows;
using test::FoldFixture;
using test::Small;

TEST_CASE("what is missing or altered beside the log is found") {
  FoldFixture fixture;
  Small small{fixture};
  REQUIRE(fixture.findings().empty());
  const std::string own = segment_key(Small::kLog, Small::kUserCreated, 0);
  const std::string request = segment_key(Small::kLog, Small::kUserCreated, 1);
  std::string bytes;

  SECTION("a segment is gone, but nobody was erased") {
    fixture.erase(Family::kSegments, own);
    CHECK(fixture.findings() == std::set<std::string>{"segment_missing"});
  }
  SECTION("a segment sealed for the client is gone") {
    fixture.erase(Family::kSegments, request);
    CHECK(fixture.findings() == std::set<std::string>{"segment_missing"});
  }
  SECTION("a segment was altered") {
    REQUIRE(*fixture.kv.get(Family::kSegments, own, bytes));
    bytes[100] = static_cast<char>(bytes[100] ^ 1);
    fixture.put(Family::kSegments, own, bytes);
    CHECK(fixture.findings() == std::set<std::string>{"segment_altered"});
  }
  SECTION("a segment of no event") {
    fixture.put(Family::kSegments, segment_key(Small::kLog, Position{77}, 0), "x");
    fixture.put(Family::kSegments, segment_key(Small::kLog, Small::kUserCreated, 9), "x");
    CHECK(fixture.findings() == std::set<std::string>{"segment_unexpected"});
  }
  SECTION("an attachment is gone") {
    REQUIRE(fixture.kv
                .scan(Family::kAttachments,
                      KvRange::all(),
                      [&](std::string_view key, std::string_view) {
                        bytes = key;
                        return false;
                      })
                .has_value());
    fixture.erase(Family::kAttachments, bytes);
    CHECK(fixture.findings().contains("attachment_missing"));
  }
  SECTION("the key of somebody who was not erased is destroyed") {
    REQUIRE(fixture.vault->erase_slot(small.user.slot).has_value());
    CHECK(fixture.findings() == std::set<std::string>{"segment_missing"});
  }
}

TEST_CASE("erasure is legitimate, and what is left of an erased person is found") {
  FoldFixture fixture;
  Small small{fixture};
  const std::string own = segment_key(Small::kLog, Small::kUserCreated, 0);
  std::string segment;
  REQUIRE(*fixture.kv.get(Family::kSegments, own, segment));
  small.live.erase(small.user);

  SECTION("nothing is left") {
    small.live.commit();
    CHECK(fixture.findings().empty());
  }
  SECTION("a segment came back") {
    small.live.commit();
    fixture.put(Family::kSegments, own, segment);
    CHECK(fixture.findings().empty());
    CollectedRows rows;
    CollectedFindings findings;
    const auto folded = fixture.fold(rows, findings);
    REQUIRE(folded.has_value());
    CHECK(folded->logs.back().kept_segments == std::vector<StreamId>{small.user.stream});
    CHECK(folded->logs.back().kept_keys.empty());
  }
}

/// Writes the group record of the user's creation again after `change` has had its way with it.
void rewrite(FoldFixture& fixture, const std::function<void(std::vector<std::string>&)>& change) {
  std::string key;
  std::string value;
  REQUIRE(fixture.kv
              .scan(Family::kLog,
                    KvRange::of_prefix(std::string_view{"\0\0\0\1", 4}),
                    [&](std::string_view k, std::string_view v) {
                      key = k;
                      value = v;
                      return false;
                    })
              .has_value());
  auto record = parse_group_record(value);
  REQUIRE(record.has_value());
  std::vector<std::string> open_parts(record->open_parts.begin(), record->open_parts.end());
  change(open_parts);
  record->open_parts.assign(open_parts.begin(), open_parts.end());
  fixture.put(Family::kLog, key, write_group_record(*record));
}

void replace(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

TEST_CASE("a log that was written over is found out") {
  FoldFixture fixture;
  const Small small{fixture};
  const auto found_after = [&](const std::function<void(std::vector<std::string>&)>& change) {
    rewrite(fixture, change);
    return fixture.findings();
  };

  SECTION("an event has other public values") {
    CHECK(found_after([](auto& parts) { replace(parts[3], "active", "deleted"); }) ==
          std::set<std::string>{"previous_differs"});
  }
  SECTION("the time runs backwards") {
    CHECK(found_after([](auto& parts) {
            replace(parts[3], "\"time\":1", "\"time\":");
          }).contains("time_not_ascending"));
  }
  SECTION("an event claims another place") {
    CHECK(found_after([](auto& parts) { replace(parts[4], "\"pos\":4", "\"pos\":5"); }) ==
          std::set<std::string>{"event_misplaced"});
  }
  SECTION("a revision is left out") {
    CHECK(found_after([](auto& parts) { replace(parts[4], "\"rev\":2", "\"rev\":3"); }) ==
          std::set<std::string>{"revision_gap"});
  }
  SECTION("a command is torn") {
    CHECK(found_after([](auto& parts) { replace(parts[4], "\"cmd\":4", "\"cmd\":2"); }) ==
          std::set<std::string>{"command_torn"});
  }
  SECTION("an open part is no open part") {
    CHECK(found_after([](auto& parts) { parts[4] = "{}"; }) ==
          std::set<std::string>{"open_part_unreadable"});
  }
  SECTION("an event of another aggregate is in the stream") {
    CHECK(found_after([](auto& parts) {
            replace(parts[4], "user.payload_replaced", "schema.deleted");
          }).contains("stream_mixed"));
  }
}

TEST_CASE("a log that cannot be read on stops the fold and names the place") {
  FoldFixture fixture;
  const Small small{fixture};
  CollectedRows rows;
  CollectedFindings findings;

  SECTION("an event that this program does not know") {
    rewrite(fixture,
            [](auto& parts) { replace(parts[4], "user.payload_replaced", "user.sung_to"); });
    const auto folded = fixture.fold(rows, findings);
    REQUIRE_FALSE(folded.has_value());
    CHECK(folded.error().rule == "unknown_event");
  }
  SECTION("a flipped bit in a group record") {
    std::string key;
    std::string value;
    REQUIRE(fixture.kv
                .scan(Family::kLog,
                      KvRange::of_prefix(std::string_view{"\0\0\0\1", 4}),
                      [&](std::string_view k, std::string_view v) {
                        key = k;
                        value = v;
                        return false;
                      })
                .has_value());
    value[200] = static_cast<char>(value[200] ^ 4);
    fixture.put(Family::kLog, key, value);
    const auto folded = fixture.fold(rows, findings);
    REQUIRE_FALSE(folded.has_value());
    CHECK(folded.error().rule == "group_record_damaged");
    CHECK_THAT(folded.error().reason, Catch::Contains("log 1, position 0"));
  }
  SECTION("a group record is missing") {
    small.live.make_schema(Small::kLog, "second", 5);
    small.live.commit();
    small.live.make_schema(Small::kLog, "third", 5);
    small.live.commit();
    fixture.erase(Family::kLog, group_record_key(Small::kLog, Position{5}, 3));
    const auto folded = fixture.fold(rows, findings);
    REQUIRE_FALSE(folded.has_value());
    CHECK(folded.error().rule == "log_incomplete");
    CHECK_THAT(folded.error().reason, Catch::Contains("position 5"));
  }
}

}  // namespace
}  // namespace muster
