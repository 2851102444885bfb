/// The groups of an import file and who is in them, whatever the format.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <vector>

#include "api/import/imported_group.h"
#include "api/import/row_source.h"

namespace muster {

/// One thread.
class GroupSource {
 public:
  GroupSource() = default;
  GroupSource(const GroupSource&) = delete;
  GroupSource& operator=(const GroupSource&) = delete;
  virtual ~GroupSource() = default;

  /// Parents before their subgroups.
  [[nodiscard]] virtual const std::vector<ImportedGroup>& groups() const = 0;
  /// Everybody who is in one of the groups, once for every time the file says so.
  virtual std::optional<ImportedMember> next_member() = 0;
  /// Of the pass over the memberships.
  [[nodiscard]] virtual std::uint64_t bytes_consumed() const = 0;
  /// Whether reading ended early because of the operating system.
  [[nodiscard]] virtual bool failed() const = 0;

  /// What groups have that no group of ours can hold.
  [[nodiscard]] virtual LeftBehind left_behind() const { return {}; }
};

/// Whether files of that format have groups at all.
[[nodiscard]] bool has_groups(ImportFormat format);

/// Reads the groups of `input`, which must be seekable and outlive the source, or of `tree` where
/// that is given: a Keycloak realm whose users come in files of their own. `refused` hears of
/// groups that cannot be taken; what is wrong with users is for the reader of users to tell. Null
/// for a format without groups.
std::unique_ptr<GroupSource> open_groups(ImportFormat format,
                                         std::istream& input,
                                         std::istream* tree,
                                         const OnRowFailure& refused);

}  // namespace muster
