#include "engine/users/parts.h"

#include <array>

#include "engine/core/json_writer.h"
#include "engine/pools/pool_settings.h"
#include "engine/text/address.h"
#include "engine/text/characters.h"

namespace muster {
namespace {

constexpr std::size_t kTotpSecretBytesMax = 256;
// A few keys of some kilobytes each: attestation objects may carry certificate chains.
constexpr std::size_t kWebauthnBytesMax = 64 * 1024;

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& names) {
  return std::ranges::count(names, text) != 0;
}

constexpr std::array<std::string_view, 5> kIdentifierTypes{"email",
                                                           "mobile",
                                                           "uid",
                                                           "external",
                                                           "federated"};
constexpr std::array<std::string_view, 2> kAddressTypes{"email", "mobile"};
constexpr std::array<std::string_view, 3> kCredentialTypes{"password", "totp", "webauthn"};
constexpr std::array<std::string_view, 4> kUserStatuses{"new", "active", "inactive", "deleted"};
constexpr std::array<std::string_view, 2> kAddressStatuses{"active", "inactive"};
constexpr std::array<std::string_view, 2> kContactMethods{"sms", "voice"};

void check_value(Faults& faults,
                 const std::string& pointer,
                 std::string_view type,
                 std::string_view value) {
  if (value.empty()) {
    faults.add(pointer, "required", "must be given and not be empty");
  } else if (type == "email" && !is_email(value)) {
    faults.add(pointer, "email", "must be an e-mail address");
  } else if (type == "mobile" && !is_mobile(value)) {
    faults.add(pointer, "mobile", "must be a mobile number such as +48123456789");
  } else if (value.size() > kIdentifierBytesMax || !is_line(value, kIdentifierBytesMax)) {
    faults.add(pointer, "text", "must have at most 256 bytes and no control characters");
  }
}

/// RFC 4648 section 6, with or without padding, in either case.
bool is_base32(std::string_view text) {
  while (text.ends_with('=')) {
    text.remove_suffix(1);
  }
  return !text.empty() && std::ranges::all_of(text, [](char byte) {
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte >= '2' && byte <= '7');
  });
}

/// Folded form where it differs, else empty.
std::string folded_or_nothing(const std::string& value) {
  std::string folded = fold(value);
  return folded == value ? std::string{} : folded;
}

JsonText secret_of(const NewCredential& input) {
  JsonText secret;
  JsonWriter writer{secret.text};
  writer.begin_object();
  if (input.type == "password") {
    writer.raw_member("hashed_password", input.password->to_json());
  } else if (input.type == "totp") {
    writer.member("totp_secret", input.totp_secret);
  } else {
    writer.raw_member("credentials", input.webauthn_credentials.text);
  }
  writer.end_object();
  return secret;
}

/// Only passwords are forced to change (contract 2.1.3); reset wins over change.
std::string state_of(const NewCredential& input) {
  if (input.type != "password" || (!input.must_be_reset && !input.must_be_changed)) {
    return "valid";
  }
  return input.must_be_reset ? "must_be_reset" : "must_be_changed";
}

}  // namespace

void check_identifier(Faults& faults, const std::string& pointer, const NewIdentifier& input) {
  if (!is_one_of(input.type, kIdentifierTypes)) {
    faults.add(pointer + "/type", "enum", "must be email, mobile, uid, external or federated");
  }
  check_value(faults, pointer + "/identifier", input.type, input.value);
  check_part_metadata(faults, pointer, input.metadata);
}

void check_address(Faults& faults, const std::string& pointer, const NewAddress& input) {
  if (!is_one_of(input.type, kAddressTypes)) {
    faults.add(pointer + "/type", "enum", "must be email or mobile");
  }
  check_value(faults, pointer + "/address", input.type, input.value);
  check_address_status(faults, pointer, input.status);
  check_contact_method(faults, pointer, input.preferred_contact_method);
  check_part_metadata(faults, pointer, input.metadata);
}

