/// Reading the members of JSON bodies, collecting everything that is wrong with them.
///
/// A member that is `null` is absent (contract 1.3); members that nobody asks for are ignored
/// (N-02).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http/request.h"
#include "engine/administration/prepare.h"
#include "engine/core/json.h"
#include "engine/events/describe.h"

namespace muster {

/// Types come before values: a value of the wrong type says nothing about itself.
struct BodyFaults {
  Faults types;
  Faults values;

  /// kInvalidSyntax "invalid_body", then kInvalid "invalid_request".
  [[nodiscard]] Result<void> done() const;
};

/// The body, which must be an object. kInvalidSyntax: "missing_body", "invalid_body", or as
/// parse_json() says.
Result<JsonDocument> parse_body(const Request& request);

/// The members of one object. What is absent is empty or false.
class Fields {
 public:
  /// `pointer` leads to the object; `faults` outlives this.
  Fields(JsonValue object, std::string pointer, BodyFaults& faults)
      : object_{object}, pointer_{std::move(pointer)}, faults_{faults} {}

  [[nodiscard]] bool has(std::string_view name) const { return object_.find_set(name).has_value(); }

  [[nodiscard]] std::string text(std::string_view name) const;
  /// Must be given and not be empty.
  [[nodiscard]] std::string required_text(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  /// Must be given.
  [[nodiscard]] bool required_flag(std::string_view name) const;
  /// Minified.
  [[nodiscard]] JsonText object(std::string_view name) const;
  [[nodiscard]] JsonText array(std::string_view name) const;
  /// The strings in an array.
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  /// The objects in an array.
  [[nodiscard]] std::vector<Fields> elements(std::string_view name) const;

  /// Pointer to a member.
  [[nodiscard]] std::string at(std::string_view name) const;

  [[nodiscard]] BodyFaults& faults() const { return faults_; }

 private:
  void require(std::string_view name) const;

  JsonValue object_;
  std::string pointer_;
  BodyFaults& faults_;
};

}  // namespace muster
