/// Groups and memberships as an import file describes them, whatever the format.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "api/import/row_failure.h"

namespace muster {

inline constexpr std::size_t kImportedGroupsMax = 100'000;
inline constexpr std::size_t kImportedGroupDepthMax = 32;

struct ImportedGroup {
  std::string id;
  std::string name;
  std::string description;
  std::string parent_id;  // empty: at the top
  /// The DN or path, for the error file only.
  std::string source_key;
  std::uint64_t line = 0;
};

struct ImportedMember {
  /// Empty: the file does not have the group that is named.
  std::string group_id;
  std::string user_id;
  /// The DN or the given id of the member, for the error file only. Personal.
  std::string source_key;
  /// Of the row that says so: the group in LDIF, the user elsewhere.
  std::uint64_t line = 0;
  /// JSON Pointer into that row; empty where rows are no JSON.
  std::string pointer;
};

using OnRowFailure = std::function<void(RowFailure)>;

}  // namespace muster
