#include "storage/seal/checkpoint.h"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "storage/seal/digest.h"
#include "tests/storage/seal/keys_dir.h"

namespace muster {

namespace {

constexpr std::string_view kName = "directory.example/log/3";
constexpr std::string_view kVerifier =
    "directory.example/log/3+e7e1f7d3+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr std::string_view kNote =
    "directory.example/log/3\n"
    "20852163\n"
    "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"
    "\n"
    "\xE2\x80\x94 directory.example/log/3 "
    "5+H301pUavX/rI52wQW6b1AHcmaYYFYtzFuitqC8/fGmeVuPZpU8IHylwJe1NBd6Q6/1sIYjv1jaSNDTZJMKtqAmZQU="
    "\n";

HeadKey counting_key(std::string_view name = kName) {
  SecretKey seed;
  std::uint8_t next = 0;
  for (std::uint8_t& byte : seed.writable())
    byte = next++;
  return must(HeadKey::from_seed(seed, name));
}

TreeHead head() {
  return {std::string{kName}, 20852163, sha256("root")};
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out{text};
  return out.replace(out.find(from), from.size(), to);
}

}  // namespace

// Note and verifier key were made in Python with cryptography's Ed25519 and hashlib from the seed
// 00 01 .. 1f, following the texts of C2SP.
TEST_CASE("a tree head is signed as other implementations of C2SP sign it", "[seal]") {
  CHECK(sign_checkpoint(counting_key(), head()) == kNote);
  CHECK(counting_key().verifier() == kVerifier);
  CHECK(must(parse_and_verify_checkpoint(kNote, kVerifier)) == head());
}

TEST_CASE("Ed25519 gives the signature of RFC 8032 section 7.1 test 2", "[seal]") {
  SecretKey seed;
  const auto bytes =
      from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").value();
  std::copy(bytes.begin(), bytes.end(), seed.writable().begin());
  const HeadKey key = must(HeadKey::from_seed(seed, "rfc8032"));
  CHECK(to_hex(key.public_key()) ==
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  CHECK(to_hex(key.sign("\x72")) ==
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST_CASE("no byte of a signed tree head can be changed", "[seal]") {
  for (std::size_t i = 0; i < kNote.size(); ++i) {
    for (const int change : {1, 2, 0x20, 0x80}) {
      CAPTURE(i, change);
      std::string changed{kNote};
      changed[i] = static_cast<char>(changed[i] ^ change);
      REQUIRE(!parse_and_verify_checkpoint(changed, kVerifier).has_value());
    }
  }
  for (std::size_t length = 0; length < kNote.size(); ++length) {
    CAPTURE(length);
    REQUIRE(!parse_and_verify_checkpoint(kNote.substr(0, length), kVerifier).has_value());
  }
}

TEST_CASE("a tree head is refused with the reason", "[seal]") {
  const std::string other = sign_checkpoint(counting_key("another.name"), head());
  const std::string_view line = kNote.substr(kNote.find("\n\n") + 2);
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", "checkpoint_malformed"},
      {"\n\n", "checkpoint_malformed"},
      {replaced(kNote, "20852163", "020852163"), "checkpoint_malformed"},
      {replaced(kNote, "20852163", "-1"), "checkpoint_malformed"},
      {replaced(kNote, "20852163", "99999999999999999999"), "checkpoint_malformed"},
      {replaced(kNote, "20852163", "20852164"), "checkpoint_forged"},
      {replaced(kNote, "7I=\n", "7I\n"), "checkpoint_malformed"},
      {replaced(kNote, "\xE2\x80\x94", "--"), "checkpoint_malformed"},
      {std::string{kNote} + "rubbish\n", "checkpoint_malformed"},
      {std::string{kNote.substr(0, kNote.find("\n\n") + 2)}, "checkpoint_unsigned"},
      {other, "checkpoint_unsigned"},
      {replaced(kNote, "5+H301", "5+H302"), "checkpoint_forged"},
      {std::string{kNote} + std::string{line}, "ok"},
      {other + std::string{line}, "ok"},
      {std::string{line} + other, "checkpoint_malformed"},
  };
  for (const auto& [note, expected] : table) {
    CAPTURE(note);
    CHECK(outcome(parse_and_verify_checkpoint(note, kVerifier)) == expected);
  }
}

TEST_CASE("a verifier key that does not hang together is refused", "[seal]") {
  for (const std::string_view verifier : {"",
                                          "a",
                                          "a+b",
                                          "a+e7e1f7d3+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
                                          "directory.example/log/3+e7e1f7d3+",
                                          "directory.example/log/3+e7e1f7d4+AQOhB7"}) {
    CAPTURE(verifier);
    CHECK(outcome(parse_and_verify_checkpoint(kNote, verifier)) == "verifier_malformed");
  }
}

TEST_CASE("a tree head may carry extension lines, which are signed too", "[seal]") {
  const HeadKey key = counting_key();
  const std::string text = std::string{kNote.substr(0, kNote.find("\n\n") + 1)} + "epoch 3\n";
  const std::string hash = from_base64("5+H30w==").value();
  const std::string note =
      text + "\n\xE2\x80\x94 " + key.name() + " " + to_base64(hash + key.sign(text)) + "\n";
  CHECK(must(parse_and_verify_checkpoint(note, kVerifier)) == head());
  CHECK(outcome(parse_and_verify_checkpoint(replaced(note, "epoch 3", "epoch 4"), kVerifier)) ==
        "checkpoint_forged");
}

TEST_CASE("names that would break a note cannot sign one", "[seal]") {
  for (const std::string_view name : {"", "a b", "a+b", "a\n", "a\tb"}) {
    CAPTURE(name);
    CHECK(outcome(HeadKey::from_seed(SecretKey{}, name)) == "key_name_invalid");
  }
}

TEST_CASE("the newest tree head of each log is kept beside the directory", "[seal]") {
  const KeysDir dir;
  const auto heads = dir.root() / "tree-heads";
  CHECK(must(load_tree_head(heads, LogId{3})) == std::nullopt);
  must(save_tree_head(heads, LogId{3}, "three"));
  must(save_tree_head(heads, LogId{4}, "four"));
  must(save_tree_head(heads, LogId{3}, kNote));
  CHECK(must(load_tree_head(heads, LogId{3})) == std::string{kNote});
  CHECK(must(load_tree_head(heads, LogId{4})) == "four");
}

}  // namespace muster
