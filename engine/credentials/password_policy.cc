#include "engine/credentials/password_policy.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <zxcvbn.h>

#include "engine/core/check.h"
#include "engine/text/characters.h"
#include "engine/text/fold.h"
#include "engine/text/utf8.h"

namespace muster {
namespace {

struct StrengthName {
  PasswordStrength strength;
  std::string_view name;
  /// log2 of the guesses that zxcvbn asks for this score: 0, 10^3, 10^6, 10^8, 10^10.
  double bits;
};

constexpr std::array kStrengths = {
    StrengthName{PasswordStrength::kAny, "any", 0.0},
    StrengthName{PasswordStrength::kWeak, "weak", 9.965784},
    StrengthName{PasswordStrength::kFair, "fair", 19.931569},
    StrengthName{PasswordStrength::kStrong, "strong", 26.575425},
    StrengthName{PasswordStrength::kVeryStrong, "very_strong", 33.219281},
};

const StrengthName& description_of(PasswordStrength strength) {
  const auto* found =
      std::find_if(kStrengths.begin(), kStrengths.end(), [&](const StrengthName& one) {
        return one.strength == strength;
      });
  check(found != kStrengths.end(), "an unknown password strength");
  return *found;
}

struct CharacterCounts {
  std::uint64_t all = 0;
  std::uint64_t capitals = 0;
  std::uint64_t lowercase = 0;
  std::uint64_t digits = 0;
  std::uint64_t special = 0;
};

CharacterCounts count_characters(std::string_view password) {
  CharacterCounts counts;
  while (!password.empty()) {
    const CodePoint point = first_code_point(password);
    ++counts.all;
    if (point.value >= U'0' && point.value <= U'9') {
      ++counts.digits;
    } else if (fold(point.value) != point.value) {
      ++counts.capitals;
    } else if (is_folded_form(point.value)) {
      ++counts.lowercase;
    } else if (is_symbol(point.value)) {
      ++counts.special;
    }
    password.remove_prefix(point.bytes);
  }
  return counts;
}

void add_fault(std::vector<Fault>& faults, std::string_view rule, std::string reason) {
  faults.push_back({"/password", std::string{rule}, std::move(reason)});
}

/// What holds for every password, whatever the policy.
std::vector<Fault> general_faults(std::string_view password) {
  std::vector<Fault> faults;
  if (password.size() > kPasswordBytesMax) {
    add_fault(faults, "max_length", "A password has at most 1024 bytes.");
  } else if (!is_valid_utf8(password) || password.find('\0') != std::string_view::npos) {
    add_fault(faults, "characters", "A password is UTF-8 text without NUL characters.");
  }
  return faults;
}

std::vector<Fault> policy_faults(const PasswordPolicy& policy, std::string_view password) {
  struct Rule {
    std::string_view name;
    std::uint64_t wanted;
    std::uint64_t present;
    std::string_view what;
  };

  const CharacterCounts counts = count_characters(password);
  const std::array rules = {
      Rule{"min_length", policy.min_length, counts.all, "characters"},
      Rule{"capital_letters", policy.capital_letters, counts.capitals, "capital letters"},
      Rule{"lowercase_letters", policy.lowercase_letters, counts.lowercase, "lower-case letters"},
      Rule{"digits", policy.digits, counts.digits, "digits"},
      Rule{"special_characters", policy.special_characters, counts.special, "special characters"},
  };
  std::vector<Fault> faults;
  for (const Rule& rule : rules) {
    if (rule.present < rule.wanted) {
      add_fault(faults,
                rule.name,
                "At least " + std::to_string(rule.wanted) + " " + std::string{rule.what} + ".");
    }
  }
  // zxcvbn's dictionaries are compiled into it and it has no state, so threads may share it.
  if (policy.strength != PasswordStrength::kAny &&
      ZxcvbnMatch(std::string{password}.c_str(), nullptr, nullptr) <
          description_of(policy.strength).bits) {
    add_fault(faults, "strength", "The password is too easy to guess.");
  }
  return faults;
}

Result<bool> is_former(std::string_view password,
                       const std::vector<PasswordHash>& former,
                       std::uint64_t count) {
  const std::size_t end = std::min<std::uint64_t>(former.size(), count);
  for (std::size_t i = 0; i < end; ++i) {
    MUSTER_TRY(const bool same, verify_password(former[i], password));
    if (same) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string_view name_of(PasswordStrength strength) {
  return description_of(strength).name;
}

std::optional<PasswordStrength> parse_password_strength(std::string_view name) {
  const auto* found = std::find_if(kStrengths.begin(),
                                   kStrengths.end(),
                                   [&](const StrengthName& one) { return one.name == name; });
  return found == kStrengths.end() ? std::nullopt : std::optional{found->strength};
}

Result<void> check_password_policy(const PasswordPolicy& policy,
                                   std::string_view password,
                                   const std::vector<PasswordHash>& former) {
  std::vector<Fault> faults = general_faults(password);
  if (faults.empty()) {
    faults = policy_faults(policy, password);
  }
  if (faults.empty()) {
    MUSTER_TRY(const bool used, is_former(password, former, policy.not_used_since));
    if (used) {
      add_fault(faults, "not_used_since", "The password was used before.");
    }
  }
  if (faults.empty()) {
    return {};
  }
  Failure refused = failure(Errc::kInvalid,
                            "password_policy",
                            "The password does not satisfy the policy; see the faults.");
  refused.faults = std::move(faults);
  return refused;
}

}  // namespace muster
