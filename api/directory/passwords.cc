#include <array>
#include <variant>

#include "api/directory/answers.h"
#include "api/directory/body.h"
#include "api/directory/handlers.h"
#include "api/directory/subjects.h"
#include "engine/pools/pool_settings.h"

namespace muster {
namespace {

/// Values of `result` (contract 2.2.5).
constexpr std::string_view kCorrect = "password_correct";
constexpr std::string_view kIncorrect = "password_incorrect";
constexpr std::string_view kExpired = "password_expired";
constexpr std::string_view kNoPassword = "no_password";
constexpr std::string_view kUserNotFound = "user_not_found";

constexpr std::string_view kMustBeChanged = "must_be_changed";

struct Verdict {
  std::string_view result;
  std::string user_id;  // empty when no user was found
  std::string state;    // of the password; empty when there is none
};

/// Takes as long as verifying a password of the pool, so that the time does not tell who has an
/// account (N-76).
void spend_a_hash(const PoolState& pool, const std::string& password) {
  constexpr std::array<char, kSaltBytes> kSalt{};
  // A refused password is refused by verify_password() as quickly.
  static_cast<void>(hash_password(hashing_method_of(pool), password, {kSalt.data(), kSalt.size()}));
}

Result<std::optional<UserState>> find_asked(const Context& context,
                                            const PoolState& pool,
                                            const PasswordToVerify& asked) {
  const PoolAt at{context.point, context.log(), pool};
  const Users& users = context.services.users;
  MUSTER_TRY(const auto row,
             asked.user_id.empty() ? users.find_by_identifier(at, asked.identifier)
                                   : users.find(at, asked.user_id));
  if (!row) {
    return std::optional<UserState>{};
  }
  MUSTER_TRY(UserState user, row->state(pool));
  return std::optional{std::move(user)};
}

/// Hashed far faster than the methods that a pool may use itself.
bool is_quick(const PasswordHash& hash) {
  const auto* crypt = std::get_if<CryptHash>(&hash.content);
  return std::holds_alternative<DigestHash>(hash.content) ||
         (crypt != nullptr && !crypt->is_bcrypt());
}

Result<bool> is_password(const PoolState& pool,
                         const Credential& credential,
                         const std::string& password) {
  MUSTER_TRY(const JsonDocument secret, parse_json(credential.secret.text));
  const auto stored = secret.root().find_set("hashed_password");
  if (!stored) {
    return failure(Errc::kCorrupt, "credential_damaged", "the stored password cannot be read");
  }
  MUSTER_TRY(const PasswordHash hash, parse_password_hash(*stored));
  if (is_quick(hash)) {
    spend_a_hash(pool, password);
  }
  return verify_password(hash, password);
}

/// The verdict, or the command without which a password that must be changed may not pass.
Result<std::variant<Verdict, Prepared>> judge(const Context& context) {
  using Judged = std::variant<Verdict, Prepared>;
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const PasswordToVerify asked, read_password_to_verify(context.request));
  MUSTER_TRY(const auto user, find_asked(context, *pool, asked));
  if (!user || user->status != "active") {
    spend_a_hash(*pool, asked.password);
    return Judged{Verdict{kUserNotFound, {}, {}}};
  }
  const Credential* credential = user->find_credential("password");
  if (credential == nullptr) {
    spend_a_hash(*pool, asked.password);
    return Judged{Verdict{kNoPassword, user->id, {}}};
  }
  MUSTER_TRY(const bool correct, is_password(*pool, *credential, asked.password));
  if (!correct) {
    return Judged{Verdict{kIncorrect, user->id, credential->state}};
  }
  const bool expires = raw(credential->expires) != 0;
  if (expires && credential->expires <= context.services.domain.clock.now()) {
    return Judged{Verdict{kExpired, user->id, credential->state}};
  }
  if (credential->state != kMustBeChanged) {
    return Judged{Verdict{kCorrect, user->id, credential->state}};
  }
  Prepared prepared;
  MUSTER_TRY(prepared.decide,
             prepare_note_password_verified({context.log(), pool->id, user->id}, *credential));
  return Judged{std::move(prepared)};
}

/// Of a password that had to be changed only the verification that made it unusable passes as such;
/// others see what it is by now.
Result<Verdict> verdict_of(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const UserState user, state_after<UserState>(context, accepted));
  if (accepted.events != 0) {
    return Verdict{kCorrect, user.id, std::string{kMustBeChanged}};
  }
  const Credential* credential = user.find_credential("password");
  return Verdict{kCorrect, user.id, credential == nullptr ? std::string{} : credential->state};
}

Result<Response> answer_v1(const Verdict& verdict) {
  if (verdict.result != kCorrect) {
    return failure(Errc::kUnauthorized, "password_not_verified", "this is not the user's password");
  }
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("id", verdict.user_id);
  writer.member("state", verdict.state);
  writer.end_object();
  return json_response(std::move(json));
}

Result<Response> answer_v2(const Verdict& verdict) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("id", verdict.user_id);
  writer.member("state", verdict.state);
  writer.member("result", verdict.result);
  writer.end_object();
  return json_response(std::move(json));
}

Result<Step> verify(const Context& context, Result<Response> (*answer)(const Verdict&)) {
  MUSTER_TRY(auto judged, judge(context));
  if (auto* prepared = std::get_if<Prepared>(&judged)) {
    return Step{std::move(*prepared)};
  }
  MUSTER_TRY(Response response, answer(std::get<Verdict>(judged)));
  return Step{std::move(response)};
}

}  // namespace

Result<Step> set_password_state(const Context& context) {
  MUSTER_TRY(std::string state, read_only_text(context.request, "state"));
  Prepared prepared;
  MUSTER_TRY(prepared.precondition, user_precondition(context));
  MUSTER_TRY(prepared.decide, prepare_change_password_state(named_user(context), std::move(state)));
  return Step{std::move(prepared)};
}

Result<Step> verify_password_v1(const Context& context) {
  return verify(context, answer_v1);
}

Result<Step> verify_password_v2(const Context& context) {
  return verify(context, answer_v2);
}

Result<Response> answer_verified_v1(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const Verdict verdict, verdict_of(context, accepted));
  return answer_v1(verdict);
}

Result<Response> answer_verified_v2(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const Verdict verdict, verdict_of(context, accepted));
  return answer_v2(verdict);
}

}  // namespace muster
