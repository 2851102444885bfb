/// The file of subject keys, `DIR/keys/slots`, and the stock of slots made ahead of use.
///
/// Slots are made in blocks, each written and synced before the first of it is given out, so that
/// a commit needs no sync for keys. Everything at or above `first_free` is unassigned: what is
/// live there after a restart goes back into stock.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "engine/ports/entropy.h"
#include "storage/seal/key_ring.h"
#include "storage/seal/secret.h"
#include "storage/seal/slot_file.h"

namespace muster {

struct ReservedSlot {
  Slot slot{};
  SecretKey key;
};

/// What a full check of the file found. `unassigned` are those that no log can ever get.
struct SlotCensus {
  std::uint64_t live = 0;
  std::uint64_t erased = 0;
  std::uint64_t unassigned = 0;
  std::uint64_t damaged = 0;
};

struct DamagedSlot {
  Slot slot{};
  std::uint64_t offset_bytes = 0;  // in DIR/keys/slots
  std::string reason;
};

/// Any thread may call. `ring` and `entropy` must outlive it.
class KeySlots {
 public:
  /// The block a log gets first, so that a thousand small tenants cost 32 KiB each.
  static constexpr std::uint32_t kFirstBlockSlots = 256;
  /// Every later block: 512 KiB, a tenth of a second of import at 40,000 users/s.
  static constexpr std::uint32_t kBlockSlots = 4096;
  static constexpr int kReserveWaitMsMax = 10'000;
  /// So many callers may ask at once whether there is a slot, and then all get one.
  static constexpr std::size_t kReadyMargin = 16;

  /// `file` is DIR/keys/slots; created unless read-only.
  static Result<std::unique_ptr<KeySlots>> open(const std::filesystem::path& file,
                                                bool read_only,
                                                KeyRing& ring,
                                                Entropy& entropy);
  KeySlots(const KeySlots&) = delete;
  KeySlots& operator=(const KeySlots&) = delete;
  ~KeySlots();

  /// See Vault::begin_reserving().
  Result<void> begin_reserving(Slot first_free);
  /// See Sealer::has_ready_slots().
  [[nodiscard]] bool has_ready(LogId log) const;
  /// See Sealer::reserve_slot().
  Result<ReservedSlot> reserve(LogId log);
  /// kGone "erased", or kCorrupt "key_missing" with the slot and file offset.
  Result<SecretKey> read(Slot slot);
  /// Overwrites the slot; a read() that begins later fails. Durable only after sync().
  Result<void> overwrite_as_erased(Slot slot);
  Result<void> sync();

  /// The first slot that is not in the file.
  [[nodiscard]] Slot end() const { return file_->end(); }

  /// Reads every slot of [first, last), as far as there are so many, and unwraps the live ones.
  /// Reserving and erasing may go on.
  Result<SlotCensus> scan(Slot first,
                          Slot last,
                          const std::function<void(const DamagedSlot&)>& on_damage);

  /// All of them.
  Result<SlotCensus> scan(const std::function<void(const DamagedSlot&)>& on_damage) {
    return scan(Slot{1}, end(), on_damage);
  }

  /// Marks every live slot from `first` on as never to be given out, synced. After a restore: in
  /// what was lost they may have been somebody's.
  Result<void> retire_from(Slot first);

  /// The bytes of slots [first, last), as far as there are so many, for a copy of the file.
  /// Reserving and erasing may go on: a slot that is half overwritten is read again. Slot 0 is the
  /// header. kCorrupt "key_missing" when one is damaged.
  [[nodiscard]] Result<std::string> read_intact(Slot first, Slot last) const;

 private:
  struct Stock {
    std::deque<ReservedSlot> ready;
    std::uint32_t next_block_slots = kFirstBlockSlots;
    std::size_t low_water = kFirstBlockSlots / 2;  // half of the newest block
    bool wanted = false;                           // the maker has been asked
    std::optional<Failure> failure;                // of the last attempt to make a block
  };

  KeySlots(std::unique_ptr<SlotFile> file, bool read_only, KeyRing& ring, Entropy& entropy);

  Result<void> take_stock(Slot first_free);
  Result<std::deque<ReservedSlot>> make_block(LogId log, std::uint32_t count);
  void want(LogId log, Stock& stock);
  void make_until_stopped();

  std::unique_ptr<SlotFile> file_;
  bool read_only_;
  KeyRing& ring_;
  Entropy& entropy_;

  mutable std::mutex mutex_;
  std::condition_variable made_;
  std::condition_variable asked_;
  std::map<LogId, Stock> stocks_;  // as many as there are logs
  std::deque<LogId> wanted_;       // each log at most once
  bool reserving_ = false;
  bool stopping_ = false;
  std::thread maker_;
};

}  // namespace muster
