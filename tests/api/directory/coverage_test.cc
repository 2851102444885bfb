#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "engine/groups/group_commands.h"
#include "engine/users/commands.h"
#include "tests/api/directory/root_tenant.h"
#include "tests/api/directory/scenario.h"

namespace muster::test {
namespace {

constexpr std::string_view kPage = "docs/contract-coverage.md";

/// Statuses that operations answer with although the published file does not name them there.
struct Extra {
  int status;
  std::string_view reason;
};

constexpr Extra kExtras[] = {
    {400, "a body or parameter that cannot be read"},
    {403, "a token without the right to the operation (N-01)"},
    {404, "an unknown pool (N-31)"},
    {412, "If-Match holds on every path that names something (N-04)"},
    {422, "a member that is needed is missing (N-22)"},
    {429, "the client sends more than it may (N-10), or too many passwords are being hashed"},
};

std::string_view reason_of(int status) {
  const auto* found = std::ranges::find(kExtras, status, &Extra::status);
  return found == std::end(kExtras) ? std::string_view{} : found->reason;
}

std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
  std::string result{text};
  for (auto found = result.find(what); found != std::string::npos;
       found = result.find(what, found + with.size())) {
    result.replace(found, what.size(), with);
  }
  return result;
}

/// The operation that a request of a family reaches.
const Operation& reached(ApiFamily family, const Call& call) {
  Request request;
  request.method = call.method;
  REQUIRE(request.set_target(call.target));
  const Router::Match match = stack().router().find(request);
  REQUIRE(match.route != nullptr);
  const auto operations = every_operation();
  const auto found = std::ranges::find_if(operations, [&](const Operation& operation) {
    return operation.family == family && operation.id == match.route->operation_id;
  });
  REQUIRE(found != operations.end());
  return *found;
}

void note(Produced& produced, const Operation& operation, int status, std::string_view tells) {
  produced[{operation.family, std::string{operation.id}}].try_emplace(status, tells);
}

void tell_story(Produced& produced, ApiFamily family, std::string_view pool) {
  for (const Scene& scene : every_scene()) {
    if ((scene.system_only && family != ApiFamily::kSystem) ||
        (scene.admin_only && family != ApiFamily::kAdmin)) {
      continue;
    }
    Call call = stack().call(
        family, scene.method, replaced(scene.path, "{p}", pool), replaced(scene.body, "{p}", pool));
    if (!scene.header.empty()) {
      call.headers.emplace_back(scene.header, scene.header_value);
    }
    const Operation& operation = reached(family, call);
    INFO(operation.id << ": " << scene.tells);
    if (family == ApiFamily::kAdmin || scene.system_only) {
      CHECK(operation.id == scene.operation);
    }
    const Response response = stack().send(call);
    INFO(response.bytes());
    CHECK(response.status == scene.status);
    CHECK((response.status < 400 || is_contract_error(response)));
    note(produced, operation, response.status, scene.tells);
  }
}

void send_too_much(Produced& produced) {
  Stack limited{{.rate_limits = kHardlyAny}};
  for (const Operation& operation : every_operation()) {
    const Probe probe = send_until_limited(limited, operation);
    note(produced, operation, limited.send(probe.call).status, probe.tells);
  }
}

void tell_of_configurations(Produced& produced) {
  for (const ConfigurationScene& scene : configuration_scenes(stack())) {
    const Operation& operation = reached(scene.family, scene.call);
    INFO(operation.id << ": " << scene.tells);
    CHECK(operation.id == scene.operation);
    const Response response = stack().send(scene.call);
    INFO(response.bytes());
    CHECK(response.status == scene.status);
    CHECK((response.status < 400 || is_contract_error(response)));
    note(produced, operation, response.status, scene.tells);
  }
}

/// More than a second hashing thread would have to do: whoever prepares there is told to wait.
void prepare_too_much(Produced& produced, Stack& busy) {
  for (const auto& [family, method, path] :
       {std::tuple{ApiFamily::kSystem, Method::kPut, "/api/identity/default/configuration"},
        std::tuple{ApiFamily::kSystem, Method::kPatch, "/api/identity/default/configuration"},
        std::tuple{ApiFamily::kRoot, Method::kPut, "/api/identity/system/configuration"},
        std::tuple{ApiFamily::kRoot, Method::kPatch, "/api/identity/system/configuration"}}) {
    Call call{method, path, method == Method::kPut ? "{}" : "[]"};
    const bool root = family == ApiFamily::kRoot;
    call.headers.emplace_back("Authorization",
                              "Bearer " + (root ? root_token(busy) : busy.token("system")));
    note(produced, reached(family, call), busy.send(call).status, "too much is prepared at once");
  }
}

void probe_all(Produced& produced) {
  for (const Operation& operation : every_operation()) {
    for (const Probe& probe : probes_of(operation)) {
      note(produced, operation, stack().send(probe.call).status, probe.tells);
    }
  }
}

/// Submits `count` commands made by `prepare(number)`; all must be accepted.
template <class Prepare>
void submit_all(std::size_t count, const Prepare& prepare) {
  std::atomic<std::size_t> refused{0};
  std::atomic<std::size_t> done{0};
  for (std::size_t i = 0; i < count; ++i) {
    Command command;
    command.log = LogId{1};
    command.decide = *prepare(i);
    while (i - done > 2000) {
      std::this_thread::yield();
    }
    stack().services().commands.submit(std::move(command), [&](const Result<Accepted>& outcome) {
      refused += outcome ? 0 : 1;
      ++done;
    });
  }
  while (done < count) {
    std::this_thread::yield();
  }
  REQUIRE(refused == 0);
}

/// More users without a match than a filter may look at.
void fill_pool(std::string_view id) {
  stack().make_pool(id);
  const Services& services = stack().services();
  const auto point = services.published.now();
  const auto pool = *services.catalog.find_pool(*point, LogId{1}, id);
  submit_all(kFilterExaminedMax + 1, [&](std::size_t) {
    CreateUser input;
    input.log = LogId{1};
    input.status = "new";
    return prepare_create_user(services.domain, *pool, std::move(input));
  });
}

/// A group with more groups below it than are merged, and a user who is in as many as one may be.
void fill_groups(std::string_view id) {
  stack().make_pool(id);
  stack().make_user(id, "ann");
  stack().admin(
      Method::kPost, "/pools/" + std::string{id} + "/groups", R"({"id":"top","name":"top"})");
  const Services& services = stack().services();
  const auto point = services.published.now();
  const auto pool = *services.catalog.find_pool(*point, LogId{1}, id);
  const auto top = *services.groups.find({*point, LogId{1}, *pool}, "top");
  submit_all(kMergedGroupsMax, [&](std::size_t i) {
    const std::string name = "g" + std::to_string(i);
    return prepare_create_group(services.domain,
                                {LogId{1}, *pool, {name, name, "", "top"}, top->head.stream});
  });
  submit_all(kGroupsOfUserMax, [&](std::size_t i) {
    return prepare_add_member({{LogId{1}, std::string{id}, "ann"}, "g" + std::to_string(i)});
  });
}

void nest_too_widely(Produced& produced) {
  fill_groups("forest");
  const std::string groups = "/pools/forest/groups";
  for (const ApiFamily family : {ApiFamily::kAdmin, ApiFamily::kSystem}) {
    const Call list =
        stack().call(family, Method::kGet, groups + "/top/users?with_nested_groups=true");
    const Response listed = stack().send(list);
    CHECK(at(listed, "/error_code") == "\"too_many_nested_groups\"");
    note(produced, reached(family, list), listed.status, "too many groups are below it");
    const Call join = stack().call(family, Method::kPut, groups + "/top/users/ann");
    const Response joined = stack().send(join);
    CHECK(at(joined, "/error_code") == "\"too_many_groups\"");
    note(produced, reached(family, join), joined.status, "a user is in 1,000 groups already");
  }
}

void filter_too_widely(Produced& produced) {
  fill_pool("crowd");
  const std::string path =
      "/pools/crowd/users?query=" + url_encoded(R"({"metadata":{"team":"blue"}})");
  const auto list = [&](ApiFamily family, const std::string& root) {
    const Call call = stack().call(family, Method::kGet, root + path);
    const Response response = stack().send(call);
    CHECK(at(response, "/error_code") == "\"filter_not_indexed\"");
    note(produced, reached(family, call), response.status, "no index answers the query");
  };
  list(ApiFamily::kAdmin, "");
  list(ApiFamily::kSystem, "");
  list(ApiFamily::kAdmin, "/b2b");
}

void hash_too_much(Produced& produced) {
  Stack busy{{.hashing_threads = 1, .hashing_waiting_max = 0}};
  busy.make_pool("busy");
  const std::string body =
      R"({"status":"new","credentials":[{"type":"password","password":"correct horse"}]})";
  const auto create = [&](ApiFamily family, std::string_view path) {
    const Call call = busy.call(family, Method::kPost, path, body);
    note(produced, reached(family, call), busy.send(call).status, "too many passwords at once");
  };
  create(ApiFamily::kAdmin, "/pools/busy/users");
  create(ApiFamily::kSystem, "/pools/busy/users");
  create(ApiFamily::kAdmin, "/b2b/pools/busy/users");
  prepare_too_much(produced, busy);
}

std::string page_of(const Produced& produced) {
  std::ostringstream page;
  page << "# Status codes of the published API\n\n"
          "Every status that the published files name for an operation that is served, with what\n"
          "produced it in `tests/api/directory`, or why it is never sent. Statuses that are sent\n"
          "although no file names them there are marked with `+`. `patchUser` is our own.\n\n"
          "Generated: `MUSTER_WRITE_DOCS=1 build/dev/bin/tests/directory_test`.\n";
  for (const auto& [family, name] : {std::pair{ApiFamily::kAdmin, "Admin"},
                                     std::pair{ApiFamily::kSystem, "System"},
                                     std::pair{ApiFamily::kRoot, "Root"}}) {
    page << "\n## " << name << "\n\n"
         << "| operation | status | shown by |\n|---|---|---|\n";
    for (const Operation& operation : every_operation()) {
      if (operation.family != family) {
        continue;
      }
      std::map<int, std::string> lines;
      const auto found = produced.find({family, std::string{operation.id}});
      if (found != produced.end()) {
        for (const auto& [status, tells] : found->second) {
          const bool named = std::ranges::count(operation.statuses, status) != 0;
          lines[status] = (named ? "" : "+ ") + tells;
        }
      }
      for (const Unsent& unsent : operation.unsent) {
        lines[unsent.status] = "never: " + std::string{unsent.reason};
      }
      for (const auto& [status, line] : lines) {
        page << "| " << operation.id << " | " << status << " | " << line << " |\n";
      }
    }
  }
  page << "\n## Statuses marked with +\n\n| status | when |\n|---|---|\n";
  for (const Extra& extra : kExtras) {
    page << "| " << extra.status << " | " << extra.reason << " |\n";
  }
  return page.str();
}

std::string read_page() {
  std::ifstream file{std::string{kPage}};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("every operation answers with every status that it documents, and no other") {
  Produced produced;
  tell_story(produced, ApiFamily::kAdmin, "peopleA");
  tell_story(produced, ApiFamily::kSystem, "peopleS");
  tell_of_configurations(produced);
  probe_all(produced);
  send_too_much(produced);
  filter_too_widely(produced);
  nest_too_widely(produced);
  hash_too_much(produced);

  for (const Operation& operation : every_operation()) {
    const auto& seen = produced[{operation.family, std::string{operation.id}}];
    for (const int status : operation.statuses) {
      INFO(operation.pattern << ' ' << operation.id << ' ' << status);
      const bool never = std::ranges::count(operation.unsent, status, &Unsent::status) != 0;
      CHECK(seen.contains(status) != never);
    }
    for (const auto& [status, tells] : seen) {
      INFO(operation.pattern << ' ' << operation.id << ' ' << status << ": " << tells);
      const bool named = std::ranges::count(operation.statuses, status) != 0;
      CHECK((named || !reason_of(status).empty()));
    }
  }

  const std::string page = page_of(produced);
  if (std::getenv("MUSTER_WRITE_DOCS") != nullptr) {
    std::ofstream{std::string{kPage}} << page;
  }
  INFO(
      "docs/contract-coverage.md is out of date: run MUSTER_WRITE_DOCS=1 "
      "build/dev/bin/tests/directory_test from the root of the tree");
  CHECK((read_page() == page));
}

}  // namespace muster::test
