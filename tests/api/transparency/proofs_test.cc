#include "tests/api/transparency/log_of_tenant.h"

namespace muster::test {
namespace {

Proof hashes_of(const Response& response) {
  const auto document = parse_json(response.bytes());
  REQUIRE(document.has_value());
  Proof proof;
  for (const JsonValue hash : document->root().find("hashes")->elements()) {
    proof.push_back(digest_in_base64(hash.as_string()));
  }
  return proof;
}

Digest digest_member(const Response& response, std::string_view name) {
  return digest_in_base64(member_of(response, name));
}

TEST_CASE("every event is proven to be in every tree") {
  Stack own;
  own.make_pool("people");
  grow_to(own, "people", 20);
  for (std::uint64_t size = 1; size <= 20; ++size) {
    for (std::uint64_t position = 0; position < size; ++position) {
      const Response response = ask(own,
                                    "/proof/inclusion?position=" + std::to_string(position) +
                                        "&size=" + std::to_string(size));
      REQUIRE(response.status == 200);
      const InclusionClaim claim{
          digest_member(response, "leaf"), position, size, digest_member(response, "root")};
      CHECK(verify_inclusion(claim, hashes_of(response)));
    }
  }
}

TEST_CASE("every tree is proven to continue every earlier one") {
  Stack own;
  own.make_pool("people");
  grow_to(own, "people", 20);
  for (std::uint64_t to = 0; to <= 20; ++to) {
    for (std::uint64_t from = 0; from <= to; ++from) {
      const Response response =
          ask(own, "/proof/consistency?from=" + std::to_string(from) + "&to=" + std::to_string(to));
      REQUIRE(response.status == 200);
      CHECK(verify_consistency({from, digest_member(response, "from_root")},
                               {to, digest_member(response, "to_root")},
                               hashes_of(response)));
    }
  }
}

TEST_CASE("without a size the newest checkpoint's is meant") {
  Stack own;
  own.make_pool("people");
  const TreeHead head = head_in(ask(own, "/checkpoint").bytes(), verifier_of(own));
  const Response inclusion = ask(own, "/proof/inclusion?position=0");
  CHECK(at(inclusion, "/size") == std::to_string(head.size));
  CHECK(digest_member(inclusion, "root") == head.root);
  const Response consistency = ask(own, "/proof/consistency?from=1");
  CHECK(at(consistency, "/to") == std::to_string(head.size));
  CHECK(digest_member(consistency, "to_root") == head.root);
}

TEST_CASE("what cannot be proven is refused with the parameter that is wrong") {
  Stack own;
  own.make_pool("people");
  const std::string beyond = std::to_string(log_size(own) + 1);

  struct Row {
    std::string query;
    int status;
    std::string_view rule;
    std::string_view pointer;
  };

  const Row rows[]{
      {"/proof/inclusion", 400, "invalid_parameter", "position"},
      {"/proof/inclusion?position=x", 400, "invalid_parameter", "position"},
      {"/proof/inclusion?position=-1", 400, "invalid_parameter", "position"},
      {"/proof/inclusion?position=0&size=01", 400, "invalid_parameter", "size"},
      {"/proof/inclusion?position=2&size=2", 422, "no_such_leaf", "position"},
      {"/proof/inclusion?position=0&size=0", 422, "no_such_leaf", "position"},
      {"/proof/inclusion?position=0&size=" + beyond, 422, "no_such_tree", "size"},
      {"/proof/inclusion?position=0&size=18446744073709551615", 422, "no_such_tree", "size"},
      {"/proof/consistency?to=1", 400, "invalid_parameter", "from"},
      {"/proof/consistency?from=2&to=1", 422, "no_such_tree", "from"},
      {"/proof/consistency?from=0&to=" + beyond, 422, "no_such_tree", "to"},
  };
  for (const Row& row : rows) {
    INFO(row.query);
    const Response response = ask(own, row.query);
    INFO(response.bytes());
    CHECK(response.status == row.status);
    CHECK(response.bytes().find(row.rule) != std::string_view::npos);
    CHECK(response.bytes().find(row.pointer) != std::string_view::npos);
  }
  for (const std::string& position : {std::to_string(log_size(own)),
                                      std::string{"18446744073709551615"},
                                      std::string{"x"},
                                      std::string{"00"}}) {
    INFO(position);
    CHECK(ask(own, "/proof/" + position).status == 404);
  }
}

TEST_CASE("a proof file stands alone") {
  Stack own;
  own.make_pool("people");
  grow_to(own, "people", 12);
  const Response response = ask(own, "/proof/7");
  REQUIRE(response.status == 200);
  CHECK(response.content_type == kTextType);
  CHECK(response.header("Content-Disposition") == "attachment; filename=\"7.tlog-proof\"");
  const std::string_view text = response.bytes();
  REQUIRE(text.starts_with("c2sp.org/tlog-proof@v1\nindex 7\n"));
  const auto blank = text.find("\n\n");
  REQUIRE(blank != std::string_view::npos);
  CHECK(head_in(text.substr(blank + 2), verifier_of(own)).size > 7);
}

}  // namespace
}  // namespace muster::test
