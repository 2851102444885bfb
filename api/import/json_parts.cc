#include "api/import/json_parts.h"

#include "engine/core/json_writer.h"

namespace muster {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string json_object(const JsonMemberTexts& members) {
  std::string out;
  if (members.empty()) {
    return out;
  }
  JsonWriter writer{out};
  writer.begin_object();
  for (const auto& [name, json] : members) {
    writer.raw_member(name, json);
  }
  writer.end_object();
  return out;
}

}  // namespace muster
