#include "storage/seal/key_ring.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <sys/stat.h>

#include "engine/core/bytes.h"
#include "storage/file_io.h"

namespace muster {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMasterFileBytesMax = 4096;
// A line takes at most 130 bytes: room for half a million logs.
constexpr std::size_t kKeksFileBytesMax = std::size_t{64} * 1024 * 1024;

Result<std::optional<std::string>> read_if_there(const fs::path& path, std::size_t bytes_max) {
  Result<std::string> content = read_file(path, bytes_max);
  if (content.has_value()) return std::optional{std::move(content).value()};
  if (content.error().code == Errc::kNotFound) return std::optional<std::string>{};
  return std::move(content).error();
}

Result<SecretKey> parse_master(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  const auto bytes = from_base64(text.substr(0, end == std::string_view::npos ? 0 : end + 1));
  if (!bytes || bytes->size() != SecretKey::kBytes) {
    return failure(Errc::kInvalid,
                   "master_key_malformed",
                   "A master key is 32 bytes in base64, as `openssl rand -base64 32` prints them.");
  }
  SecretKey key;
  std::memcpy(key.writable().data(), bytes->data(), SecretKey::kBytes);
  return key;
}

Result<std::optional<SecretKey>> read_master(const fs::path& path) {
  MUSTER_TRY(const auto text, read_if_there(path, kMasterFileBytesMax));
  if (!text) return std::optional<SecretKey>{};
  MUSTER_TRY(const SecretKey key, parse_master(*text));
  return std::optional{key};
}

Result<void> write_master(const fs::path& path, const SecretKey& key) {
  return write_file_atomically(path, to_base64(key.view()) + "\n");
}

Failure master_missing(const fs::path& path) {
  return failure(Errc::kNotFound,
                 "master_key_missing",
                 "There is no master key in " + path.string() +
                     ". Put back the one this directory was last started with.");
}

Failure wrong_master(std::string_view given, std::string_view needed) {
  std::string reason = "The keys of this directory are wrapped by master key ";
  reason.append(needed).append(", but the one given is ").append(given);
  reason.append(". Start with the master key that was last in use.");
  return failure(Errc::kConflict, "wrong_master_key", reason);
}

// Whoever can read the master key can read every erased person's backups, so a copy restored
// with open permissions must not go unnoticed.
Result<void> refuse_exposed(const fs::path& path) {
  struct stat status {};

  if (::stat(path.c_str(), &status) != 0) return io_failure(errno, "examine", path);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
  return failure(Errc::kConflict,
                 "master_key_exposed",
                 "Others may read " + path.string() + ". Run chmod 600 on it.");
}

}  // namespace

KeyRing::KeyRing(KeyRingOptions options, Entropy& entropy)
    : options_{std::move(options)}, entropy_{entropy} {}

Result<std::unique_ptr<KeyRing>> KeyRing::open(KeyRingOptions options, Entropy& entropy) {
  std::unique_ptr<KeyRing> ring{new KeyRing{std::move(options), entropy}};
  MUSTER_CHECKED(ring->load());
  return ring;
}

bool KeyRing::owns_master() const {
  return !options_.master_key && !options_.master_key_file;
}

fs::path KeyRing::master_path() const {
  return options_.dir / "master.key";
}

fs::path KeyRing::next_master_path() const {
  return options_.dir / "master.key.next";
}

fs::path KeyRing::keks_path() const {
  return options_.dir / "keks";
}

Result<std::optional<SecretKey>> KeyRing::given_master() const {
  if (options_.master_key) {
    MUSTER_TRY(const SecretKey key, parse_master(*options_.master_key));
    return std::optional{key};
  }
  const fs::path path = options_.master_key_file.value_or(master_path());
  MUSTER_TRY(const auto key, read_master(path));
  if (!key && !owns_master()) return master_missing(path);
  if (key && owns_master()) {
    MUSTER_CHECKED(refuse_exposed(path));
  }
  return key;
}

Result<void> KeyRing::load() {
  if (!options_.read_only) {
    MUSTER_CHECKED(make_directory(options_.dir));
  }
  MUSTER_TRY(const auto file, read_if_there(keks_path(), kKeksFileBytesMax));
  MUSTER_TRY(const auto master, given_master());
  if (!master) {
    if (file || options_.read_only) return master_missing(master_path());
    return create();
  }
  master_ = *master;
  if (file) return load_keks(*file);
  return options_.read_only ? Result<void>{} : write_keks({}, master_);
}

