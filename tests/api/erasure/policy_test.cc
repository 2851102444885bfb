/// Pools whose deleted users are erased.
#include <thread>

#include "tests/api/erasure/people.h"

namespace muster::test {
namespace {

constexpr std::string_view kErases = R"(,"user_deletion":"erases")";

void check_erased(const Stack& stack, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    INFO(value);
    CHECK(places_of(stack.data(), value).empty());
  }
}

TEST_CASE("a pool's policy is part of its settings", "[erasure]") {
  Stack stack;
  make_people_pool(stack, kErases);
  const std::string path = "/pools/" + std::string{kPeoplePool};
  CHECK(at(stack.admin(Method::kGet, path), "/user_deletion") == R"("erases")");
  stack.make_pool("others", R"(,"user_deletion":"keeps_history")");
  CHECK(at(stack.admin(Method::kGet, "/pools/others"), "/user_deletion") == "absent");
  const Response refused =
      stack.system(Method::kPost,
                   "/pools",
                   R"({"tenant_id":"default","id":"odd","name":"odd","user_deletion":"forgets"})");
  CHECK(refused.status == 422);
}

TEST_CASE("whoever is deleted from a pool that erases is erased", "[erasure]") {
  Stack stack{plain_files()};
  make_people_pool(stack, kErases);
  const auto values = make_somebody(stack, "Policy");
  const std::string stream = stream_of(stack, id_of("Policy"));
  Offices::must(204,
                stack.admin(Method::kDelete,
                            "/pools/" + std::string{kPeoplePool} + "/users/" + id_of("Policy")));
  certificate_of(stack, stream);
  check_erased(stack, values);
  stack.close();
  check_verifies(stack.data());
}

TEST_CASE("a pool that erases is erased with everybody in it", "[erasure]") {
  Stack stack{plain_files()};
  make_people_pool(stack, kErases);
  auto values = make_somebody(stack, "Whole");
  const auto more = make_somebody(stack, "Pool");
  const std::string one = stream_of(stack, id_of("Whole"));
  const std::string two = stream_of(stack, id_of("Pool"));
  Offices::must(204, stack.admin(Method::kDelete, "/pools/" + std::string{kPeoplePool}));
  for (int tries = 0; tries < 100; ++tries) {
    if (audit(stack, "/erasures/" + one).status == 200 &&
        audit(stack, "/erasures/" + two).status == 200) {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  certificate_of(stack, one);
  certificate_of(stack, two);
  check_erased(stack, values);
  check_erased(stack, more);
  stack.close();
  check_verifies(stack.data());
}

}  // namespace
}  // namespace muster::test
