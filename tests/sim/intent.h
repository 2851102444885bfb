/// What a client of a simulated world wants: a plain value, so that the engine and the oracle can
/// each make of it what they think is right.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/ids.h"

// Kinds come in families, and most functions are about one family.
#pragma GCC diagnostic ignored "-Wswitch-enum"

namespace muster::sim {

enum class Kind : std::uint8_t {
  kCreateUser,
  kReplaceUser,
  kUpsertUser,
  kDeleteUser,
  kEraseUser,
  kAddIdentifier,
  kRemoveIdentifier,
  kAddAddress,
  kUpdateAddress,
  kRemoveAddress,
  kSetCredential,
  kChangePasswordState,
  kNotePasswordVerified,
  kCreatePool,
  kReplacePool,
  kDeletePool,
  kEmptyPoolStep,
  kFoldPool,
  kCreateSchema,
  kReplaceSchema,
  kDeleteSchema,
  kCreateClient,
  kRotateClientSecret,
  kDeleteClient,
  kCreateWorkspace,
  kCreateTenant,
  kCreateSigningKey,
};
inline constexpr std::array<std::string_view, 27> kKindNames{
    "create user",      "replace user",   "upsert user",       "delete user",
    "erase user",       "add identifier", "remove identifier", "add address",
    "update address",   "remove address", "set credential",    "change password state",
    "note verified",    "create pool",    "replace pool",      "delete pool",
    "empty pool",       "fold pool",      "create schema",     "replace schema",
    "delete schema",    "create client",  "rotate secret",     "delete client",
    "create workspace", "create tenant",  "create signing key"};

inline std::string_view name_of(Kind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

/// An identifier or an address.
struct Part {
  std::string type;
  std::string value;
  std::string note;  // metadata of an identifier
  bool verified = false;
  std::string status;  // of an address: active, inactive

  bool operator==(const Part&) const = default;
};

/// One command of the folding of a pool.
enum class Fold : std::uint8_t { kStart, kStep, kEnd, kCancel };

struct Person {
  std::string status;
  bool jit = false;
  int level = -1;  // what schemas look at; below 0: no payload
  std::string name;
  std::string schema;  // of the payload; empty: the pool's or the stored one
  std::string note;    // metadata; empty: none
  std::vector<Part> identifiers;
  std::vector<Part> addresses;
  int password = 0;  // number of the hash; 0: none
};

/// Which members a kind uses: see Oracle::judge().
struct Intent {
  Kind kind{};
  LogId log{};
  std::string id;    // of the user, pool, schema, client, workspace, tenant
  std::string pool;  // of the user
  Person person;
  Part part;
  std::string name;
  std::string schema;  // of a pool
  std::string text;    // description of a pool, state of a password, workspace of a client
  bool folds = false;
  bool system = false;
  int level = 0;    // of a schema: the least it accepts; 0: anything
  int number = 0;   // of a secret or key; log of a tenant
  StreamId stream;  // of a deleted or folded pool, or of the user whose password was verified
  std::vector<std::string> users;  // of a step
  Fold fold{};                     // `folds` says in which direction a step goes
  bool in_place = false;           // validate while deciding
};

inline std::string payload_of(int level, const std::string& name) {
  return level < 0 ? ""
                   : R"({"given_name":")" + name + R"(","level":)" + std::to_string(level) + "}";
}

inline std::string note_of(const std::string& note) {
  return note.empty() ? "" : R"({"note":")" + note + "\"}";
}

/// Schemas come large now and then, because what is large is stored apart.
inline std::string schema_of(int level) {
  std::string text = R"({"type":"object","properties":{"given_name":{"type":"string"},"level":)";
  text += R"({"type":"integer","minimum":)" + std::to_string(level) + "}}";
  if (level > 0) {
    text += R"(,"required":["level"])";
  }
  if (level % 3 == 2) {
    text += R"(,"description":")" + std::string(1500, 'x') + "\"";
  }
  return text + "}";
}

/// A request on its way: the intent with what HTTP adds.
struct Request {
  Intent intent;
  std::optional<int> key;  // idempotency
  std::uint64_t body = 0;  // tells requests with the same key apart
  std::optional<std::string> if_match;
  bool if_match_any = false;
  int attempts = 0;
};

/// What only the engine can say about an accepted command.
struct Observed {
  StreamId stream;
  std::string id;
};

}  // namespace muster::sim
