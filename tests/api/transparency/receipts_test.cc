#include <map>

#include "tests/api/transparency/log_of_tenant.h"

namespace muster::test {
namespace {

/// A tlog-proof taken apart.
struct ProofFile {
  std::uint64_t index = 0;
  Proof hashes;
  TreeHead head;
};

ProofFile parsed(std::string_view text, std::string_view verifier) {
  ProofFile file;
  const auto line = [&text] {
    const auto end = text.find('\n');
    REQUIRE(end != std::string_view::npos);
    const std::string_view first = text.substr(0, end);
    text.remove_prefix(end + 1);
    return std::string{first};
  };
  CHECK(line() == "c2sp.org/tlog-proof@v1");
  const std::string index = line();
  REQUIRE(index.starts_with("index "));
  file.index = std::stoull(index.substr(6));
  for (std::string hash = line(); !hash.empty(); hash = line()) {
    file.hashes.push_back(digest_in_base64(hash));
  }
  file.head = head_in(text, verifier);
  return file;
}

Call with_receipt(Stack& stack, Method method, std::string_view path, std::string body) {
  Call call = stack.call(ApiFamily::kSystem, method, path, std::move(body));
  call.headers.emplace_back("Prefer", "receipt");
  return call;
}

std::string receipt_in(const Response& response) {
  const auto text = from_base64(response.header("Muster-Receipt"));
  REQUIRE(text.has_value());
  return *text;
}

/// `15=<hash>, 16=<hash>` by position.
std::map<std::uint64_t, Digest> leaves_in(const Response& response) {
  std::map<std::uint64_t, Digest> leaves;
  std::string_view rest = response.header("Muster-Receipt-Leaves");
  while (!rest.empty()) {
    const auto equals = rest.find('=');
    const auto end = std::min(rest.find(','), rest.size());
    leaves[std::stoull(std::string{rest.substr(0, equals)})] =
        digest_in_base64(rest.substr(equals + 1, end - equals - 1));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return leaves;
}

TEST_CASE("whoever writes may take a proof of it away") {
  Stack own;
  own.make_pool("people");
  const std::string verifier = verifier_of(own);
  for (int i = 0; i < 5; ++i) {
    const Response created =
        own.send(with_receipt(own, Method::kPost, "/pools/people/users", R"({"status":"new"})"));
    REQUIRE(created.status == 201);
    CHECK(created.header("Preference-Applied") == "receipt");
    const std::uint64_t last = log_size(own) - 1;
    CHECK(created.header("Muster-Position") == "1." + std::to_string(last));
    CHECK(created.header("Link") ==
          "</log/default/proof/" + std::to_string(last) + ">; rel=\"https://c2sp.org/tlog-proof\"");
    const ProofFile proof = parsed(receipt_in(created), verifier);
    CHECK(proof.index == last);
    CHECK(proof.head.size == last + 1);
    const auto leaves = leaves_in(created);
    REQUIRE(leaves.contains(last));
    CHECK(
        verify_inclusion({leaves.at(last), last, proof.head.size, proof.head.root}, proof.hashes));
  }
}

TEST_CASE("only who asks gets a receipt, and only for what was changed") {
  Stack own;
  own.make_pool("people");
  own.make_user("people", "ann");
  const Response plain = own.system(Method::kPost, "/pools/people/users", R"({"status":"new"})");
  CHECK(plain.header("Muster-Receipt").empty());
  CHECK(plain.header("Preference-Applied").empty());

  Call add = with_receipt(own, Method::kPost, "/pools/people/groups", R"({"id":"g","name":"g"})");
  REQUIRE(own.send(add).status < 300);
  Call join = with_receipt(own, Method::kPut, "/pools/people/groups/g/users/ann", "");
  CHECK_FALSE(own.send(join).header("Muster-Receipt").empty());
  const std::uint64_t before = log_size(own);
  const Response again = own.send(join);  // is a member already
  CHECK(again.status == 204);
  CHECK(log_size(own) == before);
  CHECK(again.header("Muster-Receipt").empty());

  Call refused = with_receipt(own, Method::kDelete, "/pools/people/users/nobody", "");
  CHECK(own.send(refused).header("Muster-Receipt").empty());
}

TEST_CASE("a repeated request gets the receipt of what was done the first time") {
  Stack own;
  own.make_pool("people");
  Call create = with_receipt(own, Method::kPost, "/pools/people/users", R"({"status":"new"})");
  create.headers.emplace_back("X-Idempotency-Key", std::string(40, 'k'));
  const Response first = own.send(create);
  REQUIRE(first.status == 201);
  own.make_user("people", "later");
  const Response again = own.send(create);
  CHECK(again.header("X-Idempotent-Replayed") == "true");
  CHECK(leaves_in(again) == leaves_in(first));
  const ProofFile proof = parsed(receipt_in(again), verifier_of(own));
  CHECK(proof.index == parsed(receipt_in(first), verifier_of(own)).index);
  CHECK(proof.index + 1 < log_size(own));
}

TEST_CASE("a command with many events names the newest leaves") {
  Stack own;
  own.make_pool("people");
  std::string groups;
  for (int i = 0; i < 20; ++i) {
    const std::string id = "g" + std::to_string(i);
    groups += std::string{i == 0 ? "" : ","} + R"({"user_pool_id":"people","id":")" + id +
              R"(","name":")" + id + R"(","path":")" + id + "\"}";
  }
  const std::uint64_t before = log_size(own);
  Call import{Method::kPut, "/api/identity/default/configuration"};
  import.body = R"({"groups":[)" + groups + "]}";
  import.headers.emplace_back("Authorization", "Bearer " + own.token("system"));
  import.headers.emplace_back("Prefer", "receipt");
  const Response response = own.send(import);
  INFO(response.bytes());
  REQUIRE(response.status < 300);
  CHECK(log_size(own) - before == 20);
  const auto leaves = leaves_in(response);
  CHECK(leaves.size() == 16);
  CHECK(leaves.rbegin()->first == log_size(own) - 1);
}

}  // namespace
}  // namespace muster::test
