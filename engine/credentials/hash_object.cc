/// The published `Hash` object (contract 3.10) read and written.
#include <algorithm>
#include <utility>

#include "engine/core/bytes.h"
#include "engine/core/check.h"
#include "engine/core/json_writer.h"
#include "engine/credentials/hash_bounds.h"

namespace muster {
namespace {

/// `config.<method>` of a Hash object, and what its faults point at.
class MethodConfig {
 public:
  MethodConfig(JsonValue config, std::string_view method)
      : members_{config.find_set(method)}, pointer_{"/config/" + std::string{method}} {}

  [[nodiscard]] std::string pointer(std::string_view name) const {
    return pointer_ + "/" + std::string{name};
  }

  /// 0 when it is not there.
  [[nodiscard]] Result<std::uint32_t> count(std::string_view name) const {
    const auto value = find(name);
    if (!value) {
      return std::uint32_t{0};
    }
    const auto whole = value->whole();
    if (!whole || *whole < 0 || *whole > std::int64_t{UINT32_MAX}) {
      return unsupported_hash(pointer(name), "Not a whole number of a sensible size.");
    }
    return static_cast<std::uint32_t>(*whole);
  }

  [[nodiscard]] Result<std::string_view> text(std::string_view name) const {
    const auto value = find(name);
    if (!value) {
      return std::string_view{};
    }
    if (!value->is_string() || value->as_string().size() > kHashTextBytesMax) {
      return unsupported_hash(pointer(name), "Not a string of a sensible length.");
    }
    return value->as_string();
  }

  [[nodiscard]] Result<bool> flag(std::string_view name) const {
    const auto value = find(name);
    if (!value) {
      return false;
    }
    const auto flag = value->flag();
    return flag ? Result<bool>{*flag} : unsupported_hash(pointer(name), "Not a boolean.");
  }

  [[nodiscard]] Result<DigestFunction> function() const {
    MUSTER_TRY(const std::string_view name, text("function"));
    const auto function = parse_digest_function(name);
    if (!function || *function == DigestFunction::kMd5) {
      return unsupported_hash(pointer("function"), "One of sha1, sha224, sha256, sha384, sha512.");
    }
    return *function;
  }

 private:
  [[nodiscard]] std::optional<JsonValue> find(std::string_view name) const {
    return members_ ? members_->find_set(name) : std::nullopt;
  }

