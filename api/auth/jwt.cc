#include "api/auth/jwt.h"

#include <array>
#include <cstdlib>

#include <cjose/cjose.h>
#include <openssl/sha.h>

#include "engine/core/bytes.h"
#include "engine/core/json.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

struct Releaser {
  void operator()(cjose_jwk_t* jwk) const { cjose_jwk_release(jwk); }

  void operator()(cjose_header_t* header) const { cjose_header_release(header); }

  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};

using Jwk = std::unique_ptr<cjose_jwk_t, Releaser>;
using Header = std::unique_ptr<cjose_header_t, Releaser>;
using Jws = std::unique_ptr<cjose_jws_t, Releaser>;

Failure library_failure(const cjose_err& error) {
  return failure(Errc::kIo, "jose_failed", error.message == nullptr ? "" : error.message);
}

Failure invalid_token() {
  return failure(Errc::kUnauthorized, "invalid_token", "the access token is not valid");
}

Result<std::string> to_json(const cjose_jwk_t* jwk, bool with_private) {
  cjose_err error{};
  char* text = cjose_jwk_to_json(jwk, with_private, &error);
  if (text == nullptr) {
    return library_failure(error);
  }
  std::string json{text};
  cjose_get_dealloc()(text);
  return json;
}

/// RFC 7638 section 3: the required members in lexicographic order.
std::string thumbprint(JsonValue jwk) {
  std::string canonical;
  JsonWriter writer{canonical};
  writer.begin_object();
  for (const char* name : {"crv", "kty", "x", "y"}) {
    writer.member(name, jwk.find(name)->as_string());
  }
  writer.end_object();
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(canonical.data()), canonical.size(), digest.data());
  return to_base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string with_use(JsonValue jwk, std::string_view key_id) {
  std::string out;
  JsonWriter writer{out};
  writer.begin_object();
  for (const auto& [name, value] : jwk.members()) {
    if (name != "kid") {
      writer.raw_member(name, value.minified());
    }
  }
  writer.member("kid", key_id);
  writer.member("alg", "ES256");
  writer.member("use", "sig");
  writer.end_object();
  return out;
}

}  // namespace

Result<EcKeyPair> make_es256_key() {
  cjose_err error{};
  const Jwk jwk{cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error)};
  if (!jwk) {
    return library_failure(error);
  }
  MUSTER_TRY(const std::string public_text, to_json(jwk.get(), false));
  MUSTER_TRY(const std::string private_text, to_json(jwk.get(), true));
  MUSTER_TRY(const JsonDocument public_jwk, parse_json(public_text));
  MUSTER_TRY(const JsonDocument private_jwk, parse_json(private_text));
  EcKeyPair pair;
  pair.id = thumbprint(public_jwk.root());
  pair.public_jwk = with_use(public_jwk.root(), pair.id);
  pair.private_jwk = with_use(private_jwk.root(), pair.id);
  return pair;
}

Result<std::shared_ptr<const JwtKey>> JwtKey::import(std::string_view jwk) {
  cjose_err error{};
  cjose_jwk_t* imported = cjose_jwk_import(jwk.data(), jwk.size(), &error);
  if (imported == nullptr) {
    return failure(Errc::kCorrupt, "jwk_malformed", "a stored signing key is unreadable");
  }
  return std::shared_ptr<const JwtKey>{new JwtKey{imported}};
}

JwtKey::~JwtKey() {
  cjose_jwk_release(static_cast<cjose_jwk_t*>(jwk_));
}

Result<std::string> JwtKey::sign(std::string_view key_id, std::string_view claims) const {
  cjose_err error{};
  const Header header{cjose_header_new(&error)};
  const std::string id{key_id};
  if (!header || !cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, &error) ||
      !cjose_header_set(header.get(), CJOSE_HDR_KID, id.c_str(), &error) ||
      !cjose_header_set(header.get(), "typ", "at+jwt", &error)) {
    return library_failure(error);
  }
  const Jws jws{cjose_jws_sign(static_cast<cjose_jwk_t*>(jwk_),
                               header.get(),
                               reinterpret_cast<const std::uint8_t*>(claims.data()),
                               claims.size(),
                               &error)};
  const char* serialised = nullptr;
  if (!jws || !cjose_jws_export(jws.get(), &serialised, &error)) {
    return library_failure(error);
  }
  return std::string{serialised};
}

Result<std::string> JwtKey::verify(std::string_view token) const {
  cjose_err error{};
  const Jws jws{cjose_jws_import(token.data(), token.size(), &error)};
  if (!jws) {
    return invalid_token();
  }
  const char* algorithm = cjose_header_get(cjose_jws_get_protected(jws.get()), "alg", &error);
  if (algorithm == nullptr || std::string_view{algorithm} != CJOSE_HDR_ALG_ES256 ||
      !cjose_jws_verify(jws.get(), static_cast<cjose_jwk_t*>(jwk_), &error)) {
    return invalid_token();
  }
  std::uint8_t* plaintext = nullptr;
  std::size_t bytes = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &plaintext, &bytes, &error)) {
    return invalid_token();
  }
  return std::string{reinterpret_cast<const char*>(plaintext), bytes};
}

std::string key_id_of(std::string_view token) {
  const auto header = from_base64(token.substr(0, token.find('.')));
  const auto document = header ? parse_json(*header) : failure(Errc::kInvalid, "");
  if (!document) {
    return {};
  }
  const auto key_id = document->root().find("kid");
  return key_id ? std::string{key_id->text().value_or(std::string_view{})} : std::string{};
}

}  // namespace muster
