#include <set>

#include <catch2/catch.hpp>

#include "storage/log/log_reader.h"
#include "tests/api/directory/scenario.h"

namespace muster::test {
namespace {

constexpr LogId kTenantLog{1};

std::string filled(std::string_view text) {
  std::string result{text};
  for (auto found = result.find("{p}"); found != std::string::npos; found = result.find("{p}")) {
    result.replace(found, 3, "origin");
  }
  return result;
}

std::uint64_t log_size(const Stack& at) {
  return at.services().published.now()->size_of(kTenantLog);
}

std::vector<EventHeader> events_from(Stack& at, std::uint64_t from) {
  std::vector<EventHeader> headers;
  const LogReader reader{at.kv(), at.sealer()};
  const auto read = reader.each_open_part(
      kTenantLog, Position{from}, [&](Position, std::string_view bytes) -> Result<bool> {
        MUSTER_TRY(const OpenPart part, OpenPart::parse(bytes));
        headers.push_back(part.header());
        return true;
      });
  REQUIRE(read);
  return headers;
}

/// The stream of the client whose token the family's calls carry.
StreamId client_of(Stack& at, ApiFamily family) {
  const Call call = at.call(family, Method::kGet, "/pools");
  const auto caller = at.services().tokens.authenticate(call.headers.front().second);
  REQUIRE(caller);
  return (*caller)->client;
}

/// What the events say of the idempotency key of a call.
std::string mark_of(Stack& at, const Call& call) {
  for (const auto& [name, value] : call.headers) {
    if (name == "X-Idempotency-Key") {
      const auto mac = at.services().idempotency_mac(kTenantLog, value);
      REQUIRE(mac);
      return to_base64url(as_view(*mac));
    }
  }
  return {};
}

void check_origin(const EventHeader& event, const std::string& mark, StreamId client) {
  INFO(event.type);
  CHECK(event.client == client);
  CHECK(event.actor.is_nil());  // clients act for themselves until users have tokens
  CHECK(event.request_id == "request-of-a-test");
  CHECK(event.idempotency == mark);
  // What is personal about the request lies sealed under the key of who sent it.
  const bool has_request = std::ranges::any_of(
      event.sealed, [&](const SealedReference& sealed) { return sealed.subject == client; });
  CHECK(has_request == (event.part == 1));
}

/// Comes by itself some time after a pool, a group or a schema was changed, from nobody. What
/// operations cause is missed below when it says as little.
bool is_of_process(const EventHeader& event) {
  const std::set<std::string_view> processes{"pool.emptied",
                                             "user.deleted",
                                             "group.deleted",
                                             "group.emptied",
                                             "user.group_left",
                                             "user.fit_checked",
                                             "schema.fit_checked"};
  return processes.contains(event.type) && event.client.is_nil() && event.request_id.empty();
}

}  // namespace

TEST_CASE("every event of every operation says where it comes from") {
  Stack own;
  std::set<std::string> seen;
  int number = 0;
  for (const Scene& scene : every_scene()) {
    const auto family = scene.system_only ? ApiFamily::kSystem : ApiFamily::kAdmin;
    Call call = own.call(family, scene.method, filled(scene.path), filled(scene.body));
    if (!scene.header.empty()) {
      call.headers.emplace_back(scene.header, scene.header_value);
    }
    if (scene.method == Method::kPost) {
      call.headers.emplace_back("X-Idempotency-Key",
                                std::string(32, 'o') + std::to_string(++number));
    }
    const std::uint64_t before = log_size(own);
    const Response response = own.send(call);
    INFO(scene.operation << ": " << scene.tells);
    CHECK(response.status == scene.status);
    auto events = events_from(own, before);
    std::erase_if(events, is_of_process);
    CHECK((response.status < 300 || events.empty()));
    for (const EventHeader& event : events) {
      check_origin(event, mark_of(own, call), client_of(own, family));
      seen.insert(std::string{scene.operation});
    }
  }
  for (const Operation& operation : every_operation()) {
    if (operation.family == ApiFamily::kAdmin && operation.work == Work::kWrite) {
      INFO(operation.id);
      CHECK(seen.contains(std::string{operation.id}));
    }
  }
}

}  // namespace muster::test
