#include "storage/log/group_record.h"

#include <fstream>
#include <map>

#include <catch2/catch.hpp>

#include "storage/recovery.h"

namespace muster {
namespace {

constexpr LogId kLog{7};
constexpr std::uint64_t kFar = 1ULL << 40U;

struct Texts {
  std::string one = R"({"v":1,"n":"one"})";
  std::string large = std::string(200, 'x');
  std::string key = std::string{"key\0one", 7};
  std::string value = std::string{"\xFF\0value", 7};

  [[nodiscard]] GroupRecord record() const {
    GroupRecord made;
    made.group = 300;
    made.durable_through = 298;
    made.first = Position{kFar};
    made.open_parts = {one, large};
    made.outcomes = {{key, value}, {"", ""}};
    return made;
  }
};

/// What the grammar gives, by an implementation that shares nothing with ours.
std::map<std::string, std::string> golden() {
  std::map<std::string, std::string> rows;
  std::ifstream file{"tests/golden/log/rows.v1.txt"};
  REQUIRE(file.good());
  std::string name;
  std::string hex;
  while (file >> name >> hex) {
    rows[name] = hex;
  }
  return rows;
}

TEST_CASE("keys and records of the log have the bytes that they had when they were invented") {
  const Texts texts;
  GroupRecord of_outcomes;
  of_outcomes.group = 1;
  of_outcomes.outcomes = {{texts.key, texts.value}};
  Uuid stream;
  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(i);
    stream.bytes[i % 16] = static_cast<std::uint8_t>(i % 16);
  }
  const std::map<std::string, std::string> written{
      {"group_record", write_group_record(texts.record())},
      {"group_record_of_outcomes", write_group_record(of_outcomes)},
      {"group_record_key", group_record_key(kLog, Position{kFar}, 300)},
      {"segment_key", segment_key(kLog, Position{258}, 1)},
      {"attachment_key", attachment_key(kLog, digest)},
      {"stream_entry_key", stream_entry_key(kLog, StreamId{stream}, Revision{130})},
      {"stream_entry", write_stream_entry({Revision{130}, Position{kFar}, EventCode{40}, true})},
      {"leaves_key", leaves_key(kLog, Position{258})},
      {"node_key", node_key(kLog, 8, 258)},
      {"frontier_key", frontier_key(kLog)},
      {"time_key", time_key(kLog)},
      {"erasing_key", erasing_key(Slot{258})},
      {"head_key", head_key(kLog)},
      {"head_row", write_head_row(kFar)},
      {"commit_row", write_commit_row({300, 298})}};
  const auto expected = golden();
  CHECK(expected.size() == written.size());
  for (const auto& [name, bytes] : written) {
    INFO(name);
    REQUIRE(expected.contains(name));
    CHECK(to_hex(bytes) == expected.at(name));
  }
}

TEST_CASE("a group record is read back as it was written") {
  const Texts texts;
  const std::string bytes = write_group_record(texts.record());
  const auto read = parse_group_record(bytes);
  REQUIRE(read);
  CHECK(read->group == 300);
  CHECK(read->durable_through == 298);
  CHECK(read->first == Position{kFar});
  CHECK(read->open_parts == texts.record().open_parts);
  CHECK(read->outcomes == texts.record().outcomes);

  const std::string empty = write_group_record({});
  REQUIRE(parse_group_record(empty));
  CHECK(parse_group_record(empty)->open_parts.empty());
}

TEST_CASE("damage of any bit of a group record is noticed") {
  const Texts texts;
  const std::string bytes = write_group_record(texts.record());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const auto read = parse_group_record(damaged);
    INFO("bit " << bit);
    REQUIRE_FALSE(read.has_value());
    REQUIRE(read.error().code == Errc::kCorrupt);
    REQUIRE(read.error().rule == "group_record_damaged");
  }
}

TEST_CASE("a group record that is cut off or goes on is noticed") {
  const Texts texts;
  const std::string bytes = write_group_record(texts.record());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    INFO(size << " of " << bytes.size() << " bytes");
    REQUIRE_FALSE(parse_group_record(std::string_view{bytes}.substr(0, size)).has_value());
  }
  CHECK_FALSE(parse_group_record(bytes + "x").has_value());
}

/// With a checksum that fits, as a program would write that does not know better.
std::string sealed(std::string body) {
  put_little_endian_32(body, crc32c(body));
  return body;
}

TEST_CASE("a record with a good checksum and a strange layout is refused") {
  const std::string empty = write_group_record({});
  const std::string body = empty.substr(0, empty.size() - 4);
  REQUIRE(parse_group_record(sealed(body)));
  std::string other_version = body;
  other_version[0] = 2;
  std::string too_many = body;
  too_many[4] = 1;  // one open part is announced, and none comes
  std::string count_from_hell = body.substr(0, 4);
  put_varint(count_from_hell, ~0ULL);
  for (const std::string& strange :
       {other_version, too_many, count_from_hell, body + "x", std::string{"\1"}}) {
    INFO(to_hex(strange));
    CHECK_FALSE(parse_group_record(sealed(strange)).has_value());
  }
}

TEST_CASE("group records lie in the order of positions, then of groups") {
  const auto key = [](std::uint32_t log, std::uint64_t first, std::uint64_t group) {
    return group_record_key(LogId{log}, Position{first}, group);
  };
  CHECK(key(1, 255, 9) < key(1, 256, 1));
  CHECK(key(1, 256, 255) < key(1, 256, 256));
  CHECK(key(1, ~0ULL, ~0ULL) < key(2, 0, 0));
  const auto parsed = parse_group_record_key(key(3, 4, 5));
  REQUIRE(parsed);
  CHECK(parsed->log == LogId{3});
  CHECK(parsed->first == Position{4});
  CHECK(parsed->group == 5);
  CHECK_FALSE(parse_group_record_key(key(3, 4, 5) + "x").has_value());
  CHECK_FALSE(parse_group_record_key(key(3, 4, 5).substr(1)).has_value());
}

TEST_CASE("rows of the stream index are read back, and damage of them is noticed") {
  const StreamEntry entry{Revision{9}, Position{kFar}, EventCode{40}, true};
  const std::string key = stream_entry_key(kLog, StreamId{}, entry.revision);
  const std::string value = write_stream_entry(entry);
  const auto read = parse_stream_entry(key, value);
  REQUIRE(read);
  CHECK(read->revision == entry.revision);
  CHECK(read->position == entry.position);
  CHECK(read->code == entry.code);
  CHECK(read->has_own_segment);
  CHECK_FALSE(parse_stream_entry(key, value.substr(0, value.size() - 1)).has_value());
  CHECK_FALSE(parse_stream_entry(key, value + "x").has_value());
  CHECK_FALSE(parse_stream_entry(key + "x", value).has_value());
  CHECK(key.starts_with(stream_prefix(kLog, StreamId{})));
}

}  // namespace
}  // namespace muster
