/// Access tokens: issued for client credentials, verified on every request.
///
/// A token is a JWT (RFC 9068) signed by a key of its tenant. Its signature is checked once (about
/// 45 us); after that the token is known by its own bytes, per thread, until it expires or anything
/// about clients changes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/auth/jwt.h"
#include "api/auth/scopes.h"
#include "engine/core/result.h"
#include "engine/ports/clock.h"
#include "engine/ports/entropy.h"
#include "projections/catalog.h"

namespace muster {

/// Which family of operations a workspace's tokens open (contract 1.1).
inline constexpr std::string_view kAdminWorkspace = "admin";
inline constexpr std::string_view kSystemWorkspace = "system";

/// The tenant whose clients may call the root API.
inline constexpr std::string_view kRootTenant = "system";

inline constexpr std::int64_t kTokenLifeSeconds = 3600;

/// Who sent a request.
struct Caller {
  LogId log{};
  std::string tenant;
  std::string workspace;
  std::string client_id;
  StreamId client;  // the client's stream
  Slot slot{};      // of the client's key, for what is personal about the request
  Scopes scopes;
  std::vector<RoleGrant> roles;     // of the client
  bool administers_tenant = false;  // roles allow everything everywhere
  Micros expires{};
};

struct IssuedToken {
  std::string token;
  std::int64_t expires_in_seconds = 0;
  std::string scope;
};

/// Any thread.
class Tokens {
 public:
  Tokens(const Published& published, const Catalog& catalog, Clock& clock, Entropy& entropy)
      : published_{published}, catalog_{catalog}, clock_{clock}, entropy_{entropy} {}

  /// The issuer of a workspace's tokens: `<public url>/<tenant>/<workspace>`.
  static std::string issuer(std::string_view public_url,
                            std::string_view tenant,
                            std::string_view workspace);

  struct Grant {
    std::string issuer;
    std::string tenant;
    std::string workspace;
    std::string client_id;
    std::string client_secret;
    std::string scope;  // asked for; empty: all the client may have
  };

  /// kUnauthorized "invalid_client" for whatever is wrong with the client, kForbidden
  /// "invalid_scope" when it asks for more than it may have.
  Result<IssuedToken> issue(const Grant& grant);

  /// The caller behind an `Authorization` value; kUnauthorized "invalid_token" or "missing_token".
  Result<std::shared_ptr<const Caller>> authenticate(std::string_view authorization);

 private:
  struct Known;

  Result<std::shared_ptr<const Caller>> verify(std::string_view token, const ReadPoint& point);
  Result<std::shared_ptr<const JwtKey>> verifying_key(LogId log,
                                                      std::string_view key_id,
                                                      const ReadPoint& point);

  const Published& published_;
  const Catalog& catalog_;
  Clock& clock_;
  Entropy& entropy_;
};

/// What is stored of a client secret: its SHA-256, base64url. A secret has 256 random bits, so a
/// plain digest cannot be searched.
std::string secret_digest(std::string_view secret);
/// 32 random bytes, base64url.
std::string make_client_secret(Entropy& entropy);

}  // namespace muster
