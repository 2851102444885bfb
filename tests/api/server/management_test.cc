#include <catch2/catch.hpp>

#include "api/server/management_routes.h"
#include "storage/seal/system_entropy.h"
#include "storage/system_clock.h"
#include "tests/storage/scratch_directory.h"

using namespace muster;

namespace {

/// The management end points of an instance that is there or not.
struct Managed {
  Managed() { add_management_routes(router, sources); }

  Response get(Method method, const std::string& path) {
    Request request;
    request.method = method;
    REQUIRE(request.set_target(path));
    const auto match = router.find(request);
    REQUIRE(match.route != nullptr);
    return std::get<ImmediateHandler>(match.route->handler)(request);
  }

  Health health;
  Instance* instance = nullptr;
  ManagementSources sources{health,
                            [this] { return instance; },
                            [] {
                              return nullptr;
                            }};
  Router router;
};

}  // namespace

TEST_CASE("health tells the phases of a process apart", "[server]") {
  Managed managed;
  CHECK(managed.get(Method::kGet, "/health/live").status == 200);
  CHECK(managed.get(Method::kGet, "/health/started").status == 503);
  CHECK(managed.get(Method::kGet, "/health/ready").status == 503);
  CHECK(managed.get(Method::kPost, "/clock/accept").status == 503);

  const ScratchDirectory scratch;
  SystemClock clock;
  SystemEntropy entropy;
  InstanceOptions options;
  options.directory.path = scratch.path() / "data";
  options.directory.create = true;
  auto opened = Instance::open(std::move(options), clock, entropy);
  REQUIRE(opened);
  managed.instance = opened->get();
  managed.health.phase = Phase::kServing;
  CHECK(managed.get(Method::kGet, "/health/started").status == 200);
  const Response ready = managed.get(Method::kGet, "/health/ready");
  CHECK(ready.status == 200);
  CHECK(ready.bytes() == R"({"status":"ready"})");
  CHECK(managed.get(Method::kPost, "/clock/accept").status == 204);

  managed.health.phase = Phase::kDraining;
  CHECK(managed.get(Method::kGet, "/health/live").status == 200);
  CHECK(managed.get(Method::kGet, "/health/started").status == 200);
  CHECK(managed.get(Method::kGet, "/health/ready").status == 503);
}

TEST_CASE("metrics are served before and after the directory is open", "[server]") {
  Managed managed;
  CHECK(managed.get(Method::kGet, "/metrics").bytes().find("muster_build_info") !=
        std::string_view::npos);
  const ScratchDirectory scratch;
  SystemClock clock;
  SystemEntropy entropy;
  InstanceOptions options;
  options.directory.path = scratch.path() / "data";
  options.directory.create = true;
  auto opened = Instance::open(std::move(options), clock, entropy);
  REQUIRE(opened);
  managed.instance = opened->get();
  const Response metrics = managed.get(Method::kGet, "/metrics");
  for (const char* name : {"muster_groups_published_total", "muster_store_wal_bytes"}) {
    CAPTURE(name);
    CHECK(metrics.bytes().find(name) != std::string_view::npos);
  }
}
