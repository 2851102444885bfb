/// What a pool demands of new passwords (contract 3.6, N-54 to N-57).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/credentials/password_hash.h"

namespace muster {

/// Each level is the least zxcvbn score, 0 to 4 (N-55).
enum class PasswordStrength : std::uint8_t { kAny, kWeak, kFair, kStrong, kVeryStrong };

std::string_view name_of(PasswordStrength strength);
/// "any", "weak", "fair", "strong", "very_strong".
std::optional<PasswordStrength> parse_password_strength(std::string_view name);

/// The members of `password_policy`; all of them least counts of code points, 0 demands nothing.
struct PasswordPolicy {
  std::uint64_t min_length = 0;
  std::uint64_t capital_letters = 0;
  std::uint64_t lowercase_letters = 0;
  std::uint64_t digits = 0;              // 0 to 9
  std::uint64_t special_characters = 0;  // neither letter nor digit nor white space (N-56)
  std::uint64_t not_used_since = 0;      // how many former passwords must differ (N-54)
  PasswordStrength strength = PasswordStrength::kAny;

  bool operator==(const PasswordPolicy&) const = default;
};

/// `former`: hashes of earlier passwords, newest first, the present one included; looked at only as
/// far as not_used_since says, and only when every cheaper rule holds, as each costs a whole
/// verify_password. A failure is kInvalid, rule `password_policy`, with one fault for each violated
/// rule: pointer "/password", rule as the member is called, or `max_length` (kPasswordBytesMax) or
/// `characters` (not UTF-8, a NUL), which hold without a policy. Any thread; on a bounded pool.
Result<void> check_password_policy(const PasswordPolicy& policy,
                                   std::string_view password,
                                   const std::vector<PasswordHash>& former);

}  // namespace muster
