/// Pieces of JSON that readers of import files put together.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace muster {

/// Members by name, each value as JSON text. Sorted, so that an export in another order is no
/// change.
using JsonMemberTexts = std::map<std::string, std::string>;

[[nodiscard]] std::string json_string(std::string_view text);
/// Empty for no members: the value is not given.
[[nodiscard]] std::string json_object(const JsonMemberTexts& members);

}  // namespace muster
