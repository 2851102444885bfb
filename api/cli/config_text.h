/// Configurations as files that are kept in version control: sorted, one member a line, so that a
/// change of the directory is a change of few lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/json.h"
#include "engine/core/result.h"

namespace muster {

/// Which arrays of a configuration count.
enum class ConfigExtent : std::uint8_t { kEverything, kWithoutUsers };

/// All arrays, or those of workspaces, pools, schemas and groups; entries in order of their ids,
/// other members of the document dropped.
std::string config_text(JsonValue document, ConfigExtent extent);

/// What becomes of an entry when `file` is imported where `server` is.
struct ConfigChange {
  std::string_view what;  // "add", "change"; "keep": the file lacks it, an import leaves it
  std::string_view list;
  std::string id;       // with those of pool and user in front
  std::string members;  // that differ, separated by spaces
};

/// kInvalid "unknown_list" when the document has another member than the arrays of a configuration.
Result<void> check_config(JsonValue document);

std::vector<ConfigChange> config_changes(JsonValue server, JsonValue file, ConfigExtent extent);

/// Bodies that fit into one command each: structure first, then users with all they have, then
/// memberships.
std::vector<std::string> config_requests(JsonValue file, ConfigExtent extent);

}  // namespace muster
