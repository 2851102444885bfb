/// After an erasure no file of the data directory holds anything of the person.
#include <thread>

#include "api/server/erasures.h"
#include "storage/seal/checkpoint.h"
#include "storage/tree/merkle.h"
#include "tests/api/erasure/people.h"

namespace muster::test {
namespace {

void check_everything_is_found(const Stack& stack, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    INFO(value);
    CHECK_FALSE(places_of(stack.data(), value).empty());
  }
}

void check_nothing_is_found(const Stack& stack, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    for (const std::string& place : places_of(stack.data(), value)) {
      FAIL_CHECK(value << " is in " << place);
    }
  }
}

std::string user_path(const std::string& id) {
  return "/pools/" + std::string{kPeoplePool} + "/users/" + id;
}

Response log_of(Stack& stack, const std::string& path) {
  Call call{Method::kGet, "/log/default" + path};
  call.headers.emplace_back("Authorization", "Bearer " + stack.token("admin"));
  return stack.send(call);
}

/// The hash of an event as it was hashed.
Digest leaf_of(const std::string& entry) {
  return leaf_hash(entry);
}

/// What an offline verifier does with a file .tlog-proof.
void check_proof(const std::string& file, const std::string& entry, const std::string& verifier) {
  const auto blank = file.find("\n\n");
  REQUIRE(blank != std::string::npos);
  const auto head = parse_and_verify_checkpoint(file.substr(blank + 2), verifier);
  REQUIRE(head.has_value());
  std::uint64_t index = 0;
  Proof hashes;
  for (std::size_t begin = 0; begin < blank;) {
    const std::size_t end = file.find('\n', begin);
    const std::string line = file.substr(begin, end - begin);
    begin = end + 1;
    if (line.starts_with("index ")) {
      index = std::stoull(line.substr(6));
    } else if (const auto hash = from_base64(line); hash && hash->size() == sizeof(Digest)) {
      Digest digest{};
      std::copy(hash->begin(), hash->end(), digest.begin());
      hashes.push_back(digest);
    }
  }
  CHECK(verify_inclusion({leaf_of(entry), index, head->size, head->root}, hashes));
}

std::string verifier_of(Stack& stack) {
  std::string key{log_of(stack, "/key").bytes()};
  key.pop_back();
  return key;
}

TEST_CASE("whoever is erased is in no file, and proofs of before hold", "[erasure]") {
  Stack stack{plain_files()};
  make_people_pool(stack);
  const auto values = make_somebody(stack, "Quuxly");
  const auto others = make_somebody(stack, "Bystander");
  check_everything_is_found(stack, values);
  // What is personal about a request lies under the key of who sent it, in no view.
  CHECK(places_of(stack.data(), "Quuxly Agent of a browser").empty());
  CHECK(places_of(stack.data(), "Quuxly key of thirty-two characters").empty());
  const std::string stream = stream_of(stack, id_of("Quuxly"));
  const std::string before{log_of(stack, "/checkpoint").bytes()};
  const std::string verifier = verifier_of(stack);

  Offices::must(204, stack.admin(Method::kDelete, user_path(id_of("Quuxly")) + "?erase=true"));
  const Response certificate = certificate_of(stack, stream);
  check_nothing_is_found(stack, values);
  // Of others what they have stays; what they had before went from the tables, too.
  check_everything_is_found(stack, {id_of("Bystander"), "Bystander Second Name"});
  check_everything_is_found(stack, {others.back()});
  CHECK(stack.admin(Method::kGet, user_path(id_of("Quuxly"))).status == 404);

  const auto document = parse_json(certificate.bytes());
  REQUIRE(document.has_value());
  for (const std::string_view name : {"erased", "certified"}) {
    const auto proven = document->root().find(name);
    REQUIRE(proven.has_value());
    const auto entry = from_base64(proven->find("entry")->as_string());
    REQUIRE(entry.has_value());
    check_proof(std::string{proven->find("proof")->as_string()}, *entry, verifier);
  }
  CHECK(at(certificate, "/events_total") == "6");
  CHECK(at(certificate, "/certified/ledger").size() == 66);
  const auto old_head = parse_and_verify_checkpoint(before, verifier);
  REQUIRE(old_head.has_value());
  const Response continued =
      log_of(stack, "/proof/consistency?from=" + std::to_string(old_head->size));
  CHECK(at(continued, "/from_root") == "\"" + to_base64(as_view(old_head->root)) + "\"");

  stack.restart();
  check_nothing_is_found(stack, values);
  stack.close();
  check_nothing_is_found(stack, values);
  check_verifies(stack.data());
}

TEST_CASE("whoever was deleted can be erased, by stream", "[erasure]") {
  Stack stack{plain_files()};
  make_people_pool(stack);
  const auto values = make_somebody(stack, "Gonzalez");
  const auto more = make_somebody(stack, "Hawkins");
  const std::string gone = stream_of(stack, id_of("Gonzalez"));
  const std::string also = stream_of(stack, id_of("Hawkins"));
  for (const char* mark : {"Gonzalez", "Hawkins"}) {
    Offices::must(204, stack.admin(Method::kDelete, user_path(id_of(mark))));
  }
  check_everything_is_found(stack, {values[0], values[1]});
  CHECK(stack.admin(Method::kDelete, user_path(id_of("Gonzalez")) + "?erase=true").status == 404);
  Offices::must(204, stack.admin(Method::kDelete, user_path(gone) + "?erase=true"));
  Offices::must(202, muster_call(stack, Method::kPut, "/erasures/" + also));
  Offices::must(202, muster_call(stack, Method::kPut, "/erasures/" + also));  // nothing more
  CHECK(at(certificate_of(stack, gone), "/events_total") == "7");
  CHECK(at(certificate_of(stack, also), "/events_total") == "7");
  check_nothing_is_found(stack, values);
  check_nothing_is_found(stack, more);
  const Response list = audit(stack, "/erasures");
  CHECK(column(list, "erasures", "stream") == gone + "," + also);
  CHECK(column(list, "erasures", "step") == "certified,certified");
  stack.close();
  check_verifies(stack.data());
}

TEST_CASE("erasures that come together cost one pass", "[erasure]") {
  Stack stack;
  make_people_pool(stack);
  constexpr int kPeople = 200;
  std::vector<std::string> streams;
  for (int i = 0; i < kPeople; ++i) {
    stack.make_user(kPeoplePool, "u" + std::to_string(i));
  }
  for (int i = 0; i < kPeople; ++i) {
    streams.push_back(stream_of(stack, "u" + std::to_string(i)));
  }
  for (int i = 0; i < kPeople; ++i) {
    const std::string path = user_path("u" + std::to_string(i)) + "?erase=true";
    Offices::must(204, stack.admin(Method::kDelete, path));
  }
  for (const std::string& stream : streams) {
    certificate_of(stack, stream);
  }
  CHECK(stack.services().erasures.passes() <= 5);
}

TEST_CASE("a reader of before is waited for", "[erasure]") {
  Stack stack{plain_files()};
  make_people_pool(stack);
  const auto values = make_somebody(stack, "Patience");
  const std::string stream = stream_of(stack, id_of("Patience"));
  auto point = stack.services().published.now();
  Offices::must(204, stack.admin(Method::kDelete, user_path(id_of("Patience")) + "?erase=true"));
  for (int tries = 0; tries < 20; ++tries) {
    CHECK(member_of(audit(stack, "/erasures/" + stream), "step") != "certified");
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  point.reset();
  certificate_of(stack, stream);
  check_nothing_is_found(stack, values);
}

}  // namespace
}  // namespace muster::test
