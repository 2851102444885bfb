#include "storage/seal/key_ring.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/storage/seal/keys_dir.h"

namespace muster {

namespace fs = std::filesystem;

namespace {

struct Crash {};

const std::string kFirst = to_base64(std::string(32, 'a'));
const std::string kSecond = to_base64(std::string(32, 'b'));

KeyRingOptions options_of(const KeysDir& dir) {
  KeyRingOptions options;
  options.dir = dir.keys();
  return options;
}

KeyRingOptions given(const KeysDir& dir, const std::string& master) {
  KeyRingOptions options = options_of(dir);
  options.master_key = master;
  return options;
}

/// What must survive everything: the KEKs of three logs.
std::string keks_of(KeyRing& ring) {
  std::string all;
  for (const std::uint32_t log : {0u, 1u, 9u}) {
    const auto kek = must(ring.kek_for(LogId{log}));
    all += std::to_string(raw(kek->id)) + ":" + to_hex(kek->key.view()) + "\n";
  }
  return all;
}

}  // namespace

TEST_CASE("a key ring keeps one KEK per log over restarts", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  std::string before;
  {
    const auto ring = must(KeyRing::open(options_of(dir), entropy));
    before = keks_of(*ring);
    CHECK(keks_of(*ring) == before);
    CHECK(must(ring->kek(KekId{2}))->log == LogId{1});
    CHECK(outcome(ring->kek(KekId{4})) == "key_missing");
  }
  const auto ring = must(KeyRing::open(options_of(dir), entropy));
  CHECK(keks_of(*ring) == before);
  for (const char* const name : {"master.key", "keks"}) {
    CHECK((fs::status(dir.keys() / name).permissions() & fs::perms::mask) ==
          (fs::perms::owner_read | fs::perms::owner_write));
  }
}

TEST_CASE("a wrong master key is refused by name", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  const std::string before = keks_of(*must(KeyRing::open(given(dir, kFirst), entropy)));
  CHECK(outcome(KeyRing::open(given(dir, kSecond), entropy)) == "wrong_master_key");
  CHECK(outcome(KeyRing::open(given(dir, "short"), entropy)) == "master_key_malformed");
  CHECK(outcome(KeyRing::open(options_of(dir), entropy)) == "master_key_missing");
  CHECK(!fs::exists(dir.keys() / "master.key"));
  CHECK(keks_of(*must(KeyRing::open(given(dir, kFirst + "\n"), entropy))) == before);
}

TEST_CASE("a master key may come from a file that is not ours", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  KeyRingOptions options = options_of(dir);
  options.master_key_file = dir.root() / "mounted";
  CHECK(outcome(KeyRing::open(options, entropy)) == "master_key_missing");
  overwrite(dir.root() / "mounted", kFirst + "\n");
  const std::string before = keks_of(*must(KeyRing::open(options, entropy)));
  CHECK(keks_of(*must(KeyRing::open(given(dir, kFirst), entropy))) == before);
}

TEST_CASE("our master key file must not be readable by others", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  must(KeyRing::open(options_of(dir), entropy));
  fs::permissions(dir.keys() / "master.key", fs::perms{0644});
  CHECK(outcome(KeyRing::open(options_of(dir), entropy)) == "master_key_exposed");
}

TEST_CASE("a lost master key is never replaced by a new one", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  must(KeyRing::open(options_of(dir), entropy));
  fs::remove(dir.keys() / "master.key");
  CHECK(outcome(KeyRing::open(options_of(dir), entropy)) == "master_key_missing");
}

TEST_CASE("no byte of the file of KEKs can be changed or cut off", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  keks_of(*must(KeyRing::open(given(dir, kFirst), entropy)));
  const fs::path path = dir.keys() / "keks";
  const std::string whole = contents(path);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    CAPTURE(i);
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    overwrite(path, changed);
    REQUIRE(outcome(KeyRing::open(given(dir, kFirst), entropy)) == "keks_damaged");
    overwrite(path, whole.substr(0, i));
    REQUIRE(outcome(KeyRing::open(given(dir, kFirst), entropy)) == "keks_damaged");
  }
}

