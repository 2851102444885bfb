#include <algorithm>
#include <optional>

#include "engine/pools/pool_settings.h"
#include "engine/text/duration.h"

namespace muster {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 24 * 3600 * kSecond;

constexpr std::int64_t kCodeLengthMin = 4;
constexpr std::int64_t kCodeLengthMax = 64;
constexpr std::int64_t kCodeTtlMax = 30 * kDay;

// No password is longer, so no count can be met above it.
constexpr std::int64_t kPolicyCountMax = static_cast<std::int64_t>(kPasswordBytesMax);
// Each former password costs a whole verification whenever a new one is set.
constexpr std::int64_t kPasswordHistoryMax = 24;

constexpr std::size_t kPoolMetadataBytesMax = 64 * 1024;
constexpr std::size_t kTagCharactersMax = 128;

/// Reads members of one object and notes what is wrong with them.
struct Members {
  JsonValue object;
  std::string pointer;
  Faults& types;
  Faults& values;

  [[nodiscard]] std::string at(std::string_view name) const {
    return pointer + "/" + std::string{name};
  }

  std::string text(std::string_view name) const {
    const auto member = object.find_set(name);
    if (!member) {
      return {};
    }
    if (!member->is_string()) {
      types.add(at(name), "type", "must be a string");
    }
    return std::string{member->text().value_or(std::string_view{})};
  }

  bool flag(std::string_view name) const {
    const auto member = object.find_set(name);
    if (member && !member->is_bool()) {
      types.add(at(name), "type", "must be a boolean");
    }
    return member && member->flag().value_or(false);
  }

  std::int64_t whole(std::string_view name, std::int64_t absent, std::int64_t max) const {
    const auto member = object.find_set(name);
    if (!member) {
      return absent;
    }
    if (!member->is_number()) {
      types.add(at(name), "type", "must be a whole number");
      return absent;
    }
    const auto number = member->whole();
    if (!number || *number < 0 || *number > max) {
      values.add(at(name), "range", "must be a whole number from 0 to " + std::to_string(max));
      return absent;
    }
    return *number;
  }

  std::int64_t duration_us(std::string_view name, std::int64_t absent) const {
    const auto member = object.find_set(name);
    const auto spelled = member ? member->text() : std::nullopt;
    if (member && !spelled) {
      types.add(at(name), "type", "must be a duration such as \"10m0s\"");
    }
    if (!spelled) {
      return absent;
    }
    const Result<std::int64_t> micros = parse_duration(*spelled);
    if (!micros) {
      values.add(at(name), "duration", "must be a duration such as \"10m0s\"");
    }
    return micros ? *micros : absent;
  }

