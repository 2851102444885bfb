// Bodies of every shape for every operation that takes one: whatever comes, the answer is one that
// the contract knows, says where the fault is, and a refusal leaves nothing behind.
#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "api/administration/operations.h"
#include "tests/api/directory/fuzz_bodies.h"
#include "tests/api/directory/scenario.h"

namespace muster::test {
namespace {

constexpr LogId kTenantLog{1};
/// Of each operation; together some seconds.
constexpr std::size_t kBodiesMax = 600;

/// Operations that both families have are named as in the admin family.
const std::pair<std::string, std::string>* body_of(const Operation& operation) {
  auto found = valid_bodies().find(operation.id);
  for (const Operation& other : every_operation()) {
    if (found == valid_bodies().end() && other.handler == operation.handler) {
      found = valid_bodies().find(other.id);
    }
  }
  return found == valid_bodies().end() ? nullptr : &found->second;
}

// NOLINTBEGIN(misc-no-recursion): the bodies are ours and shallow.
void collect_pointers(JsonValue value, const std::string& at, std::vector<std::string>& pointers) {
  pointers.push_back(at);
  for (const auto& [name, member] : value.members()) {
    std::string pointer = at;
    append_pointer_token(pointer, name);
    collect_pointers(member, pointer, pointers);
  }
  std::size_t index = 0;
  for (const JsonValue element : value.elements()) {
    collect_pointers(element, at + "/" + std::to_string(index++), pointers);
  }
}

/// `value` with something else at a pointer; `doubled`: the member twice.
struct Change {
  std::string pointer;
  std::string replacement;
  bool doubled = false;
};

void write_changed(std::string& out, JsonValue value, const std::string& at, const Change& change) {
  if (at == change.pointer && !change.doubled) {
    out += change.replacement;
    return;
  }
  if (!value.is_object() && !value.is_array()) {
    out += value.minified();
    return;
  }
  out += value.is_object() ? "{" : "[";
  bool first = true;
  for (const auto& [name, member] : value.members()) {
    std::string pointer = at;
    append_pointer_token(pointer, name);
    const bool twice = change.doubled && pointer == change.pointer;
    for (int i = 0; i < (twice ? 2 : 1); ++i) {
      out += first ? "\"" : ",\"";
      out += std::string{name} + "\":";
      first = false;
      write_changed(out, member, pointer, change);
    }
  }
  std::size_t index = 0;
  for (const JsonValue element : value.elements()) {
    out += first ? "" : ",";
    first = false;
    write_changed(out, element, at + "/" + std::to_string(index++), change);
  }
  out += value.is_object() ? "}" : "]";
}

// NOLINTEND(misc-no-recursion)

std::string nested(std::size_t depth, const std::string& open, const std::string& close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) {
    text += open;
  }
  text += "1";
  for (std::size_t i = 0; i < depth; ++i) {
    text += close;
  }
  return text;
}

const std::vector<std::string>& replacements() {
  static const std::vector<std::string> kTexts{"null",
                                               "true",
                                               "false",
                                               "0",
                                               "-1",
                                               "1.5",
                                               "-0.0",
                                               "1e308",
                                               "1e400",
                                               "1e-400",
                                               "18446744073709551615",
                                               "18446744073709551616",
                                               std::string(400, '9'),
                                               "01",
                                               "+1",
                                               "NaN",
                                               R"("")",
                                               R"(" ")",
                                               R"("\u0000")",
                                               R"("\ud800")",
                                               R"("\udc00\ud800")",
                                               R"("\uFFFF")",
                                               "\"\xFF\xFE\"",
                                               "\"\xC0\x80\"",
                                               "\"\xED\xA0\x80\"",
                                               "\"\xF4\x90\x80\x80\"",
                                               "\"a\nb\"",
                                               '"' + std::string(70'000, 'x') + '"',
                                               R"("'; DROP TABLE users; --")",
                                               R"("../../etc/passwd")",
                                               R"("%00%2e%2e")",
                                               R"("(((((((((((((((((a+)+)+)+)+$")",
                                               "[]",
                                               "{}",
                                               "[[]]",
                                               "[null]",
                                               R"([{}])",
                                               R"({"":""})",
                                               R"({"a":null})",
                                               R"({"__proto__":{"x":1}})",
                                               nested(30, "[", "]"),
                                               nested(70, "[", "]"),
                                               nested(70, R"({"a":)", "}"),
                                               nested(20'000, "[", "]"),
                                               "",
                                               "undefined",
                                               R"('single')",
                                               R"(["password","password"])",
                                               R"({"$ref":"#"})"};
  return kTexts;
}

std::vector<std::string> byte_changes(const std::string& body, std::mt19937_64& random) {
  std::vector<std::string> bodies{"",
                                  " ",
                                  "\xEF\xBB\xBF" + body,
                                  body + "x",
                                  body + body,
                                  std::string(1, '\0'),
                                  body + std::string(1, '\0'),
                                  "\x1F\x8B\x08" + body,
                                  "a=b&c=d",
                                  "<user/>"};
  std::string wide;  // UTF-16
  for (const char byte : body) {
    wide += {byte, '\0'};
  }
  bodies.push_back("\xFF\xFE" + wide);
  for (int i = 0; i < 24; ++i) {
    bodies.push_back(body.substr(0, random() % body.size()));
    std::string flipped = body;
    flipped[random() % body.size()] = static_cast<char>(random() % 256);
    bodies.push_back(std::move(flipped));
  }
  return bodies;
}

/// Every value replaced by a thing of each kind, every member twice, and damaged bytes; a sample of
/// them where they are many.
std::vector<std::string> bodies_from(const std::string& valid, std::mt19937_64& random) {
  const auto document = parse_json(valid);
  REQUIRE(document);
  std::vector<std::string> pointers;
  collect_pointers(document->root(), "", pointers);
  std::vector<std::string> bodies;
  for (const std::string& pointer : pointers) {
    for (const std::string& replacement : replacements()) {
      write_changed(bodies.emplace_back(), document->root(), "", {pointer, replacement});
    }
    write_changed(bodies.emplace_back(), document->root(), "", {pointer, {}, true});
  }
  std::ranges::shuffle(bodies, random);
  if (bodies.size() > kBodiesMax) {
    bodies.resize(kBodiesMax);
  }
  std::ranges::move(byte_changes(valid, random), std::back_inserter(bodies));
  return bodies;
}

/// Everything that is stored but what the store notes about itself.
std::size_t hash_of_rows(const Stack& at) {
  std::size_t hash = 0;
  for (std::size_t family = 0; family < kFamilyCount; ++family) {
    if (static_cast<Family>(family) == Family::kMeta) {
      continue;
    }
    const auto visit = [&](std::string_view key, std::string_view value) {
      hash = hash * 1'099'511'628'211U + std::hash<std::string_view>{}(key);
      hash = hash * 1'099'511'628'211U + std::hash<std::string_view>{}(value);
      return true;
    };
    REQUIRE(at.kv().scan(static_cast<Family>(family), KvRange::all(), visit));
  }
  return hash;
}

std::uint64_t log_size(const Stack& at) {
  return at.services().published.now()->size_of(kTenantLog);
}

bool is_fine(const Response& response) {
  if (response.status < 300) {
    return true;
  }
  const bool is_problem = response.content_type == kProblemType;
  if (!is_problem && !is_contract_error(response)) {
    return false;
  }
  return response.status < 500 ||
         (response.status == 503 && !response.header("Retry-After").empty());
}

bool names_its_fault(const Response& response) {
  const bool about_body = response.status == 400 || response.status == 422;
  return !about_body || at(response, "/error_code") == "\"missing_body\"" ||
         at(response, "/code") == "\"missing_body\"" ||
         at(response, "/faults/0/pointer") != "absent" ||
         at(response, "/details/faults/0/pointer") != "absent";
}

void make_scene(Stack& at) {
  at.make_pool("fuzzed", R"(,"password_settings":{"hashing_method":"sha"})");
  at.make_user("fuzzed",
               "ann",
               R"(,"identifiers":[{"identifier":"ann","type":"uid"}],)"
               R"("credentials":[{"type":"password","password":"correct horse"}])");
  for (const std::string id : {"all", "staff"}) {
    REQUIRE(at.admin(Method::kPost,
                     "/pools/fuzzed/groups",
                     R"({"id":")" + id + R"(","name":")" + id + "\"}")
                .status == 201);
  }
  REQUIRE(at.admin(Method::kPost,
                   "/schemas",
                   R"({"id":"fuzzed","name":"fuzzed","schema":{"type":"object"}})")
              .status == 201);
}

/// Operations whose path says it all have no body; the root's and the older path's are read as the
/// tenant's are.
std::vector<Operation> operations_with_bodies() {
  std::vector<Operation> found;
  for (const std::span<const Operation> table : {every_operation(), administration_operations()}) {
    for (const Operation& operation : table) {
      const bool may_have_body = operation.method == Method::kPost ||
                                 operation.method == Method::kPut ||
                                 operation.method == Method::kPatch;
      const bool says_it_all = operation.id == "addUserToGroup" || operation.id == "connectPool" ||
                               operation.id == "rotateClientSecret" ||
                               operation.id == "startFolding" || operation.id == "eraseStream" ||
                               operation.id == "redeliver";
      if (may_have_body && !says_it_all && operation.family != ApiFamily::kRoot &&
          !operation.id.ends_with("Older")) {
        found.push_back(operation);
      }
    }
  }
  return found;
}

Call call_of(Stack& at, const Operation& operation, const std::string& path, std::string body) {
  const bool is_system = operation.family == ApiFamily::kSystem;
  Call call = at.call(
      is_system ? ApiFamily::kSystem : ApiFamily::kAdmin, operation.method, path, std::move(body));
  if (path.starts_with("/api/")) {
    call.target = path;
  } else if (operation.family == ApiFamily::kMuster) {
    call.target = "/api/muster/default" + path;
  }
  return call;
}

/// Comparing users with a replaced schema is noted in the background.
void settle(Stack& at) {
  const Services& services = at.services();
  const auto is_comparing = [&] {
    const auto point = services.published.now();
    return !services.directory.list_unchecked_schemas(*point, LogId{1})->empty();
  };
  for (int tries = 0; tries < 500 && is_comparing(); ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

/// How many of the bodies were refused.
std::size_t send_all(Stack& at,
                     const Operation& operation,
                     const std::string& path,
                     const std::vector<std::string>& bodies) {
  std::size_t refused = 0;
  std::uint64_t size = log_size(at);
  std::size_t rows = hash_of_rows(at);
  for (const std::string& body : bodies) {
    const Response response = at.send(call_of(at, operation, path, body));
    INFO(operation.id << " with " << body.substr(0, 600) << "\nanswers " << response.status << ' '
                      << response.bytes());
    CHECK(is_fine(response));
    if (response.status < 400) {
      settle(at);
      size = log_size(at);
      rows = hash_of_rows(at);
      continue;
    }
    ++refused;
    CHECK(names_its_fault(response));
    CHECK(log_size(at) == size);
    CHECK((hash_of_rows(at) == rows));
  }
  return refused;
}

}  // namespace

TEST_CASE("no body, however strange, breaks an operation or leaves half a change") {
  // What is told of a schema shows it as it was sent, with members the document does not know.
  Stack own{{.held_to_document = false}};
  make_scene(own);
  std::mt19937_64 random{20'261'120};
  for (const Operation& operation : operations_with_bodies()) {
    INFO(operation.id);
    const auto* valid = body_of(operation);
    REQUIRE(valid != nullptr);
    const auto& [path, body] = *valid;
    CHECK(own.send(call_of(own, operation, path, body)).status < 500);
    settle(own);
    CHECK(send_all(own, operation, path, bodies_from(body, random)) > 40);
    CHECK(own.admin(Method::kGet, "/pools/fuzzed/users/ann").status == 200);
  }
}

}  // namespace muster::test
