/// Result<T>: a value, or the Failure that explains why there is none.
///
/// Expected failures are returned, never thrown. Named after std::expected, so that the day the
/// project moves to C++23 it can become an alias. Exceptions of libraries are caught in the file
/// that calls the library and turned into a Failure there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/core/check.h"

namespace muster {

/// One code per sensible reaction of the caller, not per cause.
enum class Errc : std::uint8_t {
  kInvalidSyntax = 1,  // the request cannot be read: malformed JSON, bad parameter
  kInvalid = 2,        // well-formed but not acceptable: schema violation, policy
  kUnauthorized = 3,   // no or bad credentials
  kForbidden = 4,      // authenticated but not allowed
  kNotFound = 5,
  kAlreadyTaken = 6,  // a unique row belongs to another stream
  kConflict = 7,      // the state forbids it: schema in use, system schema
  kPrecondition = 8,  // If-Match does not match
  kGone = 9,          // erased
  kTooLarge = 10,
  kTooMany = 11,         // a bounded pool is full or a rate limit is reached: try later
  kUnavailable = 12,     // queue full, disk full, read-only: nothing happened, try later
  kStale = 13,           // prepared against a state that has changed: prepare again
  kCorrupt = 14,         // stored bytes are damaged
  kUnknownOutcome = 15,  // the write may or may not have happened
  kMethodNotAllowed = 16,
  kUnsupportedMedia = 17,
  kIo = 18,  // the operating system refused: see detail
};

/// One place where input is wrong. `pointer` is a JSON Pointer (RFC 6901) into the request body,
/// or the name of a query parameter or header.
struct Fault {
  std::string pointer;
  std::string rule;    // the violated keyword or rule: "minLength", "required", "type", ...
  std::string reason;  // a sentence for the caller; never contains a stored value

  bool operator==(const Fault&) const = default;
};

/// Why something could not be done.
struct [[nodiscard]] Failure {
  Errc code = Errc::kInvalid;
  /// Stable, searchable, snake_case; becomes `error_code` on the wire: "identifier_taken".
  std::string rule;
  /// One sentence for the caller: what is wrong and what to do. Never personal data.
  std::string reason;
  std::vector<Fault> faults;
  /// The outcome of an earlier request with the same idempotency key.
  bool replayed = false;

  bool operator==(const Failure&) const = default;
};

[[nodiscard]] inline Failure failure(Errc code,
                                     std::string_view rule,
                                     std::string_view reason = {}) {
  return Failure{code, std::string{rule}, std::string{reason}, {}, false};
}

template <class T = void>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  // NOLINTBEGIN(google-explicit-constructor): a function returns its value or its failure as it is
  Result(T value) : content_{std::in_place_index<0>, std::move(value)} {}

  Result(Failure error) : content_{std::in_place_index<1>, std::move(error)} {}

  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }

  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & {
    check(has_value(), "value() of a failed Result");
    return *std::get_if<0>(&content_);
  }

  [[nodiscard]] const T& value() const& {
    check(has_value(), "value() of a failed Result");
    return *std::get_if<0>(&content_);
  }

  [[nodiscard]] T&& value() && { return std::move(value()); }

  [[nodiscard]] T& operator*() & { return value(); }

  [[nodiscard]] const T& operator*() const& { return value(); }

  [[nodiscard]] T&& operator*() && { return std::move(value()); }

  [[nodiscard]] T* operator->() { return &value(); }

  [[nodiscard]] const T* operator->() const { return &value(); }

  [[nodiscard]] Failure& error() & {
    check(!has_value(), "error() of a successful Result");
    return *std::get_if<1>(&content_);
  }

  [[nodiscard]] const Failure& error() const& {
    check(!has_value(), "error() of a successful Result");
    return *std::get_if<1>(&content_);
  }

  [[nodiscard]] Failure&& error() && { return std::move(error()); }

 private:
  std::variant<T, Failure> content_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;

  Result(Failure error) : error_{std::move(error)} {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }

  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] Failure& error() & {
    check(!has_value(), "error() of a successful Result");
    return *error_;
  }

  [[nodiscard]] const Failure& error() const& {
    check(!has_value(), "error() of a successful Result");
    return *error_;
  }

  [[nodiscard]] Failure&& error() && { return std::move(error()); }

 private:
  std::optional<Failure> error_;
};

}  // namespace muster

// The only macros of the project: `return` and `co_return` cannot be a function. Both expand to
// statements, never to a statement expression, because suspension inside one is unsafe in GCC 12.
#define MUSTER_CONCAT_INNER(a, b) a##b
#define MUSTER_CONCAT(a, b) MUSTER_CONCAT_INNER(a, b)
#define MUSTER_TRY_IMPL(result, ret, declaration, expression) \
  auto result = (expression);                                 \
  if (!result.has_value()) {                                  \
    ret std::move(result).error();                            \
  }                                                           \
  declaration = std::move(result).value()
#define MUSTER_TRY_VOID_IMPL(result, ret, expression)    \
  if (auto result = (expression); !result.has_value()) { \
    ret std::move(result).error();                       \
  }

/// MUSTER_TRY(auto user, load(id)): declares `user`, or returns the failure.
#define MUSTER_TRY(declaration, expression) \
  MUSTER_TRY_IMPL(MUSTER_CONCAT(muster_try_, __LINE__), return, declaration, expression)
/// MUSTER_CHECKED(save(user)): nothing, or returns the failure.
#define MUSTER_CHECKED(expression) \
  MUSTER_TRY_VOID_IMPL(MUSTER_CONCAT(muster_try_, __LINE__), return, expression)
#define MUSTER_CO_TRY(declaration, expression) \
  MUSTER_TRY_IMPL(MUSTER_CONCAT(muster_try_, __LINE__), co_return, declaration, expression)
#define MUSTER_CO_CHECKED(expression) \
  MUSTER_TRY_VOID_IMPL(MUSTER_CONCAT(muster_try_, __LINE__), co_return, expression)
