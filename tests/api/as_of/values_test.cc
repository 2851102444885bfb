// What is shown of those who are gone, and the bounds.
#include "projections/as_of/rows_as_of.h"
#include "tests/api/audit/reviewer.h"

namespace muster::test {
namespace {

struct Values : Reviewer {
  Response read(const std::string& path, std::uint64_t position) {
    const char sign = path.find('?') == std::string::npos ? '?' : '&';
    return stack.admin(Method::kGet, path + sign + "at=" + std::to_string(position));
  }

  [[nodiscard]] std::uint64_t newest() const { return log_size() - 1; }
};

TEST_CASE("a person who is erased shows as erased in what was", "[as_of]") {
  Values values;
  values.stack.make_user(
      "acmepool", "ada", R"(,"identifiers":[{"identifier":"Ada@X.org","type":"email"}])");
  values.set_payload("ada", R"({"name":"Ada King","given_name":"Ada","family_name":"King"})");
  Offices::must(201,
                values.stack.admin(
                    Method::kPost, "/pools/acmepool/groups", R"({"id":"staff","name":"Staff"})"));
  Offices::must(204, values.stack.admin(Method::kPut, "/pools/acmepool/groups/staff/users/ada"));
  const std::string stream = values.stream_of("ada");
  const std::uint64_t then = values.newest();
  const std::string users = "/pools/acmepool/users";
  const Response pool = values.read("/pools/acmepool", then);
  CHECK(column(values.read(users, then), "users", "id") == "acmeuser,ada");

  const bool deleted_first = GENERATE(false, true);
  if (deleted_first) {
    values.stack.make_user("acmepool", "bob");
  }
  Offices::must(204, values.stack.admin(Method::kDelete, users + "/ada?erase=true"));

  CHECK(values.read(users + "/ada", then).status == 404);
  const Response erased = values.read(users + "/" + stream, then);
  CHECK(erased.status == 200);
  CHECK(at(erased, "/erased") == "true");
  CHECK(at(erased, "/id") == "\"" + stream + "\"");
  CHECK(at(erased, "/payload") == "absent");
  CHECK(at(erased, "/identifiers") == "[]");
  const Response list = values.read(users + "?with_total=true", then);
  CHECK(column(list, "users", "id") == stream + ",acmeuser");
  CHECK(at(list, "/total") == "2");
  CHECK(values.read("/pools/acmepool", then).bytes() == pool.bytes());
  CHECK(column(values.read("/pools/acmepool/groups/staff/users", then), "users", "id") == stream);
  const Response found =
      values.read(users + "?query=" + url_encoded(R"({"user_key":"Ada@X.org"})"), then);
  CHECK(column(found, "users", "id").empty());
  CHECK(values.read(users + "/" + stream, values.newest()).status == 404);
}

TEST_CASE("nobody's id hides a person who is erased", "[as_of]") {
  Values values;
  const std::string users = "/pools/acmepool/users";
  values.stack.make_user("acmepool", "victim");
  const std::string stream = values.stream_of("victim");
  values.stack.make_user("acmepool", stream);
  const std::uint64_t then = values.newest();
  Offices::must(204, values.stack.admin(Method::kDelete, users + "/victim?erase=true"));
  CHECK(column(values.read(users, then), "users", "id") == stream + "," + stream + ",acmeuser");
  CHECK(column(values.read(users + "?limit=1&before_user_id=acmeuser", then), "users", "id") ==
        stream);
  CHECK(column(values.read(users + "?after_user_id=" + stream, then), "users", "id") == "acmeuser");
}

TEST_CASE("who was deleted is still there as of then, with everything", "[as_of]") {
  Values values;
  values.stack.make_user(
      "acmepool", "ada", R"(,"identifiers":[{"identifier":"Ada@X.org","type":"email"}])");
  const std::string user = "/pools/acmepool/users/ada";
  const std::string live{values.stack.admin(Method::kGet, user).bytes()};
  const std::uint64_t then = values.newest();
  Offices::must(204, values.stack.admin(Method::kDelete, user));
  values.stack.make_user("acmepool", "ada");
  CHECK(std::string{values.read(user, then).bytes()} == live);
  CHECK(std::string{values.read(user, values.newest()).bytes()} != live);
  CHECK(values.stack
            .system(Method::kPost,
                    "/pools/acmepool/users/by_key?at=" + std::to_string(then),
                    R"({"identifier":"Ada@X.org"})")
            .bytes() == live);
}

TEST_CASE("entity tags as of then are those that were given out", "[as_of]") {
  Values values;
  const std::string user = "/pools/acmepool/users/acmeuser";
  const std::string tag = version_of(values.stack.admin(Method::kGet, user));
  const std::uint64_t then = values.newest();
  values.set_payload("acmeuser", R"({"name":"Later"})");
  CHECK(version_of(values.read(user, then)) == tag);
  CHECK(version_of(values.stack.admin(Method::kGet, user)) != tag);
}

}  // namespace
}  // namespace muster::test
