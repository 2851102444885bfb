/// The log of the tenant `default`, asked as a client of the workspace `admin`.
#pragma once

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "storage/seal/checkpoint.h"
#include "storage/tree/merkle.h"
#include "tests/api/administration/offices.h"

namespace muster::test {

inline Response ask(Stack& stack, std::string_view path, const std::string& token) {
  Call call{Method::kGet, "/log/default" + std::string{path}};
  call.headers.emplace_back("Authorization", "Bearer " + token);
  return stack.send(call);
}

inline Response ask(Stack& stack, std::string_view path) {
  return ask(stack, path, stack.token("admin"));
}

inline std::string verifier_of(Stack& stack) {
  std::string key{ask(stack, "/key").bytes()};
  REQUIRE(key.ends_with('\n'));
  key.pop_back();
  return key;
}

inline TreeHead head_in(std::string_view checkpoint, std::string_view verifier) {
  const auto head = parse_and_verify_checkpoint(checkpoint, verifier);
  REQUIRE(head.has_value());
  return *head;
}

inline std::uint64_t log_size(const Stack& stack) {
  return stack.services().published.now()->size_of(LogId{1});
}

inline Digest digest_of(std::string_view bytes) {
  REQUIRE(bytes.size() == sizeof(Digest));
  Digest digest{};
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

inline Digest digest_in_base64(std::string_view text) {
  const auto bytes = from_base64(text);
  REQUIRE(bytes.has_value());
  return digest_of(*bytes);
}

/// Users until the log has at least that many events.
inline void grow_to(Stack& stack, std::string_view pool, std::uint64_t size) {
  while (log_size(stack) < size) {
    stack.make_user(pool, "u" + std::to_string(log_size(stack)));
  }
}

}  // namespace muster::test
