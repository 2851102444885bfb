/// The JSON files of this folder, as they were when the program was built.
#pragma once

#include <span>
#include <string_view>

namespace muster {

struct Resource {
  std::string_view name;  // "operations/pools.json"
  std::string_view json;
};

std::span<const Resource> openapi_resources();

}  // namespace muster
