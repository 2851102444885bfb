#include "storage/seal/segment.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/storage/seal/keys_dir.h"

namespace muster {

namespace {

SubjectKey subject(SeededEntropy& entropy, std::uint32_t slot = 7) {
  SubjectKey key;
  key.slot = Slot{slot};
  entropy.fill(key.key.writable());
  return key;
}

SegmentContext context() {
  SegmentContext context;
  context.log = LogId{3};
  context.stream.bytes.fill(0x5A);
  context.type = "user.created";
  context.version = 2;
  context.number = 1;
  return context;
}

}  // namespace

TEST_CASE("a segment gives back what was sealed, whatever its length or content", "[seal]") {
  SeededEntropy entropy;
  const SubjectKey key = subject(entropy);
  for (std::size_t length = 0; length < 200; ++length) {
    CAPTURE(length);
    // Ends that look like padding must survive too.
    for (const char fill : {'x', '\0', '\x80'}) {
      const std::string plaintext(length, fill);
      const std::string segment = must(seal_segment(key, context(), plaintext, entropy));
      REQUIRE(must(segment_slot(segment)) == key.slot);
      REQUIRE(must(open_segment(key.key, context(), segment)) == plaintext);
    }
  }
}

TEST_CASE("a segment tells the length of its plaintext only within 64 bytes", "[seal]") {
  SeededEntropy entropy;
  const SubjectKey key = subject(entropy);
  for (std::size_t length = 0; length < 300; ++length) {
    CAPTURE(length);
    const auto segment = must(seal_segment(key, context(), std::string(length, 'x'), entropy));
    REQUIRE(segment.size() == 1 + 4 + 32 + 32 + (length / 64 + 1) * 64 + 16);
    REQUIRE(segment.find("xxxx") == std::string::npos);
  }
}

TEST_CASE("sealing the same text twice gives unrelated segments", "[seal]") {
  SeededEntropy entropy;
  const SubjectKey key = subject(entropy);
  const auto first = must(seal_segment(key, context(), "ada", entropy));
  const auto second = must(seal_segment(key, context(), "ada", entropy));
  CHECK(first.substr(5) != second.substr(5));
  CHECK(first.substr(69) != second.substr(69));
}

TEST_CASE("no bit of a segment can be changed", "[seal]") {
  SeededEntropy entropy;
  const SubjectKey key = subject(entropy);
  const std::string segment = must(seal_segment(key, context(), "ada@example.org", entropy));
  for (std::size_t i = 0; i < segment.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      CAPTURE(i, bit);
      std::string changed = segment;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      REQUIRE(outcome(open_segment(key.key, context(), changed)) == "segment_damaged");
    }
  }
}

TEST_CASE("a segment that is cut or lengthened does not open", "[seal]") {
  SeededEntropy entropy;
  const SubjectKey key = subject(entropy);
  const std::string segment = must(seal_segment(key, context(), std::string(100, 'x'), entropy));
  for (std::size_t length = 0; length < segment.size(); ++length) {
    CAPTURE(length);
    REQUIRE(outcome(open_segment(key.key, context(), segment.substr(0, length))) ==
            "segment_damaged");
  }
  CHECK(outcome(open_segment(key.key, context(), segment + "x")) == "segment_damaged");
  CHECK(outcome(open_segment(key.key, context(), segment + std::string(64, '\0'))) ==
        "segment_damaged");
}

TEST_CASE("a segment opens only in the place it was sealed for", "[seal]") {
  SeededEntropy entropy;
  const SubjectKey key = subject(entropy);
  const std::string segment = must(seal_segment(key, context(), "ada", entropy));
  std::vector<SegmentContext> others(6, context());
  others[0].log = LogId{4};
  others[1].stream.bytes[15] ^= 1;
  others[2].type = "user.create";
  others[3].type = "user.createdX";
  others[4].version = 3;
  others[5].number = 0;
  for (std::size_t i = 0; i < others.size(); ++i) {
    CAPTURE(i);
    CHECK(outcome(open_segment(key.key, others[i], segment)) == "segment_damaged");
  }
  CHECK(outcome(open_segment(subject(entropy).key, context(), segment)) == "segment_damaged");
  CHECK(outcome(open_segment(key.key, context(), segment)) == "ok");
}

TEST_CASE("a segment holds at most a mebibyte", "[seal]") {
  SeededEntropy entropy;
  const SubjectKey key = subject(entropy);
  const std::string most(kSegmentPlaintextBytesMax, 'x');
  CHECK(must(open_segment(key.key, context(), must(seal_segment(key, context(), most, entropy)))) ==
        most);
  CHECK(outcome(seal_segment(key, context(), most + "x", entropy)) == "segment_too_large");
}

// The bytes on disk, fixed for ever; checked with another implementation (Python: hmac, and
// cryptography's AESGCM over HKDF-SHA-256 as written down in segment.cc).
TEST_CASE("the bytes of a segment are those of the first release", "[seal]") {
  class Counting final : public Entropy {
   public:
    void fill(std::span<std::uint8_t> out) override {
      std::uint8_t next = 0;
      for (std::uint8_t& byte : out)
        byte = next++;
    }
  };

  Counting entropy;
  SubjectKey key;
  key.slot = Slot{0x01020304};
  for (std::uint8_t& byte : key.key.writable())
    byte = 0x11;
  const std::string segment = must(seal_segment(key, context(), "ada@example.org", entropy));
  CHECK(to_hex(segment) ==
        "0101020304000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2252a8"
        "cb45fcede8c2c04d3f91bc4694e38edbb3501667b8bf57758b16409d588389593d2f929c3a11fc36"
        "60e1d3e8e49759bddea12bd30f993ef460719307f23cd2dd649abd3f482091d252d51b9a074e53d5"
        "fe4dd5406811b840b9abff6600c4d13cbb62ea19184a819d442e00a1f9");
}

}  // namespace muster
