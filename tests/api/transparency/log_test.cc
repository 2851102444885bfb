#include <thread>

#include "api/transparency/formats.h"
#include "api/transparency/tree_heads.h"
#include "tests/api/transparency/log_of_tenant.h"

namespace muster::test {
namespace {

void wait_for_new_head() {
  std::this_thread::sleep_for(TreeHeads::kHeadAge + std::chrono::milliseconds{20});
}

TEST_CASE("a checkpoint is signed over what is published, and outlasts a restart") {
  Stack own;
  own.make_pool("people");
  const std::string verifier = verifier_of(own);
  const Response first = ask(own, "/checkpoint");
  CHECK(first.status == 200);
  CHECK(first.content_type == kTextType);
  CHECK(first.header("Cache-Control") == "no-cache");
  const TreeHead head = head_in(first.bytes(), verifier);
  CHECK(head.size == log_size(own));
  CHECK(verifier.starts_with(head.origin + "+"));

  own.make_user("people", "ann");
  wait_for_new_head();
  const TreeHead grown = head_in(ask(own, "/checkpoint").bytes(), verifier);
  CHECK(grown.size == log_size(own));
  CHECK(grown.size > head.size);

  own.restart();
  CHECK(verifier_of(own) == verifier);
  const TreeHead again = head_in(ask(own, "/checkpoint").bytes(), verifier);
  CHECK(again.size >= grown.size);
  CHECK(again.root == head_in(ask(own, "/checkpoint").bytes(), verifier).root);
}

TEST_CASE("a checkpoint is given out again for a tenth of a second") {
  Stack own;
  own.make_pool("people");
  const auto start = std::chrono::steady_clock::now();
  const std::string first{ask(own, "/checkpoint").bytes()};
  own.make_user("people", "ann");
  const std::string second{ask(own, "/checkpoint").bytes()};
  // On a machine that stood still meanwhile both answers are right.
  const bool at_once = std::chrono::steady_clock::now() - start < TreeHeads::kHeadAge;
  CHECK((second == first || !at_once));
  wait_for_new_head();
  CHECK(std::string{ask(own, "/checkpoint").bytes()} != first);
}

TEST_CASE("heads that many threads ask for never shrink") {
  Stack own;
  own.make_pool("people");
  TreeHeads& heads = own.services().tree_heads;
  std::atomic<bool> stop{false};
  std::atomic<int> shrunk{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      std::uint64_t seen = 0;
      while (!stop) {
        const std::uint64_t position = own.services().published.now()->size_of(LogId{1}) - 1;
        const auto head = heads.covering(LogId{1}, position);
        if (!head || (*head)->size < seen || (*head)->size <= position) {
          ++shrunk;
        } else {
          seen = (*head)->size;
        }
      }
    });
  }
  grow_to(own, "people", log_size(own) + 60);
  stop = true;
  for (std::thread& reader : readers) {
    reader.join();
  }
  CHECK(shrunk == 0);
}

TEST_CASE("tiles have the hashes of the tree, and names for what is not there are unknown") {
  Stack own;
  own.make_pool("people");
  grow_to(own, "people", 300);
  const std::uint64_t size = log_size(own);
  const Response full = ask(own, "/tile/0/000");
  REQUIRE(full.status == 200);
  CHECK(full.content_type == "application/octet-stream");
  CHECK(full.header("Cache-Control") == "private, max-age=31536000, immutable");
  CHECK(full.bytes().size() == 8192);
  const Response partial = ask(own, "/tile/0/001.p/" + std::to_string(size - 256));
  REQUIRE(partial.status == 200);
  CHECK(partial.bytes().size() == 32 * (size - 256));
  const Response upper = ask(own, "/tile/1/000.p/1");
  REQUIRE(upper.status == 200);

  Frontier tile;
  Frontier tree;
  const std::string leaves = std::string{full.bytes()} + std::string{partial.bytes()};
  for (std::uint64_t i = 0; i < size; ++i) {
    const Digest leaf = digest_of(std::string_view{leaves}.substr(32 * i, 32));
    tree.append(leaf);
    if (i < 256) {
      tile.append(leaf);
    }
  }
  CHECK(digest_of(upper.bytes()) == tile.root());
  wait_for_new_head();
  CHECK(head_in(ask(own, "/checkpoint").bytes(), verifier_of(own)).root == tree.root());

  for (const std::string& path : {std::string{"/tile/0/001"},
                                  "/tile/0/001.p/" + std::to_string(size - 255),
                                  std::string{"/tile/0/002.p/1"},
                                  std::string{"/tile/1/000"},
                                  std::string{"/tile/1/000.p/2"},
                                  std::string{"/tile/2/000.p/1"},
                                  std::string{"/tile/7/000.p/1"},
                                  std::string{"/tile/8/000.p/1"},
                                  std::string{"/tile/00/000"},
                                  std::string{"/tile/0/x000/000"},
                                  std::string{"/tile/0/0"},
                                  std::string{"/tile/-1/000"},
                                  std::string{"/tile/entries/001"},
                                  std::string{"/tile/entries/x001/x001/x001/x001/000"},
                                  std::string{"/tile/entries/000.p/0"}}) {
    INFO(path);
    const Response response = ask(own, path);
    CHECK(response.status == 404);
    CHECK(at(response, "/code") == "\"no_such_tile\"");
  }
}

