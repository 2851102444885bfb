/// Helpers of the schema tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "engine/schemas/compiled_schema.h"

namespace muster {

/// Fails the test when the schema does not compile.
inline std::shared_ptr<const CompiledSchema> compiled(std::string_view schema) {
  INFO("schema: " << schema);
  auto result = CompiledSchema::compile(schema);
  if (!result) {
    std::string faults = result.error().rule;
    for (const Fault& fault : result.error().faults) {
      faults.append("\n" + fault.pointer + " " + fault.reason);
    }
    INFO(faults);
    REQUIRE(result.has_value());
  }
  return *result;
}

/// One line per fault: pointer, a blank, rule.
inline std::string listed(const Failure& failure) {
  std::string text;
  for (const Fault& fault : failure.faults) {
    text.append(fault.pointer).append(" ").append(fault.rule).append("\n");
  }
  return text;
}

/// What is wrong with the instance; empty when it fits.
inline std::string faults_of(std::string_view schema, std::string_view instance) {
  const auto result = compiled(schema)->validate_text(instance);
  if (result) return {};
  CHECK(result.error().code == Errc::kInvalid);
  return listed(result.error());
}

/// What is wrong with the schema; empty when it compiles.
inline std::string schema_faults_of(std::string_view schema) {
  const auto result = CompiledSchema::compile(schema);
  if (result) return {};
  CHECK(result.error().code == Errc::kInvalid);
  return listed(result.error());
}

}  // namespace muster
