// Moments: positions and times, and what is promised about those behind the newest event.
#include <fstream>

#include "engine/core/instant.h"
#include "storage/time_floor.h"
#include "tests/api/audit/reviewer.h"

namespace muster::test {
namespace {

struct Moments : Reviewer {
  Response read(const std::string& path, const std::string& moment) {
    const char sign = path.find('?') == std::string::npos ? '?' : '&';
    return stack.admin(Method::kGet, path + sign + "at=" + url_encoded(moment));
  }

  std::string now() { return to_rfc3339(stack.clock().now()); }
};

std::string_view as_of(const Response& response) {
  return response.header("Muster-As-Of");
}

TEST_CASE("an answer as of a moment says which position that was", "[as_of]") {
  Moments moments;
  const std::uint64_t position = moments.log_size() - 1;
  moments.set_payload("acmeuser", R"({"name":"Later"})");
  const std::string path = "/pools/acmepool/users/acmeuser";
  const Response then = moments.read(path, std::to_string(position));
  CHECK(then.status == 200);
  CHECK(as_of(then) == "1." + std::to_string(position));
  CHECK(at(then, "/payload/name") == "\"Ann Lee\"");
  CHECK(at(moments.stack.admin(Method::kGet, path), "/payload/name") == "\"Later\"");
  const Response first = moments.read(path, "0");
  CHECK(first.status == 404);
}

TEST_CASE("moments that are not reached yet, or are none, are refused", "[as_of]") {
  Moments moments;
  const std::string path = "/pools/acmepool";
  for (const std::string& moment : {std::to_string(moments.log_size() + 5),
                                    std::string{"2999-01-01T00:00:00Z"},
                                    std::string{"yesterday"},
                                    std::string{"-1"}}) {
    INFO(moment);
    const Response refused = moments.read(path, moment);
    CHECK(refused.status == 400);
    CHECK(at(refused, "/details/faults/0/pointer") == "\"at\"");
  }
  CHECK(moments.read("/pools/acmepool/permissions", "1").status == 400);
}

TEST_CASE("a time as answers print it means all of it", "[as_of]") {
  Moments moments;
  moments.stack.make_user("acmepool", "new");
  const std::string user = "/pools/acmepool/users/new";
  std::string created = at(moments.stack.admin(Method::kGet, user), "/created_at");
  created = created.substr(1, created.size() - 2);
  CHECK(moments.read(user, created).status == 200);
}

TEST_CASE("writes, and moments without a value, are refused", "[as_of]") {
  Moments moments;
  const std::string user = "/pools/acmepool/users/acmeuser";
  CHECK(moments.read(user, "").status == 400);
  CHECK(moments.stack.admin(Method::kDelete, user + "?at=1").status == 400);
  CHECK(moments.stack.admin(Method::kGet, user).status == 200);
}

TEST_CASE("before the first event there was nothing", "[as_of]") {
  Moments moments;
  const Response pools = moments.read("/pools", "1999-01-01T00:00:00Z");
  CHECK(pools.status == 200);
  CHECK(as_of(pools) == "1.none");
  CHECK(at(pools, "/pools") == "[]");
  CHECK(moments.read("/pools/acmepool", "1999-01-01T00:00:00Z").status == 404);
}

TEST_CASE("no event gets a time for which an answer was given", "[as_of]") {
  Moments moments;
  moments.stack.clock().advance(10'000'000);
  const std::string moment = moments.now();
  Offices::must(200, moments.read("/pools/acmepool/users?with_total=true", moment));
  const Response before = moments.read("/pools/acmepool/users?with_total=true", moment);
  moments.stack.clock().advance(-60'000'000);
  moments.stack.make_user("acmepool", "late");
  CHECK(moments.read("/pools/acmepool/users?with_total=true", moment).bytes() == before.bytes());
  // A restart forgets nothing of it.
  moments.stack.clock().advance(60'000'000);
  moments.stack.clock().advance(5'000'000);
  const std::string later = moments.now();
  const Response then = moments.read("/pools/acmepool/users?with_total=true", later);
  CHECK(at(then, "/total") == "2");
  moments.stack.restart();
  moments.stack.clock().advance(-60'000'000);
  moments.stack.make_user("acmepool", "later");
  CHECK(moments.read("/pools/acmepool/users?with_total=true", later).bytes() == then.bytes());
}

TEST_CASE("a damaged time floor is refused at the start", "[as_of]") {
  ScratchDirectory scratch;
  SteeredClock clock;
  {
    const auto floor = TimeFloor::open(scratch.path(), clock);
    REQUIRE(floor.has_value());
    REQUIRE((*floor)->raise(Micros{raw(clock.now()) + 5'000'000}).has_value());
    const Micros raised = (*floor)->now();
    CHECK(raised > clock.now());
    const auto again = TimeFloor::open(scratch.path(), clock);
    REQUIRE(again.has_value());
    CHECK((*again)->now() >= raised);
  }
  std::fstream file{scratch.path() / "time-floor", std::ios::in | std::ios::out};
  file.seekp(3);
  file.put('x');
  file.close();
  const auto damaged = TimeFloor::open(scratch.path(), clock);
  REQUIRE_FALSE(damaged.has_value());
  CHECK(damaged.error().rule == "time_floor_damaged");
}

}  // namespace
}  // namespace muster::test
