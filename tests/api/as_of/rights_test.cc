// Who may ask what there was.
#include "tests/api/audit/reviewer.h"

namespace muster::test {
namespace {

constexpr std::string_view kAdmin = "/api/identity/default/admin";

struct Past : Reviewer {
  Response read(const std::string& token, const std::string& path, std::uint64_t position) {
    const char sign = path.find('?') == std::string::npos ? '?' : '&';
    return with(
        token, Method::kGet, std::string{kAdmin} + path + sign + "at=" + std::to_string(position));
  }

  [[nodiscard]] std::uint64_t newest() const { return log_size() - 1; }
};

TEST_CASE("values that were need the right to see what personal values were", "[as_of]") {
  Past past;
  const std::uint64_t before = past.newest();
  past.set_payload("acmeuser", R"({"name":"Ada"})");

  struct Row {
    std::string roles;
    int user;
    int pool;
  };

  const Row rows[] = {
      {R"([{"role":"auditor"}])", 403, 200},
      {R"([{"role":"personal_auditor"}])", 200, 200},
      {R"([{"role":"personal_auditor","workspace_id":"acme"}])", 200, 200},
      {R"([{"role":"personal_auditor","pool_id":"acmepool"}])", 200, 200},
      {R"([{"role":"personal_auditor","pool_id":"betapool"}])", 404, 404},
      {R"([{"role":"user_manager","pool_id":"acmepool"}])", 403, 403},
      {R"([{"role":"pool_administrator","pool_id":"acmepool"}])", 403, 200},
      {R"([{"role":"tenant_administrator"}])", 200, 200},
  };
  for (const Row& row : rows) {
    INFO(row.roles);
    const std::string token = past.token_with(row.roles);
    CHECK(past.read(token, "/pools/acmepool/users/acmeuser", before).status == row.user);
    CHECK(past.read(token, "/pools/acmepool/users", before).status == row.user);
    CHECK(past.read(token, "/pools/acmepool", before).status == row.pool);
  }
}

TEST_CASE("who has rights in one pool does not get another that had its id", "[as_of]") {
  Past past;
  const std::uint64_t old = past.newest();
  Offices::must(204, past.stack.admin(Method::kDelete, "/pools/acmepool"));
  Offices::must(
      201,
      past.stack.admin(
          Method::kPost, "/workspace/beta/pools", R"({"id":"acmepool","name":"another"})"));
  const std::string beta =
      past.token_with(R"([{"role":"personal_auditor","workspace_id":"beta"}])");
  CHECK(past.read(beta, "/pools/acmepool", past.newest()).status == 200);
  CHECK(past.read(beta, "/pools/acmepool", old).status == 404);
  CHECK(past.read(beta, "/pools/acmepool/users/acmeuser", old).status == 404);
  const std::string acme =
      past.token_with(R"([{"role":"personal_auditor","workspace_id":"acme"}])");
  CHECK(past.read(acme, "/pools/acmepool", old).status == 404);
  const std::string all = past.token_with(R"([{"role":"personal_auditor"}])");
  CHECK(past.read(all, "/pools/acmepool/users/acmeuser", old).status == 200);
}

TEST_CASE("tokens of the workspace system need the scope audit", "[as_of]") {
  Past past;
  const std::string target =
      "/api/identity/default/system/pools/acmepool?at=" + std::to_string(past.newest());
  CHECK(past.with(past.stack.token("system"), Method::kGet, target).status == 200);
  const Response refused = past.with(past.stack.token("system", "identity"), Method::kGet, target);
  CHECK(refused.status == 403);
  CHECK(at(refused, "/error_code") == "\"missing_scope\"");
}

TEST_CASE("who asked is recorded, and whose values were shown", "[as_of]") {
  Past past;
  const std::string stream = past.stream_of("acmeuser");
  const std::uint64_t then = past.newest();
  const std::string token = past.token_with(R"([{"role":"personal_auditor"}])");
  Offices::must(200, past.read(token, "/pools/acmepool/users/acmeuser", then));
  Offices::must(200, past.read(token, "/pools/acmepool/users?limit=5", then));
  past.stack.services().read_recorder.write_all();
  const Response events = past.ask("/events?type=client.history_read&limit=2");
  CHECK(at(events, "/events/1/data/reads") == R"([{"kind":"getUser","requests":1}])");
  CHECK(at(events, "/events/1/data/persons") == "[\"" + stream + "\"]");
  CHECK(at(events, "/events/0/data/reads") == R"([{"kind":"listUsers","requests":1}])");
}

}  // namespace
}  // namespace muster::test