void check_credential(Faults& faults, const std::string& pointer, const NewCredential& input) {
  if (!is_one_of(input.type, kCredentialTypes)) {
    faults.add(pointer + "/type", "enum", "must be password, totp or webauthn");
  } else if (input.type == "password" && !input.password) {
    faults.add(pointer + "/password", "required", "must be given");
  } else if (input.type == "totp" &&
             (input.totp_secret.size() > kTotpSecretBytesMax || !is_base32(input.totp_secret))) {
    faults.add(pointer + "/totp_secret", "base32", "must be a secret in base32");
  } else if (input.type == "webauthn" && !input.webauthn_credentials.text.starts_with('[')) {
    faults.add(pointer + "/webauthn_credentials", "required", "must be an array");
  } else if (input.webauthn_credentials.text.size() > kWebauthnBytesMax) {
    faults.add(pointer + "/webauthn_credentials", "maxLength", "must have at most 64 KiB");
  }
}

void check_status(Faults& faults, std::string_view status) {
  if (!is_one_of(status, kUserStatuses)) {
    faults.add("/status", "enum", "must be new, active, inactive or deleted");
  }
}

void check_address_status(Faults& faults, const std::string& pointer, std::string_view status) {
  if (!status.empty() && !is_one_of(status, kAddressStatuses)) {
    faults.add(pointer + "/status", "enum", "must be active or inactive");
  }
}

void check_contact_method(Faults& faults, const std::string& pointer, std::string_view method) {
  if (!method.empty() && !is_one_of(method, kContactMethods)) {
    faults.add(pointer + "/preferred_contact_method", "enum", "must be sms or voice");
  }
}

void check_part_metadata(Faults& faults, const std::string& pointer, const JsonText& metadata) {
  if (metadata.empty()) {
    return;
  }
  if (!metadata.text.starts_with('{')) {
    faults.add(pointer + "/metadata", "type", "must be an object");
  } else if (metadata.text.size() > kPartMetadataBytesMax) {
    faults.add(pointer + "/metadata", "maxLength", "must have at most 4096 bytes");
  }
}

Identifier make_identifier(const DomainPorts& ports, NewIdentifier input) {
  Identifier identifier;
  identifier.id = input.id.empty() ? make_part_id(ports) : std::move(input.id);
  identifier.type = std::move(input.type);
  identifier.folded = folded_or_nothing(input.value);
  identifier.value = std::move(input.value);
  identifier.metadata = std::move(input.metadata);
  identifier.created = input.created;
  identifier.updated = input.updated;
  return identifier;
}

Address make_address(const DomainPorts& ports, NewAddress input) {
  Address address;
  address.id = input.id.empty() ? make_part_id(ports) : std::move(input.id);
  address.type = std::move(input.type);
  address.folded = folded_or_nothing(input.value);
  address.value = std::move(input.value);
  address.status = input.status.empty() ? "active" : std::move(input.status);
  address.verified = input.verified;
  address.preferred_contact_method = std::move(input.preferred_contact_method);
  address.metadata = std::move(input.metadata);
  address.created = input.created;
  address.updated = input.updated;
  address.verified_at = input.verified_at;
  return address;
}

Credential make_credential(const DomainPorts& ports,
                           const PoolState& pool,
                           NewCredential input,
                           std::string id) {
  Credential credential;
  if (id.empty()) {
    id = input.id.empty() ? make_part_id(ports) : std::move(input.id);
  }
  credential.id = std::move(id);
  credential.created = input.created;
  credential.updated = input.updated;
  credential.state = state_of(input);
  credential.secret = secret_of(input);
  credential.expires = input.expires.value_or(Micros{});
  if (!input.expires && input.type == "password") {
    const std::int64_t life_us = expires_after_us_of(pool);
    const std::int64_t now_us = raw(ports.clock.now());
    credential.expires = life_us == 0 ? Micros{} : Micros{now_us + life_us};
  }
  credential.type = std::move(input.type);
  return credential;
}

}  // namespace muster
