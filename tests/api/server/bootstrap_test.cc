#include "api/server/bootstrap.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "api/auth/tokens.h"
#include "api/server/instance.h"
#include "engine/core/json.h"
#include "storage/file_io.h"
#include "storage/seal/system_entropy.h"
#include "storage/system_clock.h"
#include "tests/storage/scratch_directory.h"

using namespace muster;

namespace {

/// An instance on a directory that outlives it.
struct Opened {
  explicit Opened(const std::filesystem::path& path,
                  const std::string& public_url = "http://127.0.0.1:1") {
    InstanceOptions options;
    options.directory.path = path;
    options.directory.create = true;
    options.settings.public_url = public_url;
    auto opened = Instance::open(std::move(options), clock, entropy);
    REQUIRE(opened);
    instance = std::move(*opened);
  }

  ~Opened() { CHECK(instance->close()); }

  SystemClock clock;
  SystemEntropy entropy;
  std::unique_ptr<Instance> instance;
};

std::string file_text(const std::filesystem::path& path) {
  const auto text = read_file(path, 65'536);
  REQUIRE(text);
  return *text;
}

}  // namespace

TEST_CASE("a first start makes a directory that can be used", "[server]") {
  const ScratchDirectory scratch;
  const auto data = scratch.path() / "data";
  Opened opened{data};
  const Services& services = opened.instance->services();
  REQUIRE(bootstrap(services, data));
  const auto point = services.published.now();
  const LogId log = kFirstTenantLog;
  CHECK(*services.catalog.find_tenant(*point, "default"));
  for (const char* workspace : {"admin", "system", "default"}) {
    CHECK(*services.catalog.find_workspace(*point, log, workspace));
  }
  for (const std::string_view schema : {kDefaultPayloadSchema, kDefaultMetadataSchema}) {
    const auto found = services.catalog.find_schema(*point, log, schema);
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->system);
  }
  CHECK((*services.catalog.signing_keys(*point, log))->size() == 1);
  for (const std::string workspace : {"admin", "system"}) {
    const auto path = data / (workspace + "-client.json");

    struct stat status {};

    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const auto client = parse_json(file_text(path));
    REQUIRE(client);
    const auto issued =
        services.tokens.issue({"http://x",
                               "default",
                               workspace,
                               std::string{client->root().find("client_id")->as_string()},
                               std::string{client->root().find("client_secret")->as_string()},
                               {}});
    CHECK(issued);
  }
}

TEST_CASE("a second start changes nothing", "[server]") {
  const ScratchDirectory scratch;
  const auto data = scratch.path() / "data";
  std::uint64_t size = 0;
  std::string client;
  {
    Opened opened{data};
    REQUIRE(bootstrap(opened.instance->services(), data));
    size = opened.instance->published().now()->size_of(kFirstTenantLog);
    client = file_text(data / "admin-client.json");
  }
  Opened again{data};
  REQUIRE(bootstrap(again.instance->services(), data));
  CHECK(again.instance->published().now()->size_of(kFirstTenantLog) == size);
  CHECK(file_text(data / "admin-client.json") == client);
}

TEST_CASE("a start at another address renews the token URL and keeps the secret", "[server]") {
  const ScratchDirectory scratch;
  const auto data = scratch.path() / "data";
  {
    Opened opened{data};
    REQUIRE(bootstrap(opened.instance->services(), data));
  }
  const auto before = read_client_file(data / "system-client.json");
  REQUIRE(before);
  Opened again{data, "http://127.0.0.1:2"};
  REQUIRE(bootstrap(again.instance->services(), data));
  const auto after = read_client_file(data / "system-client.json");
  REQUIRE(after);
  CHECK(after->client_secret == before->client_secret);
  CHECK(before->token_url == "http://127.0.0.1:1/default/system/oauth2/token");
  CHECK(after->token_url == "http://127.0.0.1:2/default/system/oauth2/token");
}

TEST_CASE("a second tenant is usable, apart from the first, and survives a start", "[server]") {
  const ScratchDirectory scratch;
  const auto data = scratch.path() / "data";
  {
    Opened opened{data};
    REQUIRE(bootstrap(opened.instance->services(), data));
    REQUIRE(found_tenant(opened.instance->services(), data, {"acme", "Acme"}));
  }
  Opened again{data, "http://127.0.0.1:2"};
  const Services& services = again.instance->services();
  REQUIRE(bootstrap(services, data));
  const auto tenant = services.catalog.find_tenant(*services.published.now(), "acme");
  REQUIRE(tenant);
  REQUIRE(*tenant);
  CHECK((*tenant)->log != kFirstTenantLog);
  const auto client = read_client_file(data / "acme-admin-client.json");
  REQUIRE(client);
  CHECK(client->token_url == "http://127.0.0.1:2/acme/admin/oauth2/token");
  const auto issue = [&](const std::string& tenant_id) {
    return services.tokens
        .issue({"i", tenant_id, "admin", client->client_id, client->client_secret, {}})
        .has_value();
  };
  CHECK(issue("acme"));
  CHECK_FALSE(issue("default"));
}
