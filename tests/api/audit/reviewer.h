/// A directory with reviewers of several ranks, and ways to ask for history.
#pragma once

#include <string>
#include <vector>

#include "api/server/read_recorder.h"
#include "tests/api/administration/offices.h"

namespace muster::test {

struct Reviewer : Offices {
  /// As an administrator, who may see everything.
  Response ask(const std::string& path) { return ask_as(stack.token("admin"), path); }

  Response ask_as(const std::string& token, const std::string& path) {
    return with(token, Method::kGet, "/audit/default" + path);
  }

  /// The users are acme's, but for beta's one.
  std::string user_path(const std::string& id) {
    return (id == "betauser" ? "/pools/betapool/users/" : "/pools/acmepool/users/") + id;
  }

  /// The stream of a user of acme.
  std::string stream_of(const std::string& id) {
    const auto stream = at(ask(user_path(id) + "/history?limit=1"), "/stream");
    return stream.substr(1, stream.size() - 2);
  }

  /// Sets the payload of acme's user, whose schema asks for nothing.
  void set_payload(const std::string& id, const std::string& payload) {
    must(200, stack.admin(Method::kPatch, user_path(id), R"({"payload":)" + payload + "}"));
  }
};

/// The numbers in the array `list`, each the member `member` of its element.
inline std::vector<std::uint64_t> numbers(const Response& response,
                                          std::string_view list,
                                          std::string_view member) {
  std::vector<std::uint64_t> all;
  const auto document = parse_json(response.bytes());
  REQUIRE(document.has_value());
  const auto found = document->root().find(list);
  REQUIRE(found.has_value());
  for (const JsonValue element : found->elements()) {
    all.push_back(element.find(member)->as_uint());
  }
  return all;
}

}  // namespace muster::test
