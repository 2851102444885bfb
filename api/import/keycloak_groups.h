/// Groups of a Keycloak realm: the array `groups` of its export, a tree of objects with
/// `subGroups`, and the paths in the array `groups` of each user.
///
/// | member | becomes |
/// |---|---|
/// | id, else path | the id |
/// | name | the name |
/// | description, else the attribute of that name | the description |
/// | subGroups | groups below it |
///
/// Attributes and roles of groups are counted and stay behind. A path is compared as it is spelled,
/// because Keycloak spells a slash in a name alike in both places.
///
/// Memory is bounded by the number of groups and by the largest group at the top with all below it,
/// not by that of users. One thread.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "api/import/imported_group.h"
#include "api/import/json_array_reader.h"
#include "api/import/row_source.h"

namespace muster {

class KeycloakGroups {
 public:
  /// A group at the top with all below it.
  static constexpr std::size_t kTreeBytesMax = std::size_t{16} << 20U;

  /// Reads `input`, which must be seekable, from its beginning. `refused` hears of groups that
  /// cannot be taken; those below them are left out with them.
  static KeycloakGroups read(std::istream& input, const OnRowFailure& refused);

  /// Parents before their subgroups.
  [[nodiscard]] const std::vector<ImportedGroup>& groups() const { return groups_; }

  /// Empty when there is no group of that path.
  [[nodiscard]] std::string id_of(const std::string& path) const;

  [[nodiscard]] LeftBehind left_behind() const { return left_; }

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  struct Node;

  void take_tree(const JsonArrayElement& element, const OnRowFailure& refused);
  Result<void> take(const Node& node, ImportedGroup& group);

  std::vector<ImportedGroup> groups_;
  std::unordered_map<std::string, std::string> ids_;  // by path
  std::unordered_set<std::string> known_;             // ids
  LeftBehind left_;
  bool full_ = false;
  bool failed_ = false;
};

/// Who is in them. A path that none of the groups has gives a member of no group.
class KeycloakMembers {
 public:
  /// Both must outlive this object; `input` is read from its beginning.
  KeycloakMembers(std::istream& input, const KeycloakGroups& groups);

  std::optional<ImportedMember> next();

  [[nodiscard]] std::uint64_t bytes_consumed() const { return users_.bytes_consumed(); }

  [[nodiscard]] bool failed() const { return users_.failed(); }

 private:
  void take_user(const JsonArrayElement& element);

  const KeycloakGroups& groups_;
  JsonArrayReader users_;
  std::vector<ImportedMember> waiting_;  // of one user, last one first
};

}  // namespace muster
