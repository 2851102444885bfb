/// The parts of the OpenAPI document that others point to with `$ref`: files components/*.json.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/json.h"
#include "engine/core/json_writer.h"

namespace muster {

class Components {
 public:
  Components();

  /// Writes the member `components`: of everything only what `document` points to, directly or from
  /// part to part, and all security schemes.
  void write(JsonWriter& writer, std::string_view document) const;

  /// "#/components/<kind>/<name>", with `$ref`, as an object.
  static void write_reference(JsonWriter& writer, std::string_view kind, std::string_view name);

  /// The member of info.json.
  [[nodiscard]] JsonValue info(std::string_view member) const;

  [[nodiscard]] bool has(std::string_view kind, std::string_view name) const;

 private:
  using Parts = std::map<std::string, std::string, std::less<>>;  // name to JSON

  std::vector<JsonDocument> files_;
  std::map<std::string, Parts, std::less<>> kinds_;
};

}  // namespace muster
