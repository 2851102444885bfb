#include "storage/directory/data_directory.h"

#include <fstream>

#include "storage/file_io.h"
#include "storage/log/group_record.h"
#include "storage/log/log_reader.h"
#include "storage/seal/system_entropy.h"
#include "storage/system_clock.h"
#include "tests/projections/fold/live_log.h"
#include "tests/storage/scratch_directory.h"

namespace muster::test {
namespace {

namespace fs = std::filesystem;

constexpr LogId kLog{1};

class Directories {
 public:
  Result<std::unique_ptr<DataDirectory>> try_open(bool create = false, bool read_only = false) {
    DataDirectoryOptions options;
    options.path = path();
    options.create = create;
    options.read_only = read_only;
    options.master_key_file = master_key_file;
    return DataDirectory::open(options, clock_, entropy_);
  }

  std::unique_ptr<DataDirectory> open() {
    auto opened = try_open(true);
    INFO((opened ? "" : opened.error().rule + ": " + opened.error().reason));
    REQUIRE(opened);
    return *std::move(opened);
  }

  /// The rule by which it is refused.
  std::string refusal(bool create = false, bool read_only = false) {
    const auto opened = try_open(create, read_only);
    return opened ? "opened" : opened.error().rule;
  }

  [[nodiscard]] fs::path path() const { return scratch_.path() / "data"; }

  std::optional<fs::path> master_key_file;

 private:
  ScratchDirectory scratch_;
  SystemClock clock_;
  SystemEntropy entropy_;
};

class LiveTenant : public LiveLog {
 public:
  explicit LiveTenant(DataDirectory& directory)
      : LiveLog{directory.log(), directory.vault(), directory.log().newest_group() + 1} {
    know_tenant(kLog, "tenant-1");
  }
};

LivePool found(LiveLog& live) {
  live.make_tenant(kLog, "tenant-1");
  live.make_schema(kLog, "person", 10);
  LivePool pool = live.make_pool(kLog, "people", true);
  live.commit();
  return pool;
}

TreeRoot tree_of(DataDirectory& directory) {
  const Frontier frontier = directory.log().frontier(kLog);
  return {frontier.size(), frontier.root()};
}

TEST_CASE("a new directory has everything a later one needs", "[storage]") {
  Directories places;
  {
    const auto directory = places.open();
    CHECK(directory->is_new());
    for (const char* name : {"FORMAT", "LOCK", "db", "keys"}) {
      INFO(name);
      CHECK(fs::exists(places.path() / name));
    }
    REQUIRE(directory->close());
  }
  CHECK(places.refusal() == "opened");
  CHECK(places.refusal(false, true) == "opened");
}

TEST_CASE("a start that was killed while it made the store begins again", "[storage]") {
  Directories places;
  REQUIRE(places.open()->close());
  // What such a start leaves: everything but the store, which is half made beside its place.
  fs::rename(places.path() / "db", places.path() / "db.new");
  fs::remove(places.path() / "db.new" / "CURRENT");
  {
    const auto directory = places.open();
    CHECK(directory->is_new());
    CHECK_FALSE(fs::exists(places.path() / "db.new"));
    REQUIRE(directory->close());
  }
  CHECK(places.refusal() == "opened");
}

TEST_CASE("a directory that is not there is made only on request", "[storage]") {
  Directories places;
  CHECK(places.refusal() == "directory_missing");
  CHECK_FALSE(fs::exists(places.path()));
}

TEST_CASE("a directory belongs to one process", "[storage]") {
  Directories places;
  const auto directory = places.open();
  const auto second = places.try_open();
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::kConflict);
  CHECK(second.error().rule == "directory_in_use");
}

TEST_CASE("data without a FORMAT file is not taken for a new directory", "[storage]") {
  Directories places;
  REQUIRE(places.open()->close());
  fs::remove(places.path() / "FORMAT");
  CHECK(places.refusal(true) == "format_missing");
}

TEST_CASE("without the master key nothing is opened, and nothing is made", "[storage]") {
  Directories places;
  {
    auto directory = places.open();
    LiveTenant live{*directory};
    found(live);
    REQUIRE(directory->close());
  }
  const fs::path other = places.path().parent_path() / "other.key";
  REQUIRE(write_file_atomically(other, to_base64(std::string(32, 'k')) + "\n"));
  places.master_key_file = other;
  CHECK(places.refusal(true) == "wrong_master_key");
  places.master_key_file = places.path().parent_path() / "nowhere.key";
  CHECK(places.refusal(true) == "master_key_missing");
  places.master_key_file.reset();
  CHECK(places.refusal() == "opened");
}

TEST_CASE("a directory that was not closed has everything that was synced", "[storage]") {
  Directories places;
  LiveUser ada;
  std::uint64_t size = 0;
  std::string verifier;
  {
    auto directory = places.open();
    LiveTenant live{*directory};
    ada = live.make_user(found(live), "ada");
    live.commit();
    size = directory->log().head(kLog).size;
    verifier = *directory->verifier(kLog);
  }
  auto directory = places.open();
  CHECK_FALSE(directory->is_new());
  CHECK(directory->log().head(kLog).size == size);
  CHECK(*directory->verifier(kLog) == verifier);
  const LogReader reader{directory->kv(), directory->vault()};
  const auto state = reader.fold(kLog, ada.stream, Revision{1});
  REQUIRE(state);
  CHECK(std::get<UserState>(*state).id == "ada");
  // The next key is another one.
  const auto next = directory->vault().reserve_slot(kLog);
  REQUIRE(next);
  CHECK(raw(*next) > raw(ada.slot));
}

TEST_CASE("an erasure that was cut short is finished before anything else", "[storage]") {
  Directories places;
  LiveUser ada;
  std::string segment;
  {
    auto directory = places.open();
    LiveTenant live{*directory};
    const LivePool pool = found(live);
    ada = live.make_user(pool, "ada");
    live.commit();
    const std::string key = segment_key(kLog, Position{directory->log().head(kLog).size - 1}, 0);
    REQUIRE(*directory->kv().get(Family::kSegments, key, segment));
    // The group is written and synced; then the process dies.
    const StateAddress address{kLog, Aggregate::kUser, pool.stream, "ada"};
    Command erase;
    erase.log = kLog;
    erase.decide = [&](StateReader&, Micros) -> Result<Decision> {
      MUSTER_TRY(Draft draft,
                 make_draft(directory->vault(), kLog, ada.stream, Slot{0}, UserErased{}));
      return Decision{{Fact{address, ada.stream, std::move(draft)}}, address, {}};
    };
    const DirectoryViews views;
    GroupBuilder deciding{{directory->log(), views, directory->vault()}, Epoch{1}};
    deciding.know_tenant(kLog, "tenant-1");
    REQUIRE(deciding.add(erase, live.now));
    const Group group = deciding.take(directory->log().newest_group() + 1);
    REQUIRE(group.erased_slots == std::vector<Slot>{ada.slot});
    REQUIRE(directory->log().append(group));
    REQUIRE(directory->log().sync(group.number));
    const SegmentContext context{
        kLog, ada.stream, "user.created", raw(UserCreated::describe().event.version), 0};
    REQUIRE(directory->vault().open(context, segment));  // the key is still there
  }
  const SegmentContext context{
      kLog, ada.stream, "user.created", raw(UserCreated::describe().event.version), 0};
  SECTION("but not by somebody who may only read") {
    const auto reading = places.try_open(false, true);
    REQUIRE(reading);
    CHECK((*reading)->vault().open(context, segment));
  }
  const auto directory = places.open();
  const auto opened = directory->vault().open(context, segment);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::kGone);
  CHECK(directory->vault().scan([](const DamagedSlot&) {})->erased == 1);
}

