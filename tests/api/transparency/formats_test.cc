#include "api/transparency/formats.h"

#include <catch2/catch.hpp>

#include "api/transparency/receipts.h"

namespace muster::test {

TEST_CASE("every tile has one name") {
  CHECK(parse_tile_name("000") == TileName{0, 256});
  CHECK(parse_tile_name("067") == TileName{67, 256});
  CHECK(parse_tile_name("x001/x234/067") == TileName{1'234'067, 256});
  CHECK(parse_tile_name("x001/000.p/1") == TileName{1'000, 1});
  CHECK(parse_tile_name("255.p/255") == TileName{255, 255});
  for (const std::string_view wrong : {"",          "0",           "00",
                                       "0000",      "x000",        "x000/001",
                                       "001/002",   "x001/x002",   "x001/",
                                       "/001",      "x1/001",      "-01",
                                       "+01",       "0x1",         "000.p",
                                       "000.p/",    "000.p/0",     "000.p/01",
                                       "000.p/256", "000.p/1.p/1", "x001/x001/x001/x001/x001/001",
                                       "%30%30%30"}) {
    INFO(wrong);
    CHECK_FALSE(parse_tile_name(wrong).has_value());
  }
}

TEST_CASE("a number has one spelling") {
  CHECK(parse_decimal("0") == 0U);
  CHECK(parse_decimal("18446744073709551615") == ~std::uint64_t{0});
  for (const std::string_view wrong :
       {"", "00", "01", "-1", "+1", " 1", "1 ", "18446744073709551616"}) {
    INFO(wrong);
    CHECK_FALSE(parse_decimal(wrong).has_value());
  }
}

TEST_CASE("an entry of a bundle stands behind its length") {
  std::string bundle;
  append_bundled(bundle, "ab");
  append_bundled(bundle, std::string(300, 'x'));
  append_bundled(bundle, "");
  CHECK(bundle == std::string{"\0\2ab\1\x2C", 6} + std::string(300, 'x') + std::string(2, '\0'));
}

TEST_CASE("a receipt is a preference among others") {
  const auto asks = [](std::string_view value) {
    Request request;
    request.add_header("Prefer", value);
    return asks_for_receipt(request);
  };
  CHECK(asks("receipt"));
  CHECK(asks("Receipt"));
  CHECK(asks("return=minimal, receipt"));
  CHECK(asks("receipt ; x=1,wait=3"));
  CHECK_FALSE(asks(""));
  CHECK_FALSE(asks("receipts"));
  CHECK_FALSE(asks("return=receipt"));
  CHECK_FALSE(asks_for_receipt(Request{}));
}

}  // namespace muster::test
