#include <catch2/catch.hpp>

#include "engine/pools/pool_commands.h"

using namespace muster;

namespace {

Result<PoolBody> read(std::string_view json, PoolNameRule rule = PoolNameRule::kLettersAndDigits) {
  const auto document = parse_json(json);
  REQUIRE(document);
  return read_pool(document->root(), {rule});
}

/// "rule pointer:rule ..." or "fine".
std::string verdict(const Result<PoolBody>& body) {
  if (body) {
    return "fine";
  }
  std::string text = body.error().rule;
  for (const Fault& fault : body.error().faults) {
    text += " " + fault.pointer + ":" + fault.rule;
  }
  return text;
}

std::string verdict(const std::string& members) {
  return verdict(read(R"({"name":"people",)" + members + "}"));
}

PoolState stored(const PoolBody& body) {
  PoolState pool;
  pool.settings = body.settings.to_json();
  return pool;
}

}  // namespace

TEST_CASE("pool names are letters and digits, or what the setting allows besides", "[pools]") {
  struct Row {
    std::string name;
    bool strict;
    bool relaxed;
  };

  const std::vector<Row> rows = {
      {"People1", true, true},
      {"", false, false},
      {std::string(128, 'a'), true, true},
      {std::string(129, 'a'), false, false},
      {"Some Pool", false, true},
      {"some-pool_2", false, true},
      {" people", false, false},
      {"people ", false, false},
      {"people.", false, false},
      {"caf\xC3\xA9", false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const std::string json = R"({"name":")" + row.name + R"("})";
    CHECK(read(json).has_value() == row.strict);
    CHECK(read(json, PoolNameRule::kRelaxed).has_value() == row.relaxed);
  }
}

TEST_CASE("an empty pool body says what it lacks", "[pools]") {
  CHECK(verdict(read("{}")) == "invalid_request /name:required");
  CHECK(verdict(read("[]")) == "invalid_body :invalid_body");
}

TEST_CASE("what a pool does not say has its default", "[pools]") {
  const auto body = read(R"({"name":"people","tenant_id":"x","unknown":1,"id":null})");
  REQUIRE(body);
  CHECK(body->id.empty());
  CHECK(body->payload_schema_id == "default_payload");
  CHECK(body->metadata_schema_id == "default_metadata");
  CHECK(body->business_metadata_schema_id.empty());
  CHECK_FALSE(body->identifier_case_insensitive);
  CHECK(body->settings == [] {
    PoolSettings settings;
    settings.preferred_mechanism = "password";
    return settings;
  }());
  CHECK(body->settings.to_json().text ==
        R"({"authentication_mechanisms":["password"],)"
        R"("preferred_authentication_mechanism":"password",)"
        R"("second_factor_authentication_mechanisms":[],"mfa_session_ttl":"0s","otp_settings":{)"
        R"("activation":{"length":6,"ttl":"24h0m0s"},"authentication":{"length":6,"ttl":"5m0s"},)"
        R"("challenge":{"length":6,"ttl":"5m0s"},"enroll_webauthn":{"length":6,"ttl":"1h0m0s"},)"
        R"("reset_password":{"length":6,"ttl":"1h0m0s"},"reset_totp":{"length":6,"ttl":"1h0m0s"},)"
        R"("verify_address":{"length":6,"ttl":"24h0m0s"}},"password_policy":{"min_length":0,)"
        R"("capital_letters":0,"lowercase_letters":0,"digits":0,"special_characters":0,)"
        R"("not_used_since":0,"strength":"any"},"password_settings":{"hashing_method":"bcrypt",)"
        R"("expires_after":"0s"},"reset_credentials_settings":{)"
        R"("do_not_allow_users_to_self_reset_credentials":false},)"
        R"("public_registration_allowed":false,"system":false})");
}

TEST_CASE("what a pool says is answered, and understood when it comes back", "[pools]") {
  const auto body = read(
      R"({"name":"people","description":"All","badge_color":"#fff","workspace_id":"w",)"
      R"("metadata":{"a":1.50},"authentication_mechanisms":["otp","webauthn"],)"
      R"("preferred_authentication_mechanism":"webauthn",)"
      R"("second_factor_authentication_mechanisms":["totp"],)"
      R"("second_factor_preferred_authentication_mechanism":"totp",)"
      R"("second_factor_threshold":0.60,"mfa_session_ttl":"1 hour",)"
      R"("otp_settings":{"challenge":{"length":8},"activation":{"ttl":"30m"}},)"
      R"("password_policy":{"min_length":8,"digits":1,"not_used_since":3,"strength":"strong"},)"
      R"("password_settings":{"hashing_method":"argon2","expires_after":"24h"},)"
      R"("reset_credentials_settings":{"do_not_allow_users_to_self_reset_credentials":true},)"
      R"("public_registration_allowed":true,"system":true})");
  REQUIRE(body);
  const PoolState pool = stored(*body);
  CHECK(settings_of(pool) == body->settings);
  CHECK(pool.settings.text.find(R"("second_factor_threshold":0.60)") != std::string::npos);
  CHECK(pool.settings.text.find(R"("metadata":{"a":1.50})") != std::string::npos);
  CHECK(pool.settings.text.find(R"("mfa_session_ttl":"1h0m0s")") != std::string::npos);
  CHECK(policy_of(pool).min_length == 8);
  CHECK(policy_of(pool).not_used_since == 3);
  CHECK(policy_of(pool).strength == PasswordStrength::kStrong);
  CHECK(hashing_method_of(pool) == HashingMethod::kArgon2);
  CHECK(expires_after_us_of(pool) == 86'400'000'000);
  CHECK(code_settings_of(pool, CodeType::kChallenge) == CodeSettings{8, 300'000'000});
  CHECK(code_settings_of(pool, CodeType::kActivation) == CodeSettings{6, 1'800'000'000});
}

TEST_CASE("the preferred mechanism is the password, or else the first", "[pools]") {
  CHECK(read(R"({"name":"a","authentication_mechanisms":["otp","password"]})")
            ->settings.preferred_mechanism == "password");
  CHECK(read(R"({"name":"a","authentication_mechanisms":["otp","totp"]})")
            ->settings.preferred_mechanism == "otp");
  CHECK(
      read(R"({"name":"a","authentication_mechanisms":[]})")->settings.preferred_mechanism.empty());
}

TEST_CASE("members of the wrong JSON type cannot be read", "[pools]") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {R"("id":1)", "/id:type"},
      {R"("payload_schema_id":{})", "/payload_schema_id:type"},
      {R"("identifier_case_insensitive":"yes")", "/identifier_case_insensitive:type"},
      {R"("description":[])", "/description:type"},
      {R"("metadata":"x")", "/metadata:type"},
      {R"("authentication_mechanisms":"password")", "/authentication_mechanisms:type"},
      {R"("authentication_mechanisms":[1])", "/authentication_mechanisms/0:type"},
      {R"("second_factor_threshold":"0.5")", "/second_factor_threshold:type"},
      {R"("mfa_session_ttl":60)", "/mfa_session_ttl:type"},
      {R"("otp_settings":[])", "/otp_settings:type"},
      {R"("otp_settings":{"challenge":6})", "/otp_settings/challenge:type"},
      {R"("password_policy":{"digits":"1"})", "/password_policy/digits:type"},
      {R"("password_settings":{"hashing_method":1})", "/password_settings/hashing_method:type"},
      {R"("public_registration_allowed":1)", "/public_registration_allowed:type"},
  };
  for (const auto& [members, fault] : rows) {
    CAPTURE(members);
    CHECK(verdict(members) == "invalid_body " + fault);
  }
}

TEST_CASE("values that no pool can have are refused", "[pools]") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {R"("id":"a b")", "/id:id"},
      {R"("payload_schema_id":"a/b")", "/payload_schema_id:id"},
      {R"("metadata_schema_id":"a/b")", "/metadata_schema_id:id"},
      {R"("business_metadata_schema_id":"a/b")", "/business_metadata_schema_id:id"},
      {R"("workspace_id":"a/b")", "/workspace_id:id"},
      {R"("badge_color":"\n")", "/badge_color:text"},
      {R"("authentication_mechanisms":["sms"])", "/authentication_mechanisms/0:enum"},
      {R"("authentication_mechanisms":["otp","otp"])", "/authentication_mechanisms/1:uniqueItems"},
      {R"("preferred_authentication_mechanism":"totp")",
       "/preferred_authentication_mechanism:enum"},
      {R"("second_factor_preferred_authentication_mechanism":"totp")",
       "/second_factor_preferred_authentication_mechanism:enum"},
      {R"("second_factor_threshold":-0.1)", "/second_factor_threshold:minimum"},
      {R"("mfa_session_ttl":"soon")", "/mfa_session_ttl:duration"},
      {R"("otp_settings":{"challenge":{"length":3}})", "/otp_settings/challenge/length:minimum"},
      {R"("otp_settings":{"challenge":{"length":65}})", "/otp_settings/challenge/length:range"},
      {R"("otp_settings":{"challenge":{"ttl":"0s"}})", "/otp_settings/challenge/ttl:range"},
      {R"("otp_settings":{"challenge":{"ttl":"721h"}})", "/otp_settings/challenge/ttl:range"},
      {R"("password_policy":{"min_length":-1})", "/password_policy/min_length:range"},
      {R"("password_policy":{"min_length":1.5})", "/password_policy/min_length:range"},
      {R"("password_policy":{"not_used_since":25})", "/password_policy/not_used_since:range"},
      {R"("password_policy":{"strength":"mighty"})", "/password_policy/strength:enum"},
      {R"("password_settings":{"hashing_method":"md5"})", "/password_settings/hashing_method:enum"},
      {R"("password_settings":{"expires_after":"-1h"})",
       "/password_settings/expires_after:duration"},
  };
  for (const auto& [members, fault] : rows) {
    CAPTURE(members);
    CHECK(verdict(members) == "invalid_request " + fault);
  }
}

TEST_CASE("pool metadata is bounded", "[pools]") {
  const std::string metadata = R"("metadata":{"a":")" + std::string(64 * 1024, 'x') + R"("})";
  CHECK(verdict(metadata) == "invalid_request /metadata:maxLength");
}