TEST_CASE("a directory older than a tree head that was given out is refused", "[storage]") {
  Directories places;
  const fs::path older = places.path().parent_path() / "older";
  {
    auto directory = places.open();
    LiveTenant live{*directory};
    found(live);
    REQUIRE(directory->keep_tree_head(kLog, tree_of(*directory)));
    REQUIRE(directory->close());
  }
  fs::copy(places.path() / "db", older, fs::copy_options::recursive);
  {
    auto directory = places.open();
    LiveTenant live{*directory};
    live.make_schema(kLog, "another", 10);
    live.commit();
    REQUIRE(directory->keep_tree_head(kLog, tree_of(*directory)));
    REQUIRE(directory->close());
  }
  CHECK(places.refusal() == "opened");
  fs::remove_all(places.path() / "db");
  fs::rename(older, places.path() / "db");
  CHECK(places.refusal() == "log_behind_tree_head");
  CHECK(places.refusal(false, true) == "log_behind_tree_head");
  {
    // A log of that size again, but not the one that was promised.
    fs::rename(places.path() / "tree-heads", places.path() / "aside");
    auto directory = places.open();
    LiveTenant live{*directory};
    live.make_schema(kLog, "different", 10);
    live.commit();
    REQUIRE(directory->close());
  }
  fs::remove_all(places.path() / "tree-heads");
  fs::rename(places.path() / "aside", places.path() / "tree-heads");
  CHECK(places.refusal() == "log_differs_from_tree_head");
  // Nor is a store that was taken away made anew in silence.
  fs::remove_all(places.path() / "db");
  CHECK(places.refusal(true) == "log_behind_tree_head");
}

TEST_CASE("a tree head that was altered is refused", "[storage]") {
  Directories places;
  {
    auto directory = places.open();
    LiveTenant live{*directory};
    found(live);
    REQUIRE(directory->keep_tree_head(kLog, tree_of(*directory)));
    REQUIRE(directory->close());
  }
  const fs::path head = places.path() / "tree-heads" / "1";
  std::string note = *read_file(head, 10'000);
  const std::size_t size = note.find('\n') + 1;
  note[size] = static_cast<char>(note[size] + 1);
  REQUIRE(write_file_atomically(head, note));
  CHECK(places.refusal() == "tree_head_damaged");
}

TEST_CASE("tree heads never go back", "[storage]") {
  Directories places;
  auto directory = places.open();
  LiveTenant live{*directory};
  const LivePool pool = found(live);
  const TreeRoot first = tree_of(*directory);
  live.make_user(pool, "ada");
  live.commit();
  REQUIRE(directory->keep_tree_head(kLog, tree_of(*directory)));
  const std::string newest = *read_file(directory->heads_path() / "1", 10'000);
  REQUIRE(directory->keep_tree_head(kLog, first));
  CHECK(*read_file(directory->heads_path() / "1", 10'000) == newest);
}

TEST_CASE("a directory whose rows are being derived anew is not served", "[storage]") {
  Directories places;
  {
    auto directory = places.open();
    const auto batch = directory->kv().new_batch();
    batch->put(Family::kMeta, kRebuildingKey, "");
    REQUIRE(directory->kv().write(*batch));
    REQUIRE(directory->kv().sync());
    REQUIRE(directory->close());
  }
  const auto opened = places.try_open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::kConflict);
  CHECK(opened.error().rule == "rebuild_unfinished");
}

}  // namespace
}  // namespace muster::test
