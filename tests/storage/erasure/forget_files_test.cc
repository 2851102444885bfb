#include "storage/erasure/forget_files.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <thread>

#include <catch2/catch.hpp>

#include "storage/memory_kv.h"
#include "storage/rocks_kv.h"
#include "tests/storage/scratch_directory.h"

namespace muster {
namespace {

struct Store {
  ScratchDirectory scratch;
  std::unique_ptr<Kv> kv;

  Store() {
    RocksKvOptions options;
    options.path = scratch.path() / "db";
    options.create_if_missing = true;
    options.compress = false;
    auto opened = open_rocks_kv(options);
    REQUIRE(opened.has_value());
    kv = *std::move(opened);
    put(Family::kMeta, "always", "there");
  }

  void put(Family family, const std::string& key, const std::string& value) const {
    const auto batch = kv->new_batch();
    batch->put(family, key, value);
    REQUIRE(kv->write(*batch).has_value());
  }

  void erase(Family family, const std::string& key) const {
    const auto batch = kv->new_batch();
    batch->erase(family, key);
    REQUIRE(kv->write(*batch).has_value());
  }

  /// Files that hold a text.
  [[nodiscard]] std::vector<std::string> files_with(const std::string& text) const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{scratch.path() / "db"}) {
      std::ifstream file{entry.path(), std::ios::binary};
      const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
      if (bytes.find(text) != std::string::npos) {
        names.push_back(entry.path().filename().string());
      }
    }
    return names;
  }

  [[nodiscard]] bool is_in_a_manifest(const std::string& text) const {
    const auto files = files_with(text);
    return std::any_of(files.begin(), files.end(), [](const std::string& name) {
      return name.starts_with("MANIFEST");
    });
  }

  [[nodiscard]] Result<void> forget(
      const std::string& prefix,
      std::function<bool(std::chrono::milliseconds)> sleep = [](std::chrono::milliseconds pause) {
        std::this_thread::sleep_for(pause);
        return true;
      }) const {
    Forgetting what;
    what.snapshot = kv->snapshot()->number();
    what.ranges.push_back({Family::kUsers, KvRange::of_prefix(prefix)});
    what.sleep = std::move(sleep);
    return forget_files(*kv, what);
  }
};

TEST_CASE("deleted and overwritten rows leave every file of the store", "[erasure]") {
  const Store store;
  store.put(Family::kUsers, "pool.first-somebody", "value-of-somebody");
  store.put(Family::kUsers, "pool.zz-last-somebody", "value-of-somebody");
  store.put(Family::kUsers, "pool.m-other", "value-of-other");
  REQUIRE(store.kv->flush_all().has_value());
  CHECK_FALSE(store.files_with("value-of-somebody").empty());
  CHECK(store.is_in_a_manifest("first-somebody"));
  store.put(Family::kUsers, "pool.first-somebody", "later-value-of-somebody");
  store.erase(Family::kUsers, "pool.first-somebody");
  store.erase(Family::kUsers, "pool.zz-last-somebody");
  CHECK_FALSE(store.files_with("later-value-of-somebody").empty());

  REQUIRE(store.forget("pool.").has_value());
  CHECK(store.files_with("somebody").empty());
  CHECK_FALSE(store.files_with("value-of-other").empty());
  std::string value;
  CHECK(*store.kv->get(Family::kUsers, "pool.m-other", value));
}

TEST_CASE("what was deleted and compacted while somebody read it goes as well", "[erasure]") {
  const Store store;
  store.put(Family::kUsers, "pool.somebody", "value-of-somebody");
  REQUIRE(store.kv->flush_all().has_value());
  auto reader = store.kv->snapshot();
  store.erase(Family::kUsers, "pool.somebody");
  REQUIRE(store.kv->flush_all().has_value());
  REQUIRE(store.kv->compact(Family::kUsers, KvRange::all(), true).has_value());
  CHECK_FALSE(store.files_with("somebody").empty());
  reader.reset();
  REQUIRE(store.forget("pool.").has_value());
  CHECK(store.files_with("somebody").empty());
}

TEST_CASE("an older reader is waited for, and a stop ends the waiting", "[erasure]") {
  const Store store;
  store.put(Family::kUsers, "pool.somebody", "value-of-somebody");
  auto reader = store.kv->snapshot();
  store.erase(Family::kUsers, "pool.somebody");
  int looks = 0;
  const auto stopped =
      store.forget("pool.", [&](std::chrono::milliseconds) { return ++looks < 5; });
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().rule == "erasing_stopped");
  const auto done = store.forget("pool.", [&](std::chrono::milliseconds pause) {
    reader.reset();
    std::this_thread::sleep_for(pause);
    return true;
  });
  CHECK(done.has_value());
  CHECK(store.files_with("somebody").empty());
}

TEST_CASE("an iterator that holds files is waited for", "[erasure]") {
  const Store store;
  store.put(Family::kUsers, "pool.somebody", "value-of-somebody");
  REQUIRE(store.kv->flush_all().has_value());
  auto reader = store.kv->iterate(Family::kUsers, KvRange::all());
  reader->seek_to_first();
  store.erase(Family::kUsers, "pool.somebody");
  int looks = 0;
  const auto done = store.forget("pool.", [&](std::chrono::milliseconds pause) {
    if (++looks == 10) {
      CHECK_FALSE(store.files_with("value-of-somebody").empty());
      reader.reset();
    }
    std::this_thread::sleep_for(pause);
    return true;
  });
  CHECK(done.has_value());
  CHECK(looks >= 10);
  CHECK(store.files_with("somebody").empty());
}

TEST_CASE("the oldest snapshot is known by its number", "[erasure]") {
  const Store rocks;
  MemoryKv memory;
  for (Kv* kv : {rocks.kv.get(), static_cast<Kv*>(&memory)}) {
    CHECK(kv->oldest_snapshot() == std::numeric_limits<std::uint64_t>::max());
    auto older = kv->snapshot();
    const auto batch = kv->new_batch();
    batch->put(Family::kMeta, "a", "b");
    REQUIRE(kv->write(*batch).has_value());
    const auto newer = kv->snapshot();
    CHECK(older->number() < newer->number());
    CHECK(kv->oldest_snapshot() == older->number());
    older.reset();
    CHECK(kv->oldest_snapshot() == newer->number());
  }
}

}  // namespace
}  // namespace muster
