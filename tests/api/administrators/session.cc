#include "tests/api/administrators/session.h"

#include <chrono>
#include <thread>

#include "tests/api/administrators/requests.h"

namespace muster::administrators {
namespace {

/// What is removed in the background is gone long before.
constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::milliseconds kPause{25};

}  // namespace

Session::Session(std::uint64_t seed) : administrator_{seed}, seed_{seed} {
  make_clients();
  for (const auto& [path, read] : walk(api_, kLimitedClients).reads) {
    book_.learn(path, read);
  }
}

void Session::make_clients() {
  World world = oracle_.world();
  for (std::size_t actor = 1; actor <= kLimitedClients; ++actor) {
    const std::string id = client_id(actor);
    const Response made = api_.send(0,
                                    {Method::kPost,
                                     std::string{kMusterRoot} + "/clients",
                                     R"({"workspace_id":"admin","roles":[],"id":")" + id + "\"}"});
    api_.add_actor(id, Tree::parse(made.bytes()).text_of("client_secret"));
    world.clients[id] = {};
  }
  oracle_.accept({201, 0, false, {}, world});
}

void Session::fail(const std::string& what) const {
  std::string told = "seed " + std::to_string(seed_) + ": " + what +
                     "\nagain: MUSTER_SEED=" + std::to_string(seed_) +
                     " build/dev/bin/tests/administrators_test\nthe requests so far:\n";
  for (const std::string& line : done_) {
    told += "  " + line + "\n";
  }
  throw Mismatch{told};
}

Response Session::send(const Intent& intent) {
  test::Call call{method_of(intent), target_of(intent)};
  if (!intent.body.is_null()) {
    call.body = intent.body.render();
  }
  const std::string resource = resource_of(intent);
  if (intent.condition == Condition::kStale) {
    call.headers.emplace_back("If-Match", book_.old_etag(resource));
  }
  if (intent.condition == Condition::kCurrent) {
    const std::string read{api_.get(resource).header("ETag")};
    const std::string known = book_.etag(resource);
    if (!known.empty() && known != read) {
      fail("the tag of " + resource + " is " + read + ", not " + known);
    }
    if (!known.empty()) {
      call.headers.emplace_back("If-Match", known);
    }
  }
  return api_.send(intent.actor, std::move(call));
}

Response Session::send_patiently(const Intent& intent, const Verdict& verdict) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  Response response = send(intent);
  while (verdict.may_wait && verdict.status != 409 && response.status == 409 &&
         std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kPause);
    response = send(intent);
  }
  return response;
}

void Session::learn_import(const Intent& intent) {
  for (const std::string& path : Bookkeeping::touched_by(intent.body)) {
    book_.learn(path, api_.read(path));
  }
}

void Session::step() {
  const Intent intent = administrator_.choose(oracle_.world());
  const std::string asked = describe(intent);
  Verdict verdict = oracle_.judge(intent);
  done_.push_back(asked);
  const Response response = send_patiently(intent, verdict);
  done_.back() = std::to_string(response.status) + " " + asked;
  if (response.status != verdict.status && (verdict.also == 0 || response.status != verdict.also)) {
    fail("the oracle says " + std::to_string(verdict.status) + ", the engine " +
         std::to_string(response.status) + " " + std::string{response.bytes()});
  }
  if (verdict.answer && response.status < 300) {
    if (const auto different = difference(*verdict.answer, Tree::parse(response.bytes()));
        !different.empty()) {
      fail("answer of the oracle, then of the engine: " + different);
    }
  }
  if (response.status >= 300) {
    ++refused_;
    return;
  }
  ++accepted_;
  deeds_.insert(intent.deed);
  oracle_.accept(std::move(verdict));
  book_.note(intent, response);
  if (intent.deed == Deed::kImport) {
    learn_import(intent);
  }
}

void Session::compare() {
  const Walk walked = walk(api_, kLimitedClients);
  const std::map<std::string, Tree> expected = oracle_.shown();
  for (const auto& [path, tree] : expected) {
    const auto found = walked.shown.find(path);
    if (found == walked.shown.end()) {
      fail("the oracle has " + path + ", the engine does not show it");
    }
    if (const auto different = difference(tree, found->second); !different.empty()) {
      fail("oracle, then engine: " + path + " " + different);
    }
  }
  for (const auto& [path, tree] : walked.shown) {
    if (!expected.contains(path)) {
      fail("the engine shows " + path + ", the oracle does not have it");
    }
  }
  if (const auto different = book_.compare(walked.reads); !different.empty()) {
    fail("bookkeeping, then engine: " + different);
  }
  for (const auto& [workspace, client, secret, current] : book_.secrets()) {
    if (api_.knows(workspace, client, secret) != current) {
      fail(std::string{current ? "the" : "a former"} + " secret of " + client +
           (current ? " is refused" : " is taken"));
    }
  }
  const Tree* members = walked.shown.at(std::string{kConfiguration}).find("group_members");
  if (const auto different = difference(book_.members(), *members); !different.empty()) {
    fail("members in the bookkeeping, then in the engine" + different);
  }
  for (const auto& [id, workspace] : oracle_.world().workspaces) {
    const std::string path = std::string{kAdminRoot} + "/workspace/" + id + "/user/pools?limit=100";
    if (const auto different = difference(book_.connected_with(id), walked.shown.at(path));
        !different.empty()) {
      fail("bookkeeping, then engine: " + path + different);
    }
  }
}

void Session::run(std::size_t requests, std::size_t restarts) {
  // The last restart comes last; in between all three are compared before one, too.
  for (std::size_t part = 1; part <= restarts; ++part) {
    const std::size_t end = requests * part / restarts;
    while (done_.size() - (part - 1) < end) {
      step();
    }
    if (part == 1) {
      compare();
    }
    api_.restart();
    done_.emplace_back("restart");
    compare();
  }
}

}  // namespace muster::administrators
