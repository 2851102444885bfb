/// A JSON Schema of the published subset (contract 3.8), ready to be applied.
///
/// A schema is compiled when it is saved, which refuses every keyword outside the subset by name,
/// and then applied to payloads. Accepting is the fast path; a refusal lists every failing place.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/json.h"
#include "engine/core/result.h"

namespace muster {

/// Immutable; every function may be called from several threads at once.
class CompiledSchema {
 public:
  /// kInvalid with one fault per wrong place (at most 20): pointer into the schema, keyword,
  /// reason. The rule is unsupported_schema_keyword when a keyword is not supported, else
  /// invalid_schema. A text that is no JSON fails as parse_json does. `null` for a keyword means
  /// that it is absent.
  static Result<std::shared_ptr<const CompiledSchema>> compile(std::string_view schema_json);

  ~CompiledSchema();
  CompiledSchema(const CompiledSchema&) = delete;
  CompiledSchema& operator=(const CompiledSchema&) = delete;

  /// kInvalid, schema_violation, with one fault per failing place (at most 50): pointer into the
  /// instance, keyword, a reason without anything of the instance. schema_too_complex when schema
  /// and instance together would take longer than a request may.
  Result<void> validate(JsonValue instance) const;
  /// The same for a text, which is parsed first.
  Result<void> validate_text(std::string_view instance_json) const;

  /// Names of the top-level properties whose type is string, in the order of the schema, at most
  /// `max` of them: what is indexed by default.
  [[nodiscard]] std::vector<std::string> top_level_string_members(std::size_t max) const;

 private:
  struct Parts;
  explicit CompiledSchema(std::unique_ptr<const Parts> parts);

  std::unique_ptr<const Parts> parts_;
};

}  // namespace muster