TEST_CASE("a read-only key ring creates nothing", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  KeyRingOptions options = options_of(dir);
  options.read_only = true;
  CHECK(outcome(KeyRing::open(options, entropy)) == "master_key_missing");
  CHECK(!fs::exists(dir.keys()));
  const std::string before = keks_of(*must(KeyRing::open(options_of(dir), entropy)));
  const auto ring = must(KeyRing::open(options, entropy));
  CHECK(keks_of(*ring) == before);
  CHECK(outcome(ring->kek_for(LogId{77})) == "read_only");
  CHECK(outcome(ring->rotate_master()) == "read_only");
}

TEST_CASE("rotating the master key keeps every KEK", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  const auto ring = must(KeyRing::open(options_of(dir), entropy));
  const std::string before = keks_of(*ring);
  std::set<std::string> masters{ring->master_id()};
  must(ring->rotate_master());
  masters.insert(ring->master_id());
  must(ring->rotate_master(kSecond));
  masters.insert(ring->master_id());
  CHECK(masters.size() == 3);
  CHECK(keks_of(*ring) == before);
  const auto reopened = must(KeyRing::open(options_of(dir), entropy));
  CHECK(reopened->master_id() == ring->master_id());
  CHECK(keks_of(*reopened) == before);
  CHECK(contents(dir.keys() / "master.key") == kSecond + "\n");
}

TEST_CASE("a master key from outside is rotated to one from outside", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  const auto ring = must(KeyRing::open(given(dir, kFirst), entropy));
  const std::string before = keks_of(*ring);
  CHECK(outcome(ring->rotate_master()) == "master_key_needed");
  must(ring->rotate_master(kSecond));
  CHECK(keks_of(*ring) == before);
  CHECK(outcome(KeyRing::open(given(dir, kFirst), entropy)) == "wrong_master_key");
  CHECK(keks_of(*must(KeyRing::open(given(dir, kSecond), entropy))) == before);
}

TEST_CASE("a crash at any step of a rotation loses no key", "[seal]") {
  // The second round also crashes the attempt that follows a failed one.
  for (int crash_first = 0; crash_first < 4; ++crash_first) {
    for (int crash_second = 0; crash_second < 5; ++crash_second) {
      CAPTURE(crash_first, crash_second);
      const KeysDir dir;
      SeededEntropy entropy;
      int steps_left = 0;
      KeyRingOptions options = options_of(dir);
      options.on_step = [&](std::string_view) {
        if (steps_left-- == 0) throw Crash{};
      };
      const auto ring = must(KeyRing::open(options, entropy));
      const std::string before = keks_of(*ring);
      for (const int steps : {crash_first, crash_second}) {
        steps_left = steps;
        try {
          must(ring->rotate_master());
        } catch (const Crash&) {
        }
      }
      CHECK(keks_of(*ring) == before);

      KeyRingOptions reading = options_of(dir);
      reading.read_only = true;
      CHECK(keks_of(*must(KeyRing::open(reading, entropy))) == before);
      overwrite(dir.keys() / "keks.draft", "half a fi");
      const auto reopened = must(KeyRing::open(options_of(dir), entropy));
      CHECK(keks_of(*reopened) == before);
      CHECK(!fs::exists(dir.keys() / "master.key.next"));
      must(reopened->kek_for(LogId{55}));
      CHECK(keks_of(*must(KeyRing::open(options_of(dir), entropy))) == before);
    }
  }
}

TEST_CASE("a KEK made after a rotation that failed half way is not lost", "[seal]") {
  for (int crash = 0; crash < 3; ++crash) {
    CAPTURE(crash);
    const KeysDir dir;
    SeededEntropy entropy;
    int steps_left = crash;
    KeyRingOptions options = options_of(dir);
    options.on_step = [&](std::string_view) {
      if (steps_left-- == 0) throw Crash{};
    };
    const auto ring = must(KeyRing::open(options, entropy));
    CHECK_THROWS_AS(ring->rotate_master(), Crash);
    const std::string made = to_hex(must(ring->kek_for(LogId{55}))->key.view());
    const auto reopened = must(KeyRing::open(options_of(dir), entropy));
    CHECK(to_hex(must(reopened->kek_for(LogId{55}))->key.view()) == made);
  }
}

}  // namespace muster
