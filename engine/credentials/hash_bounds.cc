#include "engine/credentials/hash_bounds.h"

#include <charconv>
#include <utility>

namespace muster {

Failure unsupported_hash(std::string_view pointer, std::string_view reason) {
  Failure refused = failure(
      Errc::kInvalid, "unsupported_hash", "The password hash cannot be used; see the fault.");
  refused.faults.push_back({std::string{pointer}, "unsupported_hash", std::string{reason}});
  return refused;
}

Result<PasswordHash> within_bounds(Pbkdf2Hash hash) {
  const std::size_t block_bytes = size_bytes(hash.function);
  const std::uint64_t blocks = (hash.key.size() + block_bytes - 1) / block_bytes;
  if (hash.key.size() < kKeyBytesMin || hash.key.size() > kKeyBytesMax) {
    return unsupported_hash("/value", "The key must have 16 to 512 bytes.");
  }
  if (hash.iterations == 0 || hash.iterations * blocks > kPbkdf2WorkMax) {
    return unsupported_hash("/config/pbkdf2/number_of_iterations",
                            "At least 1 iteration; times the blocks of the key, at most 10000000.");
  }
  if (hash.salt.size() > kHashSaltBytesMax) {
    return unsupported_hash("/config/pbkdf2/salt", "The salt must have at most 512 bytes.");
  }
  return PasswordHash{std::move(hash)};
}

Result<PasswordHash> within_bounds(Argon2Hash hash) {
  if (hash.key.size() < kKeyBytesMin || hash.key.size() > kKeyBytesMax) {
    return unsupported_hash("/value", "The key must have 16 to 512 bytes.");
  }
  if (hash.salt.size() < kArgon2SaltBytesMin || hash.salt.size() > kHashSaltBytesMax) {
    return unsupported_hash("/config/argon2/salt", "The salt must have 8 to 512 bytes.");
  }
  if (hash.lanes == 0 || hash.lanes > kArgon2LanesMax) {
    return unsupported_hash("/config/argon2/parallelism", "From 1 to 64.");
  }
  // RFC 9106 section 3.1: at least eight blocks of 1 KiB a lane.
  if (hash.memory_kib < 8 * hash.lanes || hash.memory_kib > kArgon2MemoryKibMax) {
    return unsupported_hash("/config/argon2/memory_in_kb",
                            "At least 8 times the parallelism, at most 262144.");
  }
  if (hash.iterations == 0 ||
      std::uint64_t{hash.iterations} * hash.memory_kib > kArgon2WorkKibMax) {
    return unsupported_hash("/config/argon2/iterations",
                            "At least 1; times the memory, at most 2097152 KiB.");
  }
  return PasswordHash{std::move(hash)};
}

Result<PasswordHash> within_bounds(DigestHash hash) {
  if (hash.digest.size() != size_bytes(hash.function)) {
    return unsupported_hash("/value", "The digest does not have the length its function gives.");
  }
  if (hash.salt.size() > kHashSaltBytesMax) {
    return unsupported_hash(
        hash.function == DigestFunction::kMd5 ? "/config/md5/salt" : "/config/sha/salt",
        "The salt must have at most 512 bytes.");
  }
  return PasswordHash{std::move(hash)};
}

std::optional<std::uint32_t> parse_count(std::string_view text) {
  std::uint32_t count = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  return error == std::errc{} && rest == end && !text.empty() ? std::optional{count} : std::nullopt;
}

}  // namespace muster
