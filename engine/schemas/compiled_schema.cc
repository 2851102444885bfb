#include "engine/schemas/compiled_schema.h"

#include <exception>
#include <utility>

#include "engine/schemas/decider.h"
#include "engine/schemas/explainer.h"
#include "engine/schemas/schema_reader.h"
#include "engine/schemas/work.h"

namespace muster {

struct CompiledSchema::Parts {
  Parts(JsonDocument read, std::unique_ptr<SchemaNode> tree)
      : document{std::move(read)}, root{std::move(tree)}, decider{*root} {}

  JsonDocument document;  // the tree looks into it
  std::unique_ptr<SchemaNode> root;
  Decider decider;
};

CompiledSchema::CompiledSchema(std::unique_ptr<const Parts> parts) : parts_{std::move(parts)} {}

CompiledSchema::~CompiledSchema() = default;

Result<std::shared_ptr<const CompiledSchema>> CompiledSchema::compile(
    std::string_view schema_json) {
  if (schema_json.size() > kSchemaBytesMax) {
    return failure(Errc::kInvalid, "invalid_schema", "The schema is longer than 256 KiB.");
  }
  MUSTER_TRY(JsonDocument document, parse_json(schema_json));
  MUSTER_TRY(auto root, read_schema(document.root()));
  try {
    auto parts = std::make_unique<const Parts>(std::move(document), std::move(root));
    return std::shared_ptr<const CompiledSchema>{new CompiledSchema{std::move(parts)}};
  } catch (const std::exception&) {
    // valijson throws for what read_schema has already refused; were it to miss something, the
    // schema must not be saved.
    return failure(Errc::kInvalid, "invalid_schema", "The schema cannot be compiled.");
  }
}

Result<void> CompiledSchema::validate(JsonValue instance) const {
  Work work;
  if (parts_->decider.accepts(instance, work)) return {};
  Failure refused =
      failure(Errc::kInvalid, "schema_violation", "The value does not fit its schema.");
  Work explaining;
  if (!work.exhausted()) refused.faults = explain(*parts_->root, instance, explaining);
  if (work.exhausted() || explaining.exhausted()) {
    refused.rule = "schema_too_complex";
    refused.reason = "The check of the value against its schema takes too long.";
  }
  return refused;
}

Result<void> CompiledSchema::validate_text(std::string_view instance_json) const {
  MUSTER_TRY(const JsonDocument document, parse_json(instance_json));
  return validate(document.root());
}

std::vector<std::string> CompiledSchema::top_level_string_members(std::size_t max) const {
  std::vector<std::string> names;
  for (const NamedNode& property : parts_->root->properties) {
    if (names.size() == max) break;
    if (property.node->type == SchemaType::kString) names.emplace_back(property.name);
  }
  return names;
}

}  // namespace muster
