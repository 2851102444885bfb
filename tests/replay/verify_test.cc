// muster-replay verify: silent about what is right, precise about what is not.
#include <functional>
#include <map>

#include <catch2/catch.hpp>

#include "replay/derived_families.h"
#include "replay/exit_codes.h"
#include "storage/log/group_record.h"
#include "storage/recovery.h"
#include "tests/replay/stopped_directory.h"

namespace muster {
namespace {

using test::Said;
using test::StoppedDirectory;

struct FirstRow {
  std::string key;
  std::string value;
};

FirstRow first_row(Kv& kv, Family family) {
  FirstRow row;
  REQUIRE(kv.scan(family, KvRange::all(), [&](std::string_view key, std::string_view value) {
              row = {std::string{key}, std::string{value}};
              return false;
            }).has_value());
  REQUIRE_FALSE(row.key.empty());
  return row;
}

TEST_CASE("a directory with a long and varied past is clean") {
  const StoppedDirectory directory{StoppedDirectory::populate};
  const Said said = directory.verify();
  CAPTURE(said.text);
  CHECK(said.code == replay::kExitOk);
  CHECK(said.has("clean: "));
  CHECK(said.has("log 0: 2 events, root "));
  CHECK(said.has("users.1"));
  CHECK(said.has("key slots: "));
}

TEST_CASE("an empty directory, and one of one event, are clean") {
  for (const bool empty : {true, false}) {
    CAPTURE(empty);
    const StoppedDirectory directory{[&](test::LiveLog& live) {
      if (!empty) {
        live.make_tenant(LogId{1}, "only");
      }
    }};
    const Said said = directory.verify();
    CAPTURE(said.text);
    CHECK(said.code == replay::kExitOk);
    CHECK(said.has("clean: " + std::to_string(empty ? 0 : 1) + " events"));
  }
}

/// That one line of the report names a row of each view and says `what` of it.
void check_named(const Said& said, std::string_view what) {
  CAPTURE(said.text, what);
  CHECK(said.code == replay::kExitFound);
  CHECK(said.has("NOT CLEAN: 0 findings, 10 rows"));
  for (const Family family : replay::kDerivedFamilies) {
    CAPTURE(name_of(family));
    const std::size_t at = said.text.find("\n" + std::string{name_of(family)} + " log ");
    REQUIRE(at != std::string::npos);
    const std::string line = said.text.substr(at + 1, said.text.find('\n', at + 1) - at - 1);
    CHECK(line.find(what) != std::string::npos);
  }
}

TEST_CASE("a wrong row in any view is found and named") {
  StoppedDirectory directory{StoppedDirectory::populate};
  const std::string clean = directory.verify().hashes();
  std::map<Family, FirstRow> rows;
  using Change = std::function<void(KvBatch&, Family, const FirstRow&)>;
  const auto change_all = [&](const Change& change) {
    directory.with_store([&](Kv& kv) {
      const auto batch = kv.new_batch();
      for (const Family family : replay::kDerivedFamilies) {
        rows.try_emplace(family, first_row(kv, family));
        change(*batch, family, rows[family]);
      }
      REQUIRE(kv.write(*batch).has_value());
    });
  };

  change_all(
      [](KvBatch& batch, Family family, const FirstRow& row) { batch.erase(family, row.key); });
  check_named(directory.verify(), "missing");
  change_all([](KvBatch& batch, Family family, const FirstRow& row) {
    batch.put(family, row.key, row.value + "x");
  });
  check_named(directory.verify(), "differs");
  change_all([](KvBatch& batch, Family family, const FirstRow& row) {
    batch.put(family, row.key, row.value);
    batch.put(family, row.key + "\x01", row.value);
  });
  check_named(directory.verify(), "surplus");
  change_all([](KvBatch& batch, Family family, const FirstRow& row) {
    batch.erase(family, row.key + "\x01");
  });
  const Said healed = directory.verify();
  CHECK(healed.code == replay::kExitOk);
  CHECK(healed.hashes() == clean);
}

TEST_CASE("values are not told unless they are asked for") {
  StoppedDirectory directory{[](test::LiveLog& live) {
    live.make_tenant(LogId{1}, "one");
    live.commit();
    const auto pool = live.make_pool(LogId{1}, "p", true);
    live.make_user(pool, "zoe");
  }};
  std::string key;
  directory.with_store([&](Kv& kv) { key = first_row(kv, Family::kUsers).key; });
  directory.erase(Family::kUsers, key);
  CHECK_FALSE(directory.verify().has("zoe"));
  CHECK_FALSE(directory.verify(replay::OutputFormat::kJson).has("zoe"));
  replay::VerifyOptions options;
  options.directory = directory.choice();
  options.quiet = true;
  options.show_values = true;
  const Said said = test::saying(replay::OutputFormat::kTable, [&](replay::Report& report) {
    return replay::verify(options, report);
  });
  CHECK(said.has("zoe"));
}

TEST_CASE("of many differences the first are shown and the rest are counted") {
  StoppedDirectory directory{StoppedDirectory::populate};
  std::uint64_t rows = 0;
  directory.with_store([&](Kv& kv) {
    REQUIRE(kv.scan(Family::kUserKeys, KvRange::all(), [&](auto, auto) {
                ++rows;
                return true;
              }).has_value());
    REQUIRE(kv.clear_family(Family::kUserKeys).has_value());
  });
  REQUIRE(rows > 20);
  const Said said = directory.verify(replay::OutputFormat::kNdjson);
  CHECK(said.code == replay::kExitFound);
  CHECK(said.has("\"differing_rows\":" + std::to_string(rows)));
  std::size_t shown = 0;
  for (std::size_t at = said.text.find("\"kind\":\"differences\""); at != std::string::npos;
       at = said.text.find("\"kind\":\"differences\"", at + 1)) {
    ++shown;
  }
  CHECK(shown == 20);
}

TEST_CASE("wrong rows about the log itself are found") {
  StoppedDirectory directory{StoppedDirectory::populate};
  directory.with_store([](Kv& kv) {
    const auto batch = kv.new_batch();
    batch->put(Family::kMeta, head_key(LogId{1}), write_head_row(7));
    batch->put(Family::kMeta, head_key(LogId{9}), write_head_row(7));
    batch->erase(Family::kMeta, kSlotsKey);
    batch->put(Family::kMeta, kCommitKey, write_commit_row({1, 1}));
    batch->put(Family::kMeta, kRebuildingKey, "");
    REQUIRE(kv.write(*batch).has_value());
  });
  const Said said = directory.verify();
  CAPTURE(said.text);
  CHECK(said.code == replay::kExitFound);
  CHECK(said.has("meta.1 head/\\x00\\x00\\x00\\x01 differs from the log"));
  CHECK(said.has("meta.1 head/\\x00\\x00\\x00\\x09 is surplus"));
  CHECK(said.has("meta.1 slots is missing"));
  CHECK(said.has("meta.1 commit: group 1 is stored"));
  CHECK(said.has("rebuild_unfinished"));
  CHECK(said.has("NOT CLEAN: 5 findings, 0 rows"));
}

TEST_CASE("a log that was cut behind a signed tree head is found") {
  StoppedDirectory directory{[](test::LiveLog& live) {
    live.make_tenant(LogId{1}, "one");
    live.commit();
    live.make_tenant(LogId{2}, "two");
  }};
  directory.erase(Family::kLog, group_record_key(kSystemLog, Position{1}, 2));
  const Said said = directory.verify();
  CHECK(said.code == replay::kExitFound);
  CHECK(said.has("log_behind_tree_head"));
}

TEST_CASE("a directory in use, or none at all, is refused with the reason") {
  const StoppedDirectory directory{[](test::LiveLog&) {
  }};
  replay::World world;
  {
    const auto held = replay::open_directory(directory.choice(), replay::Access::kRead, world);
    REQUIRE(held.has_value());
    const Said said = directory.verify();
    CHECK(said.code == replay::kExitCannotOpen);
    CHECK(said.has("is in use by process"));
  }
  replay::VerifyOptions options;
  options.directory.data = directory.path() / "nothing";
  const Said said = test::saying(replay::OutputFormat::kTable, [&](replay::Report& report) {
    return replay::verify(options, report);
  });
  CHECK(said.code == replay::kExitCannotOpen);
  CHECK(said.has("directory_missing"));
}

TEST_CASE("a report is one JSON object, or one per line") {
  const StoppedDirectory directory{StoppedDirectory::populate};
  const Said whole = directory.verify(replay::OutputFormat::kJson);
  const auto document = parse_json(whole.text);
  REQUIRE(document.has_value());
  CHECK(document->root().find("views")->size() == replay::kDerivedFamilies.size());
  CHECK(document->root().find("logs")->size() == 3);
  CHECK(document->root().find("verdict")->size() == 1);

  const Said lines = directory.verify(replay::OutputFormat::kNdjson);
  std::size_t count = 0;
  for (std::size_t begin = 0; begin < lines.text.size(); ++count) {
    const std::size_t end = lines.text.find('\n', begin);
    const auto line = parse_json(lines.text.substr(begin, end - begin));
    REQUIRE(line.has_value());
    CHECK(line->root().find("kind").has_value());
    begin = end + 1;
  }
  CHECK(count == 1 + 3 + replay::kDerivedFamilies.size() + 1);
}

}  // namespace
}  // namespace muster
