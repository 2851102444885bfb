/// The upper two rows of the key hierarchy: master key -> KEK of a log -> subject key
/// (key_slots.h).
///
/// The master key wraps one key encryption key (KEK) per log in `DIR/keys/keks`. Subject keys are
/// wrapped by KEKs only, so rotating the master key rewrites one small file whatever the number
/// of people.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "engine/ports/entropy.h"
#include "storage/seal/kek.h"
#include "storage/seal/secret.h"

namespace muster {

/// Where the master key comes from: the text, else the file, else `dir`/master.key, which the first
/// start creates (0600). Text and files hold 32 bytes in base64.
struct KeyRingOptions {
  std::filesystem::path dir;  // DIR/keys; its parent must exist
  std::optional<std::string> master_key{};
  std::optional<std::filesystem::path> master_key_file{};
  bool read_only = false;  // creates, repairs and removes nothing
  /// Called before each durable step of a rotation with its name. A test throws from it.
  std::function<void(std::string_view step)> on_step = [](std::string_view) {
  };
};

/// Any thread may call. `entropy` must outlive it.
class KeyRing {
 public:
  /// Creates what a new directory needs and finishes a rotation that was interrupted.
  /// kConflict "wrong_master_key" when the KEKs are wrapped by another master key, or
  /// "master_key_exposed" when others may read our file; kNotFound "master_key_missing" when there
  /// are KEKs or a named file, but no master key; kInvalid "master_key_malformed"; kCorrupt
  /// "keks_damaged" with the line.
  static Result<std::unique_ptr<KeyRing>> open(KeyRingOptions options, Entropy& entropy);

  /// Whether there is a KEK for `log`: kek_for() would make one.
  [[nodiscard]] bool has_kek_for(LogId log) const;

  /// The KEK that wraps new subject keys of `log`; made and synced when there is none.
  Result<std::shared_ptr<const Kek>> kek_for(LogId log);
  /// kCorrupt "key_missing" when there is no such KEK.
  [[nodiscard]] Result<std::shared_ptr<const Kek>> kek(KekId id) const;

  /// Wraps all KEKs by a new master key: `next` (base64), else a random one. A master key that was
  /// given from outside cannot become a random one (kInvalid "master_key_needed"): the operator
  /// must know the next, and must start with it from then on. A crash at any step leaves a
  /// directory that opens. After a failure the old master key is still the one in use.
  Result<void> rotate_master(const std::optional<std::string>& next = std::nullopt);

  /// 16 hex digits that tell nothing about the key.
  [[nodiscard]] std::string master_id() const;

 private:
  KeyRing(KeyRingOptions options, Entropy& entropy);

  [[nodiscard]] bool owns_master() const;
  [[nodiscard]] std::filesystem::path master_path() const;
  [[nodiscard]] std::filesystem::path next_master_path() const;
  [[nodiscard]] std::filesystem::path keks_path() const;

  Result<void> load();
  Result<void> load_keks(std::string_view file);
  Result<void> finish_rotation(const SecretKey& next, bool keks_replaced);
  Result<std::optional<SecretKey>> given_master() const;
  Result<void> create();
  void adopt(const Keks& keks);
  Result<void> write_keks(const Keks& keks, const SecretKey& master);
  Result<void> replace_master(const SecretKey& next);

  KeyRingOptions options_;
  Entropy& entropy_;
  mutable std::mutex mutex_;
  SecretKey master_;
  Keks keks_;
  std::unordered_map<LogId, std::shared_ptr<const Kek>> newest_;
};

}  // namespace muster