Result<void> KeyRing::load_keks(std::string_view file) {
  MUSTER_TRY(const std::string needed, kek_file_master(file));
  std::optional<SecretKey> next;
  if (owns_master()) {
    MUSTER_TRY(next, read_master(next_master_path()));
  }
  const bool replaced = next && needed == master_key_id(*next);
  if (!replaced && needed != master_key_id(master_)) {
    return wrong_master(master_key_id(master_), needed);
  }
  MUSTER_TRY(const Keks keks, parse_kek_file(file, replaced ? *next : master_));
  adopt(keks);
  if (!next) return {};
  if (!options_.read_only) return finish_rotation(*next, replaced);
  if (replaced) master_ = *next;
  return {};
}

Result<void> KeyRing::finish_rotation(const SecretKey& next, bool keks_replaced) {
  if (!keks_replaced) {
    MUSTER_CHECKED(write_keks(keks_, next));
  }
  return replace_master(next);
}

Result<void> KeyRing::create() {
  entropy_.fill(master_.writable());
  MUSTER_CHECKED(write_master(master_path(), master_));
  return write_keks({}, master_);
}

void KeyRing::adopt(const Keks& keks) {
  keks_ = keks;
  newest_.clear();
  for (const auto& [id, kek] : keks_) {
    newest_[kek->log] = kek;
  }
}

Result<void> KeyRing::write_keks(const Keks& keks, const SecretKey& master) {
  return write_file_atomically(keks_path(), render_kek_file(keks, master, entropy_));
}

Result<void> KeyRing::replace_master(const SecretKey& next) {
  if (std::rename(next_master_path().c_str(), master_path().c_str()) != 0) {
    return io_failure(errno, "replace", master_path());
  }
  MUSTER_CHECKED(sync_directory(options_.dir));
  master_ = next;
  return {};
}

bool KeyRing::has_kek_for(LogId log) const {
  const std::lock_guard lock{mutex_};
  return newest_.contains(log);
}

Result<std::shared_ptr<const Kek>> KeyRing::kek_for(LogId log) {
  const std::lock_guard lock{mutex_};
  if (const auto found = newest_.find(log); found != newest_.end()) return found->second;
  if (options_.read_only) {
    return failure(Errc::kUnavailable, "read_only", "The keys are open for reading.");
  }
  Kek made{KekId{keks_.empty() ? 1 : raw(keks_.rbegin()->first) + 1}, log, {}};
  entropy_.fill(made.key.writable());
  const auto kek = std::make_shared<const Kek>(made);
  Keks keks = keks_;
  keks.emplace(kek->id, kek);
  MUSTER_CHECKED(write_keks(keks, master_));
  adopt(keks);
  return kek;
}

Result<std::shared_ptr<const Kek>> KeyRing::kek(KekId id) const {
  const std::lock_guard lock{mutex_};
  if (const auto found = keks_.find(id); found != keks_.end()) return found->second;
  return failure(Errc::kCorrupt,
                 "key_missing",
                 "There is no KEK " + std::to_string(raw(id)) + ". Restore keys/keks.");
}

Result<void> KeyRing::rotate_master(const std::optional<std::string>& next) {
  const std::lock_guard lock{mutex_};
  if (options_.read_only) {
    return failure(Errc::kUnavailable, "read_only", "The keys are open for reading.");
  }
  if (!next && !owns_master()) {
    return failure(Errc::kInvalid,
                   "master_key_needed",
                   "This directory gets its master key from outside. Give the next one too.");
  }
  SecretKey key;
  if (next) {
    MUSTER_TRY(key, parse_master(*next));
  } else {
    entropy_.fill(key.writable());
  }
  if (!owns_master()) {
    options_.on_step("replace keks");
    MUSTER_CHECKED(write_keks(keks_, key));
    master_ = key;
    return {};
  }
  if (fs::exists(next_master_path())) {
    // An attempt failed half way and the KEKs may be wrapped by its key, which is about to go.
    options_.on_step("take back keks");
    MUSTER_CHECKED(write_keks(keks_, master_));
  }
  options_.on_step("write next master");
  MUSTER_CHECKED(write_master(next_master_path(), key));
  options_.on_step("replace keks");
  MUSTER_CHECKED(write_keks(keks_, key));
  options_.on_step("replace master");
  return replace_master(key);
}

std::string KeyRing::master_id() const {
  const std::lock_guard lock{mutex_};
  return master_key_id(master_);
}

}  // namespace muster
