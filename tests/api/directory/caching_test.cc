#include <catch2/catch.hpp>

#include "tests/api/directory/scenario.h"

namespace muster::test {
namespace {

Response get(ApiFamily family,
             std::string_view path,
             std::string header = {},
             std::string value = {}) {
  Call call = stack().call(family, Method::kGet, path);
  if (!header.empty()) {
    call.headers.emplace_back(std::move(header), std::move(value));
  }
  return stack().send(call);
}

}  // namespace

TEST_CASE("what has not changed is not sent again, whatever it is") {
  stack().make_pool("cached");
  stack().make_user("cached", "ann");
  for (const Operation& operation : every_operation()) {
    const std::string pattern = operation.pattern;
    // The published files give groups and configurations no entity tags.
    if (operation.method != Method::kGet || pattern.find("/groups") != std::string::npos ||
        pattern.find("/configuration") != std::string::npos) {
      continue;
    }
    std::string path = pattern.substr(pattern.find('/', pattern.find("{tid}/") + 6));
    for (const auto& [name, value] : {std::pair{"{ipID}", "cached"},
                                      std::pair{"{userID}", "ann"},
                                      std::pair{"{wid}", "default"},
                                      std::pair{"{metadataType}", "admin"},
                                      std::pair{"{schID}", "default_payload"}}) {
      if (const auto found = path.find(name); found != std::string::npos) {
        path.replace(found, std::string_view{name}.size(), value);
      }
    }
    INFO(operation.id << ' ' << path);
    const Response first = get(operation.family, path);
    REQUIRE(first.status == 200);
    const std::string tag{first.header("ETag")};
    // The published file says of this one that it has none.
    REQUIRE(tag.empty() == (operation.id == "systemListUsers"));
    const auto status = [&](std::string value) {
      const Response again = get(operation.family, path, "If-None-Match", std::move(value));
      CHECK((again.status == 304) == again.bytes().empty());
      CHECK(again.header("ETag") == tag);
      return again.status;
    };
    const bool known = !tag.empty();
    CHECK(status(R"("other")") == 200);
    CHECK(status("*") == (known ? 304 : 200));
    if (known) {
      CHECK(status(tag) == 304);
      CHECK(status("W/" + tag) == 304);
      CHECK(status(R"("other", )" + tag) == 304);
    }
  }
}

TEST_CASE("what has changed is sent again") {
  stack().make_pool("fresh");
  const std::string pools{get(ApiFamily::kAdmin, "/pools?search_phrase=fresh").header("ETag")};
  const std::string users{get(ApiFamily::kAdmin, "/pools/fresh/users").header("ETag")};
  stack().make_user("fresh", "ann");
  CHECK(get(ApiFamily::kAdmin, "/pools?search_phrase=fresh", "If-None-Match", pools).status == 200);
  CHECK(get(ApiFamily::kAdmin, "/pools/fresh/users", "If-None-Match", users).status == 200);
}

TEST_CASE("lists say how many there are on all pages when asked") {
  stack().make_pool("counted1");
  stack().make_pool("counted2");
  for (const char* id : {"a", "b", "c"}) {
    stack().make_user("counted1", id);
  }
  const auto total = [&](std::string_view path) {
    return at(get(ApiFamily::kSystem, path), "/total");
  };
  CHECK(total("/pools/counted1/users") == "absent");
  CHECK(total("/pools/counted1/users?with_total=false") == "absent");
  CHECK(total("/pools/counted1/users?with_total=true") == "3");
  CHECK(total("/pools/counted1/users?with_total=true&limit=1&after_user_id=b") == "3");
  CHECK(total("/pools/counted2/users?with_total=true") == "0");
  REQUIRE(stack().system(Method::kDelete, "/pools/counted1/users/b").status == 204);
  CHECK(total("/pools/counted1/users?with_total=true") == "2");
  CHECK(total("/pools?search_phrase=counted") == "absent");
  CHECK(total("/pools?search_phrase=counted&with_total=true&limit=1") == "2");
  CHECK(total("/pools?search_phrase=counted2&with_total=true&sort=id") == "1");
  const std::string before = total("/pools?with_total=true");
  CHECK(total("/pools?with_total=true&sort=id&limit=1") == before);
  stack().make_pool("counted3");
  CHECK(total("/pools?with_total=true") == std::to_string(std::stoi(before) + 1));
}

TEST_CASE("a total that is not counted is refused and not guessed") {
  stack().make_pool("guess");
  const std::string path = "/pools/guess/users?with_total=true";
  const Response filtered =
      get(ApiFamily::kAdmin, path + "&query=" + url_encoded(R"({"user_key":"a"})"));
  CHECK(filtered.status == 422);
  CHECK(at(filtered, "/error_code") == "\"total_not_counted\"");
  CHECK(at(filtered, "/details/faults/0/pointer") == "\"with_total\"");
  CHECK(get(ApiFamily::kAdmin, "/pools/guess/users?with_total=yes").status == 400);
  CHECK(get(ApiFamily::kAdmin, "/pools?with_total=1").status == 400);
}

}  // namespace muster::test