  /// Nothing when the member is absent.
  std::optional<JsonValue> child(std::string_view name) const {
    const auto member = object.find_set(name);
    if (member && !member->is_object()) {
      types.add(at(name), "type", "must be an object");
      return std::nullopt;
    }
    return member;
  }
};

bool is_mechanism(std::string_view name) {
  return std::ranges::count(kMechanisms, name) != 0;
}

std::vector<std::string> read_mechanisms(const Members& members,
                                         std::string_view name,
                                         std::vector<std::string> absent) {
  const auto list = members.object.find_set(name);
  if (!list) {
    return absent;
  }
  if (!list->is_array()) {
    members.types.add(members.at(name), "type", "must be an array");
    return absent;
  }
  std::vector<std::string> mechanisms;
  for (const JsonValue element : list->elements()) {
    const std::string pointer = members.at(name) + "/" + std::to_string(mechanisms.size());
    const auto mechanism = element.text();
    if (!mechanism) {
      members.types.add(pointer, "type", "must be a string");
    } else if (!is_mechanism(*mechanism)) {
      members.values.add(pointer, "enum", "must name an authentication mechanism");
    } else if (std::ranges::count(mechanisms, *mechanism) != 0) {
      members.values.add(pointer, "uniqueItems", "is named twice");
    }
    if (mechanisms.size() > kMechanisms.size()) {
      break;  // at least one of them is a fault by now
    }
    mechanisms.emplace_back(mechanism.value_or(std::string_view{}));
  }
  return mechanisms;
}

std::string read_preferred(const Members& members,
                           std::string_view name,
                           const std::vector<std::string>& mechanisms) {
  std::string preferred = members.text(name);
  if (!preferred.empty() && std::ranges::count(mechanisms, preferred) == 0) {
    members.values.add(members.at(name), "enum", "must be one of the listed mechanisms");
  }
  return preferred;
}

/// "password" where it may be used, else the first.
std::string default_preferred(const std::vector<std::string>& mechanisms) {
  if (std::ranges::count(mechanisms, "password") != 0) {
    return "password";
  }
  return mechanisms.empty() ? std::string{} : mechanisms.front();
}

std::string read_threshold(const Members& members) {
  constexpr std::string_view kName = "second_factor_threshold";
  const auto threshold = members.object.find_set(kName);
  if (!threshold) {
    return {};
  }
  if (!threshold->is_number()) {
    members.types.add(members.at(kName), "type", "must be a number");
    return {};
  }
  if (threshold->as_double() < 0) {
    members.values.add(members.at(kName), "minimum", "must not be negative");
  }
  return threshold->minified();
}

void read_codes(const Members& members, PoolSettings& settings) {
  const auto all = members.child("otp_settings");
  if (!all) {
    return;
  }
  const Members types{*all, members.at("otp_settings"), members.types, members.values};
  for (std::size_t index = 0; index < kCodeTypeNames.size(); ++index) {
    const auto one = types.child(kCodeTypeNames[index]);
    if (!one) {
      continue;
    }
    const Members code{*one, types.at(kCodeTypeNames[index]), members.types, members.values};
    CodeSettings& read = settings.codes[index];
    const std::int64_t length = code.whole("length", read.length, kCodeLengthMax);
    if (length < kCodeLengthMin) {
      code.values.add(code.at("length"), "minimum", "must be at least 4");
    }
    read.length = static_cast<std::uint32_t>(length);
    read.ttl_us = code.duration_us("ttl", read.ttl_us);
    if (read.ttl_us < kSecond || read.ttl_us > kCodeTtlMax) {
      code.values.add(code.at("ttl"), "range", "must be from 1s to 720h0m0s (30 days)");
    }
  }
}

void read_password_policy(const Members& members, PasswordPolicy& policy) {
  const auto object = members.child("password_policy");
  if (!object) {
    return;
  }
  const Members rules{*object, members.at("password_policy"), members.types, members.values};
  const auto count = [&](std::string_view name, std::int64_t max) {
    return static_cast<std::uint64_t>(rules.whole(name, 0, max));
  };
  policy.min_length = count("min_length", kPolicyCountMax);
  policy.capital_letters = count("capital_letters", kPolicyCountMax);
  policy.lowercase_letters = count("lowercase_letters", kPolicyCountMax);
  policy.digits = count("digits", kPolicyCountMax);
  policy.special_characters = count("special_characters", kPolicyCountMax);
  policy.not_used_since = count("not_used_since", kPasswordHistoryMax);
  const std::string strength = rules.text("strength");
  const auto parsed = parse_password_strength(strength);
  if (!parsed && !strength.empty()) {
    rules.values.add(
        rules.at("strength"), "enum", "must be any, weak, fair, strong or very_strong");
  }
  policy.strength = parsed.value_or(PasswordStrength::kAny);
}

void read_password_settings(const Members& members, PoolSettings& settings) {
  const auto object = members.child("password_settings");
  if (!object) {
    return;
  }
  const Members passwords{*object, members.at("password_settings"), members.types, members.values};
  const std::string method = passwords.text("hashing_method");
  const auto parsed = parse_hashing_method(method);
  if (!parsed && !method.empty()) {
    passwords.values.add(
        passwords.at("hashing_method"), "enum", "must be bcrypt, pbkdf2, argon2 or sha");
  }
  settings.hashing_method = parsed.value_or(HashingMethod::kBcrypt);
  settings.password_expires_after_us = passwords.duration_us("expires_after", 0);
}

bool reads_as_erasing(const Members& members) {
  const std::string policy = members.text("user_deletion");
  if (!policy.empty() && policy != kDeletionKeepsHistory && policy != kDeletionErases) {
    members.values.add(members.at("user_deletion"), "enum", "must be keeps_history or erases");
  }
  return policy == kDeletionErases;
}

void read_texts(const Members& members, PoolSettings& settings) {
  settings.description = members.text("description");
  check_description(members.values, members.at("description"), settings.description);
  settings.badge_color = members.text("badge_color");
  if (!is_line(settings.badge_color, kTagCharactersMax)) {
    members.values.add(members.at("badge_color"), "text", "must have at most 128 characters");
  }
  if (const auto metadata = members.child("metadata")) {
    settings.metadata.text = metadata->minified();
    if (settings.metadata.text.size() > kPoolMetadataBytesMax) {
      members.values.add(members.at("metadata"), "maxLength", "must have at most 64 KiB");
    }
  }
}

}  // namespace

PoolSettings read_pool_settings(JsonValue body, Faults& types, Faults& values) {
  const Members members{body, "", types, values};
  PoolSettings settings;
  read_texts(members, settings);
  settings.mechanisms =
      read_mechanisms(members, "authentication_mechanisms", std::move(settings.mechanisms));
  settings.preferred_mechanism =
      read_preferred(members, "preferred_authentication_mechanism", settings.mechanisms);
  if (settings.preferred_mechanism.empty()) {
    settings.preferred_mechanism = default_preferred(settings.mechanisms);
  }
  settings.second_factors = read_mechanisms(members, "second_factor_authentication_mechanisms", {});
  settings.preferred_second_factor = read_preferred(
      members, "second_factor_preferred_authentication_mechanism", settings.second_factors);
  settings.second_factor_threshold = read_threshold(members);
  settings.mfa_session_ttl_us = members.duration_us("mfa_session_ttl", 0);
  read_codes(members, settings);
  read_password_policy(members, settings.password_policy);
  read_password_settings(members, settings);
  if (const auto reset = members.child("reset_credentials_settings")) {
    const Members rules{*reset, members.at("reset_credentials_settings"), types, values};
    settings.no_self_reset = rules.flag("do_not_allow_users_to_self_reset_credentials");
  }
  settings.public_registration_allowed = members.flag("public_registration_allowed");
  settings.system = members.flag("system");
  settings.erases_users = reads_as_erasing(members);
  return settings;
}

}  // namespace muster
