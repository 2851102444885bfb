/// OAuth scopes of the published API (contract 1.2).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

enum class Scope : std::uint8_t {
  kIdentity,
  kIdentitySelfRegistration,
  kReadConfiguration,
  kManageConfiguration,
  kAudit,
};

inline constexpr std::array<std::string_view, 5> kScopeNames{"identity",
                                                             "identity_self_registration",
                                                             "read_configuration",
                                                             "manage_configuration",
                                                             "audit"};

constexpr std::string_view name_of(Scope scope) {
  return kScopeNames[static_cast<std::size_t>(scope)];
}

/// A set of scopes.
class Scopes {
 public:
  void add(Scope scope) { bits_ |= 1U << static_cast<unsigned>(scope); }

  [[nodiscard]] bool has(Scope scope) const {
    return (bits_ >> static_cast<unsigned>(scope) & 1U) != 0U;
  }

  /// Whether everything in `other` is in this, too.
  [[nodiscard]] bool covers(Scopes other) const { return (other.bits_ & ~bits_) == 0U; }

  bool operator==(const Scopes&) const = default;

 private:
  std::uint32_t bits_ = 0;
};

/// Unknown names are passed over: a later version may have granted them.
Scopes scopes_of(const std::vector<std::string>& names);
/// Whether there is a scope of that name.
bool is_scope(std::string_view name);
/// Names separated by spaces.
std::vector<std::string> split_scopes(std::string_view text);
std::string join_scopes(const std::vector<std::string>& names);

}  // namespace muster
