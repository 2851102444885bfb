#include "api/import/group_source.h"

#include <utility>

#include "api/import/keycloak_groups.h"
#include "api/import/ldif_groups.h"

namespace muster {
namespace {

class LdifGroupSource final : public GroupSource {
 public:
  LdifGroupSource(std::istream& input, const OnRowFailure& refused)
      : groups_{LdifGroups::read(input, refused)}, members_{input, groups_} {}

  [[nodiscard]] const std::vector<ImportedGroup>& groups() const override {
    return groups_.groups();
  }

  std::optional<ImportedMember> next_member() override { return members_.next(); }

  [[nodiscard]] std::uint64_t bytes_consumed() const override { return members_.bytes_consumed(); }

  [[nodiscard]] bool failed() const override { return members_.failed(); }

 private:
  LdifGroups groups_;
  LdifMembers members_;
};

class KeycloakGroupSource final : public GroupSource {
 public:
  KeycloakGroupSource(std::istream& input, std::istream* tree, const OnRowFailure& refused)
      : groups_{KeycloakGroups::read(tree == nullptr ? input : *tree, refused)},
        members_{input, groups_} {}

  [[nodiscard]] const std::vector<ImportedGroup>& groups() const override {
    return groups_.groups();
  }

  std::optional<ImportedMember> next_member() override { return members_.next(); }

  [[nodiscard]] std::uint64_t bytes_consumed() const override { return members_.bytes_consumed(); }

  [[nodiscard]] bool failed() const override { return groups_.failed() || members_.failed(); }

  [[nodiscard]] LeftBehind left_behind() const override { return groups_.left_behind(); }

 private:
  KeycloakGroups groups_;
  KeycloakMembers members_;
};

}  // namespace

bool has_groups(ImportFormat format) {
  return format == ImportFormat::kLdif || format == ImportFormat::kKeycloak;
}

std::unique_ptr<GroupSource> open_groups(ImportFormat format,
                                         std::istream& input,
                                         std::istream* tree,
                                         const OnRowFailure& refused) {
  if (format == ImportFormat::kLdif) {
    return std::make_unique<LdifGroupSource>(input, refused);
  }
  if (format == ImportFormat::kKeycloak) {
    return std::make_unique<KeycloakGroupSource>(input, tree, refused);
  }
  return nullptr;
}

}  // namespace muster
