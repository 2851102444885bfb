/// What a server says to those who start it wrongly, and to clients that misbehave.
#include <fstream>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/e2e/served_directory.h"

namespace muster::test {
namespace {

constexpr int kCannotCreate = 73;
constexpr int kUsage = 64;

bool says(const ServedDirectory& served, const std::string& text) {
  return served.output().find(text) != std::string::npos;
}

TEST_CASE("a server describes itself to everybody") {
  ServedDirectory served;
  served.start();
  RawClient client{served.port()};
  const RawAnswer document = client.get("/openapi.json");
  CHECK(document.status == 200);
  CHECK(document.header("Content-Type") == "application/json");
  CHECK(member(document.body, "openapi") == "3.1.0");
  const std::string known = "If-None-Match: " + document.header("ETag") + "\r\n";
  CHECK(client.exchange("GET", "/openapi.json", known).status == 304);
  CHECK(client.exchange("HEAD", "/openapi.json").status == 200);
  CHECK(client.exchange("POST", "/openapi.json").status == 405);
  CHECK(served.stop() == 0);
}

TEST_CASE("two servers never share a directory", "[e2e]") {
  ServedDirectory served;
  served.start();
  CHECK(served.start_in_vain() == kCannotCreate);
  CHECK(says(served, "is in use by process"));
  CHECK(says(served, "directory_in_use"));
  CHECK(RawClient{served.management_port()}.get("/health/ready").status == 200);
  CHECK(served.stop() == 0);
}

TEST_CASE("without its master key a directory stays closed", "[e2e]") {
  ServedDirectory served;
  served.start();
  CHECK(served.stop() == 0);
  const auto key = served.scratch() / "other.key";
  SECTION("another key") {
    std::ofstream{key} << "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n";
    std::filesystem::permissions(key, std::filesystem::perms::owner_read);
    CHECK(served.start_in_vain({"--master-key-file", key.string()}) == kCannotCreate);
    CHECK(says(served, "wrong_master_key"));
  }
  SECTION("no key") {
    CHECK(served.start_in_vain({"--master-key-file", key.string()}) == kCannotCreate);
    CHECK(says(served, "master_key_missing"));
  }
  served.start();
  CHECK(served.stop() == 0);
}

TEST_CASE("a directory that cannot be made is named", "[e2e]") {
  ServedDirectory served;
  // Nobody may make directories there, root neither.
  const int status = served.start_in_vain({"--data", "/proc/nowhere/data"});
  CHECK(status != 0);
  CHECK(says(served, "/proc/nowhere/data"));
}

TEST_CASE("a directory that may only be read is refused, and nothing in it is touched", "[e2e]") {
  ServedDirectory served;
  served.start();
  served.create_pool("people");
  CHECK(served.stop() == 0);
  if (::geteuid() == 0) {
    // Root may write anywhere, so somebody else has to try.
    served.prefix = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    std::string output;
    std::vector<std::string> probe = served.prefix;
    probe.insert(probe.end(), {MUSTER_PROGRAM, "--help"});
    if (run(probe, served.scratch() / "probe", &output) != 0) {
      WARN("not tried: " << output);
      return;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator{served.scratch()}) {
      REQUIRE(::chown(entry.path().c_str(), 65534, 65534) == 0);
    }
  }
  using std::filesystem::perms;
  const auto all_write = perms::owner_write | perms::group_write | perms::others_write;
  const auto permit = [&](std::filesystem::perm_options how) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator{served.data()}) {
      std::filesystem::permissions(
          entry.path(),
          how == std::filesystem::perm_options::remove ? all_write : perms::owner_write,
          how);
    }
    std::filesystem::permissions(
        served.data(),
        how == std::filesystem::perm_options::remove ? all_write : perms::owner_write,
        how);
  };
  permit(std::filesystem::perm_options::remove);
  CHECK(served.start_in_vain() != 0);
  CHECK(says(served, served.data().string()));
  permit(std::filesystem::perm_options::add);
  served.start();
  CHECK(served.call({"GET", "/api/identity/default/admin/pools/people", "", ""}, "admin").status ==
        200);
  CHECK(served.stop() == 0);
}

TEST_CASE("wrong flags are refused by name", "[e2e]") {
  ServedDirectory served;
  CHECK(served.start_in_vain({"--listen", "nonsense"}) == kUsage);
  CHECK(says(served, "nonsense"));
  CHECK_FALSE(std::filesystem::exists(served.data()));
}

TEST_CASE("a server that is being used tells everybody what is wrong", "[e2e]") {
  ServedDirectory served;
  served.start();
  served.create_pool("people");
  Connection connection = served.connect();
  const RawAnswer created = connection.call(create_user("ada"));
  REQUIRE(created.status == 201);
  const std::string user = std::string{kUsers} + "/" + member(created.body, "id");

  SECTION("a body that is too large") {
    ToSend large = create_user("eve");
    large.body += std::string(std::size_t{1} << 20U, ' ');
    const RawAnswer answer = connection.call(large);
    CHECK(answer.status == 413);
  }
  SECTION("a token that is none, or was altered") {
    const std::string token = served.token("system");
    std::string altered = token;
    altered[altered.size() - 5] = altered[altered.size() - 5] == 'A' ? 'B' : 'A';
    for (const std::string& bad : {std::string{"nonsense"}, altered, token.substr(1)}) {
      Connection stranger{served.port(), bad};
      const RawAnswer answer = stranger.call({"GET", user, "", ""});
      CHECK(answer.status == 401);
      CHECK(answer.has("WWW-Authenticate"));
    }
    Connection nobody{served.port(), ""};
    CHECK(nobody.call({"GET", user, "", ""}).status == 401);
  }
  SECTION("somebody else was first") {
    const std::string body =
        R"({"payload":{"given_name":"A","family_name":"B","name":"C"},"status":"active"})";
    const std::string etag = created.header("ETag");
    const RawAnswer first = connection.call({"PUT", user, body, "If-Match: " + etag + "\r\n"});
    CHECK(first.status == 200);
    CHECK(first.header("ETag") != etag);
    const RawAnswer second = connection.call({"PUT", user, body, "If-Match: " + etag + "\r\n"});
    CHECK(second.status == 412);
    CHECK(member(second.body, "error_code") == "precondition_failed");
  }
  SECTION("slow clients keep nobody from being served") {
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < 200; ++i) {
      slow.push_back(std::make_unique<RawClient>(served.port()));
      slow.back()->send("POST /api/identity/default/system/pools HTTP/1.1\r\nHost: t\r\nConte");
    }
    CHECK(connection.call({"GET", user, "", ""}).status == 200);
    CHECK(served.call({"GET", user, "", ""}).status == 200);
    CHECK(connection.call(create_user("bob")).status == 201);
  }
  CHECK(served.stop() == 0);
}

}  // namespace
}  // namespace muster::test
