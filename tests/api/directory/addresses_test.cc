#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

Response post(std::string_view path, std::string body) {
  return stack().system(Method::kPost, path, std::move(body));
}

}  // namespace

TEST_CASE("an added address is active unless told otherwise, and unverified ones may repeat") {
  stack().make_pool("addr");
  stack().make_user("addr", "ann");
  stack().make_user("addr", "bob");
  const Response added = post("/pools/addr/users/ann/addresses/add",
                              R"({"address":"+48123456789","type":"mobile","verified":false,)"
                              R"("preferred_contact_method":"voice","metadata":null})");
  CHECK(added.status == 200);
  CHECK(at(added, "/status") == "\"active\"");
  CHECK(at(added, "/verified") == "false");
  CHECK(at(added, "/verified_at") == "absent");
  CHECK(at(added, "/preferred_contact_method") == "\"voice\"");
  CHECK(version_of(added) == "1.2");
  CHECK(post("/pools/addr/users/bob/addresses/add",
             R"({"address":"+48123456789","type":"mobile","verified":false})")
            .status == 200);
  const Response twice = post("/pools/addr/users/ann/addresses/add",
                              R"({"address":"+48123456789","type":"mobile","verified":false})");
  CHECK(twice.status == 409);
  CHECK(at(twice, "/error_code") == "\"address_taken\"");
}

TEST_CASE("only one user of a pool may have an address verified") {
  stack().make_pool("verified");
  stack().make_user("verified", "ann");
  stack().make_user("verified", "bob");
  const std::string add = R"({"address":"x@x.test","type":"email","verified":)";
  CHECK(post("/pools/verified/users/ann/addresses/add", add + "true}").status == 200);
  CHECK(post("/pools/verified/users/bob/addresses/add", add + "true}").status == 409);
  CHECK(post("/pools/verified/users/bob/addresses/add", add + "false}").status == 200);
  const std::string change = R"({"address":"x@x.test","status":"active","verified":)";
  CHECK(post("/pools/verified/users/bob/addresses/update", change + "true}").status == 409);
  CHECK(post("/pools/verified/users/ann/addresses/update", change + "false}").status == 200);
  const Response now = post("/pools/verified/users/bob/addresses/update", change + "true}");
  CHECK(now.status == 200);
  CHECK(at(now, "/verified_at") == at(now, "/updated_at"));
}

TEST_CASE("an update leaves what it does not name, and finds the address as the pool compares") {
  stack().make_pool("found", R"(,"identifier_case_insensitive":true)");
  stack().make_user(
      "found",
      "ann",
      R"(,"verifiable_addresses":[{"address":"Ann@A.test","type":"email",)"
      R"("status":"active","verified":true,"preferred_contact_method":"sms","metadata":{"a":1}}])");
  const Response changed = post("/pools/found/users/ann/addresses/update",
                                R"({"address":"ann@A.TEST","status":"inactive","verified":true})");
  CHECK(changed.status == 200);
  CHECK(at(changed, "/address") == "\"Ann@A.test\"");
  CHECK(at(changed, "/status") == "\"inactive\"");
  CHECK(at(changed, "/metadata") == R"({"a":1})");
  CHECK(at(changed, "/preferred_contact_method") == "\"sms\"");
  const Response same = post("/pools/found/users/ann/addresses/update",
                             R"({"address":"ann@A.TEST","status":"inactive","verified":true})");
  CHECK(same.bytes() == changed.bytes());
  CHECK(same.header("ETag") == changed.header("ETag"));
}

TEST_CASE("a removed address is gone") {
  stack().make_pool("gone");
  stack().make_user(
      "gone",
      "ann",
      R"(,"verifiable_addresses":[{"address":"a@a.test","type":"email","status":"active","verified":true}])");
  CHECK(post("/pools/gone/users/ann/addresses/remove", R"({"address":"a@a.test"})").status == 204);
  const Response lost = post("/pools/gone/users/ann/addresses/remove", R"({"address":"a@a.test"})");
  CHECK(lost.status == 404);
  CHECK(at(lost, "/error_code") == "\"address_not_found\"");
  CHECK(post("/pools/gone/users/by_key", R"({"address":"a@a.test"})").status == 404);
}

}  // namespace muster::test
