#include "storage/seal/digest.h"

#include <array>
#include <string>

#include <catch2/catch.hpp>

namespace muster {

namespace {

std::string unhex(std::string_view text) {
  return from_hex(text).value();
}

std::string hex(const Digest& digest) {
  return to_hex(as_view(digest));
}

}  // namespace

TEST_CASE("SHA-256 gives the digests of FIPS 180-4", "[seal]") {
  CHECK(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(sha256(std::string(1'000'000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 does not care how its input is cut", "[seal]") {
  const std::string text(200, 'q');
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    CAPTURE(cut);
    Sha256 first;
    first.add(std::string_view{text}.substr(0, cut));
    Sha256 copy = first;
    REQUIRE(copy.add(std::string_view{text}.substr(cut)).finish() == sha256(text));
    REQUIRE(first.add(std::string_view{text}.substr(cut)).finish() == sha256(text));
  }
}

TEST_CASE("HMAC-SHA-256 gives the values of RFC 4231", "[seal]") {
  CHECK(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex(hmac_sha256(std::string(131, '\xaa'),
                        "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(HmacSha256{"Jefe"}.of("what do ya want ", "for nothing?") ==
        hmac_sha256("Jefe", "what do ya want for nothing?"));
}

TEST_CASE("HKDF-SHA-256 gives the values of RFC 5869", "[seal]") {
  std::array<std::uint8_t, 42> out{};
  const auto text = [&] {
    return to_hex({reinterpret_cast<const char*>(out.data()), out.size()});
  };
  const std::string secret(22, '\x0b');
  hkdf_sha256(secret, unhex("000102030405060708090a0b0c"), unhex("f0f1f2f3f4f5f6f7f8f9"), out);
  CHECK(text() ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  hkdf_sha256(secret, {}, {}, out);
  CHECK(text() ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

}  // namespace muster
