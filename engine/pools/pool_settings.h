/// Settings of a pool: everything that the published `Pool` object says beside its id, name,
/// workspace, schemas and case rule (contract 4). Stored as the JSON members that answers show,
/// defaults filled in.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/administration/prepare.h"
#include "engine/core/json.h"
#include "engine/credentials/password_hash.h"
#include "engine/credentials/password_policy.h"

namespace muster {

/// Types of one-time codes, in the order of kCodeTypeNames.
enum class CodeType : std::uint8_t {
  kActivation,
  kAuthentication,
  kChallenge,
  kEnrollWebauthn,
  kResetPassword,
  kResetTotp,
  kVerifyAddress,
};
inline constexpr std::array<std::string_view, 7> kCodeTypeNames{"activation",
                                                                "authentication",
                                                                "challenge",
                                                                "enroll_webauthn",
                                                                "reset_password",
                                                                "reset_totp",
                                                                "verify_address"};

/// N-59 to N-61: lengths 4 to 64, lives from a second to 30 days.
struct CodeSettings {
  std::uint32_t length = 6;
  std::int64_t ttl_us = 0;

  bool operator==(const CodeSettings&) const = default;
};

std::array<CodeSettings, kCodeTypeNames.size()> default_code_settings();

/// The sign-in methods of the API.
inline constexpr std::array<std::string_view, 6> kMechanisms{"totp",
                                                             "password",
                                                             "otp",
                                                             "email_otp",
                                                             "sms_otp",
                                                             "webauthn"};

/// What becomes of the history of users who are deleted: `user_deletion`, an addition of ours.
inline constexpr std::string_view kDeletionKeepsHistory = "keeps_history";
inline constexpr std::string_view kDeletionErases = "erases";

struct PoolSettings {
  std::string description;
  std::string badge_color;
  JsonText metadata;
  std::vector<std::string> mechanisms{"password"};
  std::string preferred_mechanism;  // one of `mechanisms`, or empty
  std::vector<std::string> second_factors;
  std::string preferred_second_factor;
  std::string second_factor_threshold;  // a JSON number as spelled; empty: absent
  std::int64_t mfa_session_ttl_us = 0;
  std::array<CodeSettings, kCodeTypeNames.size()> codes = default_code_settings();
  PasswordPolicy password_policy;
  HashingMethod hashing_method = HashingMethod::kBcrypt;
  std::int64_t password_expires_after_us = 0;  // 0: never
  bool no_self_reset = false;                  // reset_credentials_settings
  bool public_registration_allowed = false;
  bool system = false;
  bool erases_users = false;  // ours: user_deletion

  /// An object; what is absent from the API's answer is absent from it.
  [[nodiscard]] JsonText to_json() const;

  bool operator==(const PoolSettings&) const = default;
};

/// Takes the settings out of a `Pool` body; members it does not know are ignored (N-02), absent
/// ones and null have their defaults (N-45). Wrong JSON types are faults of `types`, wrong values
/// of `values`.
PoolSettings read_pool_settings(JsonValue body, Faults& types, Faults& values);

/// What a stored pool says; the defaults where its text says nothing.
PoolSettings settings_of(const PoolState& pool);
PasswordPolicy policy_of(const PoolState& pool);
/// The last event of a user of that pool who is deleted: erasing or not, by the pool's policy.
Draft end_of_user(const PoolState& pool);
HashingMethod hashing_method_of(const PoolState& pool);
/// Microseconds; 0: passwords never expire.
std::int64_t expires_after_us_of(const PoolState& pool);
CodeSettings code_settings_of(const PoolState& pool, CodeType type);

}  // namespace muster
