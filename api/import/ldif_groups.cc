#include "api/import/ldif_groups.h"

#include <algorithm>
#include <utility>

#include "api/import/text.h"
#include "api/import/user_ids.h"
#include "engine/text/utf8.h"

namespace muster {
namespace {

std::istream& rewound(std::istream& input) {
  input.clear();
  input.seekg(0);
  return input;
}

std::string first_text(const LdifEntry& entry, std::string_view name) {
  for (const LdifAttribute& attribute : entry.attributes) {
    if (attribute.name == name && attribute.options.empty() && is_valid_utf8(attribute.value)) {
      return attribute.value;
    }
  }
  return {};
}

/// The DN of a member, without the bits that RFC 4517 section 3.3.21 allows behind a unique one.
std::string_view member_dn(const LdifAttribute& attribute) {
  std::string_view dn = trimmed(attribute.value);
  if (attribute.name == "uniquemember" && dn.ends_with("'B")) {
    dn = dn.substr(0, dn.rfind("#'"));
  }
  return dn;
}

/// Calls `visit` with the DN of every member; an empty one only holds the place that LDAP demands.
template <class Visit>
void each_member(const LdifEntry& entry, Visit visit) {
  for (const LdifAttribute& attribute : entry.attributes) {
    if (attribute.name != "member" && attribute.name != "uniquemember") {
      continue;
    }
    const std::string_view dn = member_dn(attribute);
    if (!dn.empty() && is_valid_utf8(dn)) {
      visit(dn);
    }
  }
}

template <class Visit>
void each_group(std::istream& input, Visit visit) {
  LdifReader reader{rewound(input)};
  while (auto record = reader.next()) {
    const auto* entry = std::get_if<LdifEntry>(&*record);
    if (entry != nullptr && !entry->dn.empty() && is_ldif_group(*entry)) {
      visit(*entry);
    }
  }
}

RowFailure row_failure(std::uint64_t line, std::string_view key, Failure why) {
  return {.line = line, .key = std::string{key}, .failure = std::move(why)};
}

}  // namespace

bool is_ldif_group(const LdifEntry& entry) {
  return std::ranges::any_of(entry.attributes, [](const LdifAttribute& attribute) {
    if (attribute.name != "objectclass") {
      return false;
    }
    const std::string name = ascii_lower(trimmed(attribute.value));
    return name == "groupofnames" || name == "groupofuniquenames";
  });
}

LdifGroups LdifGroups::read(std::istream& input, const OnRowFailure& refused) {
  LdifGroups result;
  each_group(input, [&](const LdifEntry& entry) { result.collect(entry, refused); });
  each_group(input, [&](const LdifEntry& entry) { result.place_members(entry, refused); });
  result.order();
  return result;
}

const ImportedGroup* LdifGroups::find(const std::string& id) const {
  const auto place = places_.find(id);
  return place == places_.end() ? nullptr : &groups_[place->second];
}

void LdifGroups::collect(const LdifEntry& entry, const OnRowFailure& refused) {
  ImportedGroup group;
  group.id = user_id_from_dn(entry.dn);
  group.name = first_text(entry, "cn");
  group.description = first_text(entry, "description");
  group.source_key = entry.dn;
  group.line = entry.line;
  if (group.name.empty()) {
    refused(row_failure(
        entry.line, entry.dn, failure(Errc::kInvalid, "group_no_name", "a group needs a cn")));
    return;
  }
  if (places_.contains(group.id)) {
    refused(row_failure(entry.line,
                        entry.dn,
                        failure(Errc::kInvalid, "group_twice", "the file has this group already")));
    return;
  }
  if (groups_.size() == kImportedGroupsMax) {
    if (!std::exchange(full_, true)) {
      refused(row_failure(
          entry.line,
          entry.dn,
          failure(Errc::kTooLarge, "too_many_groups", "a file may have 100,000 groups")));
    }
    return;
  }
  places_.emplace(group.id, groups_.size());
  groups_.push_back(std::move(group));
}

void LdifGroups::place_members(const LdifEntry& entry, const OnRowFailure& refused) {
  const auto parent = places_.find(user_id_from_dn(entry.dn));
  if (parent == places_.end() || groups_[parent->second].line != entry.line) {
    return;
  }
  each_member(entry, [&](std::string_view dn) {
    const auto child = places_.find(user_id_from_dn(dn));
    if (child == places_.end()) {
      return;
    }
    if (auto put = put_below(child->second, parent->second); !put) {
      refused(row_failure(entry.line, dn, std::move(put).error()));
    }
  });
}

Result<void> LdifGroups::put_below(std::size_t child, std::size_t parent) {
  ImportedGroup& group = groups_[child];
  const std::string& parent_id = groups_[parent].id;
  if (group.parent_id == parent_id) {
    return {};
  }
  if (!group.parent_id.empty()) {
    return failure(Errc::kInvalid,
                   "group_second_parent",
                   "the group lies in another one already, and groups are a tree");
  }
  const std::string* above = &parent_id;
  for (std::size_t depth = 1; !above->empty(); ++depth) {
    if (*above == group.id) {
      return failure(Errc::kInvalid, "group_cycle", "the group would lie in itself");
    }
    if (depth == kImportedGroupDepthMax) {
      return failure(Errc::kInvalid, "group_too_deep", "groups lie in each other 32 levels deep");
    }
    above = &groups_[places_.at(*above)].parent_id;
  }
  group.parent_id = parent_id;
  return {};
}

void LdifGroups::order() {
  std::unordered_map<std::string, std::vector<std::size_t>> children;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    children[groups_[i].parent_id].push_back(i);
  }
  std::vector<std::size_t> sorted = children[""];
  sorted.reserve(groups_.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (const auto below = children.find(groups_[sorted[i]].id); below != children.end()) {
      sorted.insert(sorted.end(), below->second.begin(), below->second.end());
    }
  }
  std::vector<ImportedGroup> ordered;
  ordered.reserve(sorted.size());
  for (const std::size_t at : sorted) {
    places_[groups_[at].id] = ordered.size();
    ordered.push_back(std::move(groups_[at]));
  }
  groups_ = std::move(ordered);
}

LdifMembers::LdifMembers(std::istream& input, const LdifGroups& groups)
    : groups_{groups}, reader_{rewound(input)} {}

std::optional<ImportedMember> LdifMembers::next() {
  while (waiting_.empty()) {
    const auto record = reader_.next();
    if (!record) {
      return std::nullopt;
    }
    const auto* entry = std::get_if<LdifEntry>(&*record);
    if (entry == nullptr || entry->dn.empty() || !is_ldif_group(*entry)) {
      continue;
    }
    const std::string group_id = user_id_from_dn(entry->dn);
    const ImportedGroup* group = groups_.find(group_id);
    if (group == nullptr || group->line != entry->line) {
      continue;
    }
    each_member(*entry, [&](std::string_view dn) {
      ImportedMember member{group_id, user_id_from_dn(dn), std::string{dn}, entry->line, {}};
      if (groups_.find(member.user_id) == nullptr) {
        waiting_.push_back(std::move(member));
      }
    });
    std::ranges::reverse(waiting_);
  }
  ImportedMember member = std::move(waiting_.back());
  waiting_.pop_back();
  return member;
}

}  // namespace muster