  std::optional<JsonValue> members_;
  std::string pointer_;
};

/// Base64, or hexadecimal of exactly `bytes` bytes. With `bytes` 0 the length is free and only
/// base64 can be meant, since hexadecimal digits are base64 too.
Result<std::string> decode(std::string_view text, std::size_t bytes, const std::string& pointer) {
  if (bytes != 0 && text.size() == 2 * bytes) {
    if (auto plain = from_hex(text)) {
      return *std::move(plain);
    }
  }
  auto plain = from_base64(text);
  if (!plain || (bytes != 0 && plain->size() != bytes)) {
    return unsupported_hash(pointer, "Not base64 or hexadecimal of the length that is configured.");
  }
  return *std::move(plain);
}

struct SaltAndValue {
  std::string salt;
  std::string value;
};

/// Takes value and salt apart. `value_bytes` is the length of the bare digest or key; 0: unknown.
Result<SaltAndValue> read_salt_and_value(const MethodConfig& config,
                                         std::string_view value,
                                         std::size_t value_bytes) {
  MUSTER_TRY(const std::string_view salt, config.text("salt"));
  MUSTER_TRY(const std::uint32_t salt_bytes, config.count("salt_length"));
  MUSTER_TRY(const bool salt_last, config.flag("salt_after_digest_in_hash"));
  if (salt_bytes > kHashSaltBytesMax) {
    return unsupported_hash(config.pointer("salt_length"), "A salt has at most 512 bytes.");
  }
  if (!salt.empty() || salt_bytes == 0) {
    MUSTER_TRY(std::string plain_salt, decode(salt, salt_bytes, config.pointer("salt")));
    MUSTER_TRY(std::string plain, decode(value, value_bytes, "/value"));
    return SaltAndValue{std::move(plain_salt), std::move(plain)};
  }
  const std::size_t both_bytes = value_bytes == 0 ? 0 : value_bytes + salt_bytes;
  MUSTER_TRY(const std::string both, decode(value, both_bytes, "/value"));
  if (both.size() <= salt_bytes) {
    return unsupported_hash("/value", "The value is too short to hold the salt.");
  }
  const std::size_t rest_bytes = both.size() - salt_bytes;
  return salt_last ? SaltAndValue{both.substr(rest_bytes), both.substr(0, rest_bytes)}
                   : SaltAndValue{both.substr(0, salt_bytes), both.substr(salt_bytes)};
}

Result<PasswordHash> read_bcrypt(std::string_view value) {
  if (!value.starts_with("$2")) {
    return unsupported_hash("/value", "Not a bcrypt string.");
  }
  return parse_crypt_string(value);
}

Result<PasswordHash> read_pbkdf2(const MethodConfig& config, std::string_view value) {
  if (value.starts_with('$')) {
    return parse_hash_string(value);
  }
  MUSTER_TRY(const DigestFunction function, config.function());
  MUSTER_TRY(const std::uint32_t iterations, config.count("number_of_iterations"));
  MUSTER_TRY(const std::uint32_t key_bytes, config.count("key_length"));
  MUSTER_TRY(auto parts, read_salt_and_value(config, value, key_bytes));
  return within_bounds(
      Pbkdf2Hash{function, iterations, std::move(parts.salt), std::move(parts.value)});
}

Result<PasswordHash> read_argon2(const MethodConfig& config, std::string_view value) {
  if (value.starts_with('$')) {
    return parse_argon2_string(value);
  }
  Argon2Hash hash;
  MUSTER_TRY(hash.iterations, config.count("iterations"));
  MUSTER_TRY(hash.memory_kib, config.count("memory_in_kb"));
  MUSTER_TRY(hash.lanes, config.count("parallelism"));
  MUSTER_TRY(const std::uint32_t key_bytes, config.count("key_length"));
  MUSTER_TRY(auto parts, read_salt_and_value(config, value, key_bytes));
  hash.salt = std::move(parts.salt);
  hash.key = std::move(parts.value);
  return within_bounds(std::move(hash));
}

Result<PasswordHash> read_digest(DigestFunction function,
                                 const MethodConfig& config,
                                 std::string_view value) {
  MUSTER_TRY(auto parts, read_salt_and_value(config, value, size_bytes(function)));
  MUSTER_TRY(const bool salt_first, config.flag("salt_before_password"));
  return within_bounds(
      DigestHash{function, std::move(parts.salt), std::move(parts.value), salt_first});
}

Result<PasswordHash> read_method(std::string_view method,
                                 const MethodConfig& config,
                                 std::string_view value) {
  if (method == "bcrypt") return read_bcrypt(value);
  if (method == "pbkdf2") return read_pbkdf2(config, value);
  if (method == "argon2") return read_argon2(config, value);
  if (method == "md5") return read_digest(DigestFunction::kMd5, config, value);
  if (method == "sha") {
    MUSTER_TRY(const DigestFunction function, config.function());
    return read_digest(function, config, value);
  }
  return unsupported_hash("/config/method", "One of bcrypt, pbkdf2, argon2, sha, md5.");
}

/// Writes {"value":..,"config":{"method":..,"<method>":{<members>}}}.
template <class Members>
std::string object_of(std::string_view value, std::string_view method, Members write_members) {
  std::string out;
  JsonWriter json{out};
  json.begin_object();
  json.member("value", value);
  json.key("config");
  json.begin_object();
  json.member("method", method);
  json.key(method);
  json.begin_object();
  write_members(json);
  json.end_object();
  json.end_object();
  json.end_object();
  return out;
}

void write_salt(JsonWriter& json, const std::string& salt) {
  if (salt.empty()) {
    return;
  }
  json.member("salt", to_base64(salt));
  json.member("salt_length", std::uint64_t{salt.size()});
}

std::string written(const CryptHash& hash) {
  if (!hash.is_bcrypt()) {
    std::string out;
    append_json_string(out, hash.text);
    return out;
  }
  return object_of(hash.text, "bcrypt", [&](JsonWriter& json) {
    const auto cost = parse_count(std::string_view{hash.text}.substr(4, 2));
    check(cost.has_value(), "a bcrypt hash has a cost");
    json.member("cost", *cost);
  });
}

std::string written(const Pbkdf2Hash& hash) {
  return object_of(to_base64(hash.key), "pbkdf2", [&](JsonWriter& json) {
    json.member("function", name_of(hash.function));
    json.member("key_length", std::uint64_t{hash.key.size()});
    json.member("number_of_iterations", hash.iterations);
    write_salt(json, hash.salt);
  });
}

std::string written(const Argon2Hash& hash) {
  // The object has no place for variant and version; what differs from its defaults is a PHC
  // string, which says both.
  const bool plain = hash.variant == Argon2Variant::kId && hash.version == kArgon2Version;
  return object_of(plain ? to_base64(hash.key) : to_phc(hash), "argon2", [&](JsonWriter& json) {
    json.member("iterations", hash.iterations);
    json.member("memory_in_kb", hash.memory_kib);
    json.member("parallelism", hash.lanes);
    json.member("key_length", std::uint64_t{hash.key.size()});
    write_salt(json, hash.salt);
  });
}

std::string written(const DigestHash& hash) {
  const bool is_md5 = hash.function == DigestFunction::kMd5;
  return object_of(to_base64(hash.digest), is_md5 ? "md5" : "sha", [&](JsonWriter& json) {
    if (!is_md5) {
      json.member("function", name_of(hash.function));
    }
    write_salt(json, hash.salt);
    if (hash.salt_first) {
      json.member("salt_before_password", true);
    }
  });
}

}  // namespace

std::string PasswordHash::to_json() const {
  return std::visit([](const auto& hash) { return written(hash); }, content);
}

Result<PasswordHash> parse_password_hash(JsonValue json) {
  if (json.is_string()) {
    return parse_hash_string(json.as_string());
  }
  const auto value = json.find_set("value");
  if (!value || !value->is_string() || value->as_string().empty() ||
      value->as_string().size() > kHashTextBytesMax) {
    return unsupported_hash("/value", "A hash needs a value, a string of a sensible length.");
  }
  const auto config = json.find_set("config");
  if (!config) {
    return parse_hash_string(value->as_string());
  }
  const auto method = config->find_set("method");
  const std::string_view name = method ? method->text().value_or("") : "";
  return read_method(name, MethodConfig{*config, name}, value->as_string());
}

Result<PasswordHash> parse_password_hash(std::string_view text) {
  // No string form begins like JSON.
  if (text.starts_with('{') || text.starts_with('"')) {
    MUSTER_TRY(const JsonDocument document, parse_json(text));
    return parse_password_hash(document.root());
  }
  return parse_hash_string(text);
}

}  // namespace muster