TEST_CASE("entries are the open parts that were hashed") {
  Stack own;
  own.make_pool("people");
  own.make_user("people", "ann", R"(,"identifiers":[{"type":"uid","identifier":"very.private"}])");
  grow_to(own, "people", 270);
  const std::uint64_t size = log_size(own);
  const std::string tail = ".p/" + std::to_string(size - 256);
  const std::string leaves = std::string{ask(own, "/tile/0/000").bytes()} +
                             std::string{ask(own, "/tile/0/001" + tail).bytes()};
  const Response full = ask(own, "/tile/entries/000");
  CHECK(full.content_type == "application/octet-stream");
  const std::string bundles =
      std::string{full.bytes()} + std::string{ask(own, "/tile/entries/001" + tail).bytes()};
  std::string_view rest = bundles;
  for (std::uint64_t i = 0; i < size; ++i) {
    REQUIRE(rest.size() >= 2);
    const std::size_t length = static_cast<unsigned char>(rest[0]) * std::size_t{256} +
                               static_cast<unsigned char>(rest[1]);
    REQUIRE(rest.size() >= 2 + length);
    const std::string_view entry = rest.substr(2, length);
    CHECK(leaf_hash(entry) == digest_of(std::string_view{leaves}.substr(32 * i, 32)));
    CHECK(parse_json(entry).has_value());
    rest.remove_prefix(2 + length);
  }
  CHECK(rest.empty());
  CHECK(bundles.find("very.private") == std::string::npos);
}

TEST_CASE("hashes are for every client of the tenant, entries for who may read history") {
  Offices offices;
  const std::string nobody = offices.token_with("[]");
  const std::string auditor = offices.token_with(R"([{"role":"auditor"}])");
  const std::string manager = offices.token_with(R"([{"role":"user_manager"}])");
  const std::string local = offices.token_with(R"([{"role":"auditor","workspace_id":"acme"}])");
  for (const std::string_view path : {"/checkpoint",
                                      "/key",
                                      "/epochs",
                                      "/tile/0/000.p/2",
                                      "/proof/1",
                                      "/proof/inclusion?position=1&size=2",
                                      "/proof/consistency?from=1&to=2"}) {
    INFO(path);
    CHECK(ask(offices.stack, path, nobody).status == 200);
    CHECK(ask(offices.stack, path, "").status == 401);
    CHECK(ask(offices.stack, path, offices.stack.token("system")).status == 200);
  }
  const std::string_view entries = "/tile/entries/000.p/2";
  CHECK(ask(offices.stack, entries, auditor).status == 200);
  CHECK(ask(offices.stack, entries, offices.stack.token("admin")).status == 200);
  CHECK(ask(offices.stack, entries, nobody).status == 403);
  CHECK(ask(offices.stack, entries, offices.token_with("[]", "system")).status == 403);
  CHECK(ask(offices.stack, entries, manager).status == 403);
  // The log is the whole tenant's.
  CHECK(ask(offices.stack, entries, local).status == 403);
  Call foreign{Method::kGet, "/log/other/checkpoint"};
  foreign.headers.emplace_back("Authorization", "Bearer " + auditor);
  CHECK(offices.stack.send(foreign).status == 401);
}

}  // namespace
}  // namespace muster::test
