/// From an imported user to a command that makes the stored user equal to it.
#pragma once

#include <string>

#include "api/import/imported_user.h"
#include "api/server/services.h"

namespace muster {

struct UpsertContext {
  const Services& services;
  LogId log{};
  const std::string& pool_id;
  unsigned attempt = 0;  // from the fourth on, values are validated while deciding
};

/// Reads the pool, its schemas and the stored user, hashes a clear password unless the stored hash
/// verifies it, validates and seals. Takes milliseconds when it hashes. Any thread.
Result<Decide> prepare_upsert(const UpsertContext& context, const ImportedUser& user);

/// The row as NDJSON that NdjsonReader reads back, for sending to a server. LDAP password values
/// become hash objects; kInvalid "unsupported_hash" for those of an unknown scheme.
Result<std::string> to_ndjson(const ImportedUser& user);

}  // namespace muster
