#include "engine/pools/pool_settings.h"

#include "engine/core/json_writer.h"
#include "engine/text/duration.h"

namespace muster {
namespace {

constexpr std::int64_t kMinute = 60'000'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

void write_list(JsonWriter& writer, std::string_view name, const std::vector<std::string>& list) {
  writer.key(name);
  writer.begin_array();
  for (const std::string& text : list) {
    writer.string(text);
  }
  writer.end_array();
}

void write_set(JsonWriter& writer, std::string_view name, const std::string& text) {
  if (!text.empty()) {
    writer.member(name, text);
  }
}

void write_passwords(JsonWriter& writer, const PoolSettings& settings) {
  const PasswordPolicy& policy = settings.password_policy;
  writer.key("password_policy");
  writer.begin_object();
  writer.member("min_length", policy.min_length);
  writer.member("capital_letters", policy.capital_letters);
  writer.member("lowercase_letters", policy.lowercase_letters);
  writer.member("digits", policy.digits);
  writer.member("special_characters", policy.special_characters);
  writer.member("not_used_since", policy.not_used_since);
  writer.member("strength", name_of(policy.strength));
  writer.end_object();
  writer.key("password_settings");
  writer.begin_object();
  writer.member("hashing_method", name_of(settings.hashing_method));
  writer.member("expires_after", format_duration(settings.password_expires_after_us));
  writer.end_object();
}

}  // namespace

std::array<CodeSettings, kCodeTypeNames.size()> default_code_settings() {
  // In the order of kCodeTypeNames.
  return {CodeSettings{6, kDay},
          CodeSettings{6, 5 * kMinute},
          CodeSettings{6, 5 * kMinute},
          CodeSettings{6, kHour},
          CodeSettings{6, kHour},
          CodeSettings{6, kHour},
          CodeSettings{6, kDay}};
}

JsonText PoolSettings::to_json() const {
  JsonText json;
  JsonWriter writer{json.text};
  writer.begin_object();
  write_set(writer, "description", description);
  write_set(writer, "badge_color", badge_color);
  if (!metadata.empty()) {
    writer.raw_member("metadata", metadata.text);
  }
  write_list(writer, "authentication_mechanisms", mechanisms);
  write_set(writer, "preferred_authentication_mechanism", preferred_mechanism);
  write_list(writer, "second_factor_authentication_mechanisms", second_factors);
  write_set(writer, "second_factor_preferred_authentication_mechanism", preferred_second_factor);
  if (!second_factor_threshold.empty()) {
    writer.raw_member("second_factor_threshold", second_factor_threshold);
  }
  writer.member("mfa_session_ttl", format_duration(mfa_session_ttl_us));
  writer.key("otp_settings");
  writer.begin_object();
  for (std::size_t index = 0; index < codes.size(); ++index) {
    writer.key(kCodeTypeNames[index]);
    writer.begin_object();
    writer.member("length", codes[index].length);
    writer.member("ttl", format_duration(codes[index].ttl_us));
    writer.end_object();
  }
  writer.end_object();
  write_passwords(writer, *this);
  writer.key("reset_credentials_settings");
  writer.begin_object();
  writer.member("do_not_allow_users_to_self_reset_credentials", no_self_reset);
  writer.end_object();
  writer.member("public_registration_allowed", public_registration_allowed);
  writer.member("system", system);
  if (erases_users) {
    writer.member("user_deletion", kDeletionErases);
  }
  writer.end_object();
  return json;
}

PoolSettings settings_of(const PoolState& pool) {
  const Result<JsonDocument> document = parse_json(pool.settings.text);
  if (!document) {
    return {};
  }
  Faults types;
  Faults values;
  return read_pool_settings(document->root(), types, values);
}

Draft end_of_user(const PoolState& pool) {
  return settings_of(pool).erases_users ? open_draft(UserErased{}) : open_draft(UserDeleted{});
}

PasswordPolicy policy_of(const PoolState& pool) {
  return settings_of(pool).password_policy;
}

HashingMethod hashing_method_of(const PoolState& pool) {
  return settings_of(pool).hashing_method;
}

std::int64_t expires_after_us_of(const PoolState& pool) {
  return settings_of(pool).password_expires_after_us;
}

CodeSettings code_settings_of(const PoolState& pool, CodeType type) {
  return settings_of(pool).codes[static_cast<std::size_t>(type)];
}

}  // namespace muster
