/// Groups of an LDIF file: entries of the object classes groupOfNames and groupOfUniqueNames
/// (RFC 4519), whose members are named by DN.
///
/// LDAP lets a group lie in many groups, and in itself; ours are a tree. A member that is a group
/// of the same file becomes a subgroup of the first group that names it. A second parent, a circle,
/// and what is deeper than `kImportedGroupDepthMax` are refused, member by member.
///
/// Ids are made of DNs, as those of users are, so nobody needs to be looked up. Memory is bounded
/// by the number of groups, not of members: the file is read three times. One thread.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/import/imported_group.h"
#include "api/import/ldif_reader.h"

namespace muster {

[[nodiscard]] bool is_ldif_group(const LdifEntry& entry);

class LdifGroups {
 public:
  /// Reads `input`, which must be seekable, twice from its beginning. `refused` hears of groups
  /// that lack a name and of subgroups that no tree can hold; entries that are no LDIF are for the
  /// reader of users to tell.
  static LdifGroups read(std::istream& input, const OnRowFailure& refused);

  /// Parents before their subgroups.
  [[nodiscard]] const std::vector<ImportedGroup>& groups() const { return groups_; }

  /// Null when there is none.
  [[nodiscard]] const ImportedGroup* find(const std::string& id) const;

 private:
  void collect(const LdifEntry& entry, const OnRowFailure& refused);
  void place_members(const LdifEntry& entry, const OnRowFailure& refused);
  Result<void> put_below(std::size_t child, std::size_t parent);
  void order();

  std::vector<ImportedGroup> groups_;
  std::unordered_map<std::string, std::size_t> places_;
  bool full_ = false;
};

/// The members of those groups that are no groups, each once for every time it is named.
class LdifMembers {
 public:
  /// Both must outlive this object; `input` is read from its beginning.
  LdifMembers(std::istream& input, const LdifGroups& groups);

  std::optional<ImportedMember> next();

  [[nodiscard]] std::uint64_t bytes_consumed() const { return reader_.bytes_consumed(); }

  [[nodiscard]] bool failed() const { return reader_.failed(); }

 private:
  const LdifGroups& groups_;
  LdifReader reader_;
  std::vector<ImportedMember> waiting_;  // of one group, last one first
};

}  // namespace muster
