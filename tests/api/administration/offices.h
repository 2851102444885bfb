/// Two organizations of one workspace with a pool, a user and administrators each.
#pragma once

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "engine/core/json.h"
#include "tests/api/directory/stack.h"

namespace muster::test {

/// The text of a member of an answer; empty when there is none.
inline std::string member_of(const Response& response, std::string_view name) {
  const auto document = parse_json(response.bytes());
  if (!document) {
    return {};
  }
  const auto found = document->root().find(name);
  return std::string{found ? found->text().value_or(std::string_view{}) : std::string_view{}};
}

class Offices {
 public:
  Offices() {
    for (const std::string_view name : {"acme", "beta"}) {
      const std::string id{name};
      must(201,
           muster(Method::kPost, "/workspaces/default/organizations", R"({"id":")" + id + "\"}"));
      must(201,
           stack.admin(Method::kPost,
                       "/workspace/" + id + "/pools",
                       R"({"id":")" + id + R"(pool","name":")" + id + R"(pool"})"));
      stack.make_user(id + "pool", id + "user");
    }
  }

  static void must(int status, const Response& response) {
    INFO(response.bytes());
    REQUIRE(response.status == status);
  }

  /// As the first administrator.
  Response muster(Method method, std::string_view path, std::string body = {}) {
    return with(stack.token("admin"), method, "/api/muster/default" + std::string{path}, body);
  }

  Response with(const std::string& token,
                Method method,
                std::string target,
                std::string body = {}) {
    Call call{method, std::move(target), std::move(body)};
    call.headers.emplace_back("Authorization", "Bearer " + token);
    if (!call.body.empty()) {
      call.headers.emplace_back("Content-Type", "application/json");
    }
    return stack.send(call);
  }

  /// A token of a new client; `roles` as JSON: `[{"role":"auditor"}]`.
  std::string token_with(std::string_view roles, std::string_view workspace = "admin") {
    const Response made = muster(
        Method::kPost,
        "/clients",
        R"({"workspace_id":")" + std::string{workspace} +
            R"(","scopes":["identity","read_configuration","manage_configuration"],"roles":)" +
            std::string{roles} + "}");
    must(201, made);
    return token_for(member_of(made, "id"), member_of(made, "client_secret"), workspace);
  }

  std::string token_for(const std::string& id,
                        const std::string& secret,
                        std::string_view workspace = "admin") {
    const auto issued = stack.services().tokens.issue(
        {"issuer", "default", std::string{workspace}, id, secret, {}});
    REQUIRE(issued.has_value());
    return issued->token;
  }

  [[nodiscard]] std::uint64_t log_size() const {
    return stack.services().published.now()->size_of(LogId{1});
  }

  Stack stack;
};

}  // namespace muster::test
