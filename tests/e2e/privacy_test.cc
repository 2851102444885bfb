/// Nothing about anybody gets into what operators read: logs, metrics, refusals.
#include <catch2/catch.hpp>

#include "engine/core/bytes.h"
#include "tests/e2e/served_directory.h"

namespace muster::test {
namespace {

/// Every value that a client sends here contains it.
constexpr const char* kMark = "xyzzy";

std::string lower(std::string text) {
  for (char& letter : text) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return text;
}

bool mentions_somebody(const std::string& text) {
  return lower(text).find(kMark) != std::string::npos;
}

ToSend with_personal_header(ToSend request) {
  request.more_header +=
      "User-Agent: xyzzy-agent\r\nX-Forwarded-For: xyzzy-proxy\r\nX-Request-Id: "
      "xyzzy-request-0001\r\n"
      "Cookie: session=xyzzy-cookie\r\nReferer: http://xyzzy.example.org/\r\n";
  return request;
}

/// Good ones and bad ones; in each something that must not be seen.
std::vector<ToSend> personal_requests(const std::string& user) {
  const std::string users = kUsers;
  const std::string verify = "/api/identity/default/system/pools/people/user/password/v2/verify";
  ToSend good = create_user("xyzzy-good", "xyzzy-key-of-at-least-32-characters");
  good.body.insert(good.body.size() - 1,
                   R"(,"credentials":[{"type":"password","password":"Xyzzy-Passw0rd!"}])"
                   R"(,"verifiable_addresses":[{"type":"email","address":"xyzzy@example.org"}])"
                   R"(,"metadata":{"note":"xyzzy-note"})");
  return {
      good,
      good,
      create_user("xyzzy-good"),
      {"POST", users, R"({"status":"active","payload":{"given_name":"xyzzy)", ""},
      {"POST", users, R"({"status":"xyzzy","payload":{"given_name":7}})", ""},
      {"POST", users, R"({"status":"active","payload":{"xyzzy":"xyzzy"}})", ""},
      {"POST",
       users,
       R"({"id":"xyzzy id","status":"active","identifiers":[{"type":"email","identifier":"xyzzy"}]})",
       ""},
      {"GET", users + "/xyzzy-nobody", "", ""},
      {"GET", users + "?query=%7B%22user_key%22%3A%22xyzzy%22%7D", "", ""},
      {"GET", users + "?xyzzy=1&limit=xyzzy", "", ""},
      {"GET", "/xyzzy/path", "", ""},
      {"DELETE", "/xyzzy/path", "", ""},
      {"POST", user + "/identifiers/add", R"({"type":"uid","identifier":"xyzzy-uid"})", ""},
      {"POST", user + "/identifiers/add", R"({"type":"email","identifier":"xyzzy"})", ""},
      {"POST", user + "/identifiers/remove", R"({"identifier":"xyzzy-nobody"})", ""},
      {"POST", user + "/addresses/add", R"({"type":"mobile","address":"xyzzy"})", ""},
      {"POST", verify, R"({"identifier":"xyzzy-good@example.org","password":"Xyzzy-wrong"})", ""},
      {"POST", verify, R"({"identifier":"xyzzy-nobody","password":"Xyzzy-wrong"})", ""},
      {"PUT", user, R"({"payload":{"given_name":"Xyzzy","family_name":"X","name":"Y"}})", ""},
      {"PUT", user, R"({"payload":{"given_name":"Xyzzy"}})", "If-Match: \"xyzzy\"\r\n"},
      {"DELETE", user, "", ""},
      {"GET", user, "", ""}};
}

TEST_CASE("no log, metric or refusal says anything about anybody", "[e2e]") {
  ServedDirectory served;
  served.start({"--log-level", "debug", "--log-format", "json"});
  served.create_pool("people");
  const std::string token = served.token("system");
  Connection connection{served.port(), token};
  const RawAnswer created = connection.call(with_personal_header(create_user("xyzzy-first")));
  REQUIRE(created.status == 201);
  const std::string id = member(created.body, "id");
  int refused = 0;
  for (const ToSend& request : personal_requests(std::string{kUsers} + "/" + id)) {
    Connection another{served.port(), token};
    const RawAnswer answer = another.call(with_personal_header(request));
    INFO(request.method << " " << request.path << " " << request.body << "\n" << answer.body);
    CHECK(answer.status != 0);
    CHECK(answer.status < 500);
    if (answer.status >= 400) {
      ++refused;
      CHECK_FALSE(mentions_somebody(answer.body));
    }
  }
  CHECK(refused > 8);
  Connection{served.port(), "xyzzy-token"}.call({"GET", kUsers, "", ""});
  Connection{served.port(), token}.raw().send("GET / xyzzy\r\nxyzzy: \x01\r\n\r\n");
  const std::string metrics = RawClient{served.management_port()}.get("/metrics").body;
  CHECK(metrics.size() > 100);
  CHECK_FALSE(mentions_somebody(metrics));
  CHECK(served.stop() == 0);
  served.start({"--log-level", "debug", "--log-format", "json"});
  CHECK(served.stop() == 0);

  const std::string output = served.output();
  CHECK(output.find("\"request\"") != std::string::npos);  // something was logged
  CHECK_FALSE(mentions_somebody(output));
  CHECK(output.find(id) == std::string::npos);
  CHECK(output.find(token) == std::string::npos);
  for (const char* workspace : {"admin", "system"}) {
    const std::string file = read_text(served.data() / (std::string{workspace} + "-client.json"));
    CHECK(output.find(member(file, "client_secret")) == std::string::npos);
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator{served.data()}) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name.starts_with("LOG")) {
      INFO(entry.path());
      CHECK_FALSE(mentions_somebody(read_text(entry.path())));
    }
  }
}

}  // namespace
}  // namespace muster::test
