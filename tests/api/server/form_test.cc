#include "api/server/form.h"

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("form values are decoded", "[server]") {
  CHECK(decode_form_value("a+b%20c%2b%") == "a b c+%");
  CHECK(decode_form_value("%4") == "%4");
  CHECK(decode_form_value("%zz") == "%zz");
  CHECK(decode_form_value("").empty());
}

TEST_CASE("a form gives the first of several members", "[server]") {
  const Form form{"a=1&b=&a=2&c&=x"};
  CHECK(form.value("a") == "1");
  CHECK(form.has("b"));
  CHECK(form.value("b").empty());
  CHECK(form.has("c"));
  CHECK_FALSE(form.has("d"));
  CHECK(Form{""}.value("a").empty());
}
