/// The two schemas that every tenant begins with: assigned by default, never changed or deleted
/// (contract 3.8, N-64).
#pragma once

#include <array>
#include <string_view>

#include "engine/state/directory.h"

namespace muster {

struct SystemSchema {
  std::string_view id;
  std::string_view name;
  std::string_view description;
  std::string_view schema;
};

inline constexpr std::array<SystemSchema, 2> kSystemSchemas{{
    {kDefaultPayloadSchema,
     "user_v0",
     "Default schema of user payloads",
     R"({"type":"object","properties":{)"
     R"("given_name":{"type":"string","minLength":1,"description":"First name"},)"
     R"("family_name":{"type":"string","minLength":1,"description":"Last name"},)"
     R"("name":{"type":"string","minLength":1,"description":"Full name"}},)"
     R"("required":["given_name","family_name","name"]})"},
    {kDefaultMetadataSchema,
     "metadata_v0",
     "Default schema of user metadata",
     R"({"type":"object"})"},
}};

}  // namespace muster
