#include "storage/rocks_value.h"

#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

#include "tests/storage/kv_worlds.h"

namespace muster::test {
namespace {

std::string noise(std::size_t bytes) {
  std::mt19937 random{5};
  std::string made(bytes, '\0');
  std::generate(made.begin(), made.end(), [&] { return static_cast<char>(random()); });
  return made;
}

std::string json(std::size_t bytes) {
  std::string made;
  while (made.size() < bytes) {
    made += R"({"status":"active","payload_schema_id":"default_payload","n":)" +
            std::to_string(made.size()) + "}";
  }
  made.resize(bytes);
  return made;
}

std::vector<std::string> samples() {
  return {"",
          "a",
          std::string{"\x00\x01", 2},
          json(127),
          json(128),
          json(5000),
          json(3'000'000),
          noise(127),
          noise(128),
          noise(5000),
          std::string(100'000, 'x')};
}

}  // namespace

TEST_CASE("whatever a value is, it comes back", "[storage]") {
  for (const std::string& value : samples()) {
    std::string stored_in;
    std::string shown_in;
    const std::string stored{encode_value(Family::kUsers, "key", value, stored_in)};
    const auto shown = decode_value(Family::kUsers, "key", stored, shown_in);
    REQUIRE(shown);
    CHECK(*shown == value);
    CHECK(stored.size() <= value.size() + 5);
    CHECK(encode_value(Family::kSegments, "key", value, stored_in) == value);
    CHECK(*decode_value(Family::kSegments, "key", value, shown_in) == value);
  }
  std::string buffer;
  CHECK(encode_value(Family::kLog, "key", json(5000), buffer).size() < 1000);
}

TEST_CASE("what nobody has encoded is damage, never a value", "[storage]") {
  std::string buffer;
  const std::string whole{encode_value(Family::kLog, "key", json(5000), buffer)};
  std::string shown;
  const auto refused = [&](std::string_view stored) {
    const auto decoded = decode_value(Family::kLog, "key", stored, shown);
    return !decoded && decoded.error().rule == "storage_corrupt";
  };
  CHECK(refused(""));
  CHECK(refused("\x02 of a kind that is not"));
  CHECK(refused("\x01"));
  CHECK(refused("\x01\xff\xff\xff\xff\xff\xff\xff\xff\x7f"));  // of a size that nobody has
  for (std::size_t end = 1; end < whole.size(); ++end) {
    REQUIRE(refused(std::string_view{whole}.substr(0, end)));
  }
  std::mt19937 random{9};
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = whole;
    damaged[random() % damaged.size()] ^= static_cast<char>(1U + random() % 255);
    // Some flips give another text, and RocksDB's own checksums are there for those. None crashes.
    (void)decode_value(Family::kLog, "key", damaged, shown);
  }
}

TEST_CASE("a row that was not written under its key is refused, whatever it says", "[storage]") {
  for (const Family family : {Family::kStreams,
                              Family::kStates,
                              Family::kUsers,
                              Family::kUserKeys,
                              Family::kUserIndex,
                              Family::kGroups,
                              Family::kCounts,
                              Family::kIdempotency,
                              Family::kPast}) {
    for (const std::string& value : {std::string{}, std::string{"short"}, json(2000)}) {
      std::string buffer;
      std::string shown;
      const std::string stored{encode_value(family, "ada", value, buffer)};
      CHECK(*decode_value(family, "ada", stored, shown) == value);
      CHECK_FALSE(decode_value(family, "bob", stored, shown));
      CHECK_FALSE(decode_value(family, "ada", value, shown));
      for (std::size_t at = 0; at < stored.size(); ++at) {
        for (const int bit : {0, 5}) {
          std::string flipped = stored;
          flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
          REQUIRE_FALSE(decode_value(family, "ada", flipped, shown));
        }
      }
    }
  }
}

TEST_CASE("readers of every kind see values as they were written", "[storage]") {
  RocksWorld world;
  auto& kv = world.kv();
  const auto values = samples();
  const auto key = [](std::size_t i) {
    return "k" + std::string(1, static_cast<char>('a' + i));
  };
  const auto batch = kv.new_batch();
  for (std::size_t i = 0; i < values.size(); ++i) {
    batch->put(Family::kUsers, key(i), values[i]);
  }
  REQUIRE(kv.write(*batch).has_value());
  for (const bool flushed : {false, true}) {
    if (flushed) {
      REQUIRE(kv.flush_all().has_value());
    }
    std::size_t seen = 0;
    REQUIRE(kv.scan(Family::kUsers, KvRange::all(), [&](auto, std::string_view value) {
      return value == values[seen++];
    }));
    CHECK(seen == values.size());
    const std::vector<std::string> names{key(0), key(5), "nobody", key(9)};
    const std::vector<std::string_view> keys{names.begin(), names.end()};
    const auto many = kv.multi_get(Family::kUsers, keys);
    REQUIRE(many);
    CHECK(many->at(0) == values[0]);
    CHECK(many->at(1) == values[5]);
    CHECK_FALSE(many->at(2).has_value());
    CHECK(many->at(3) == values[9]);
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::string value = "from before";
      REQUIRE(*kv.get(Family::kUsers, key(i), value));
      CHECK(value == values[i]);
    }
  }
}

}  // namespace muster::test
