#include "storage/seal/key_slots.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "engine/core/check.h"
#include "engine/core/thread_name.h"

namespace muster {

namespace {

constexpr std::uint32_t kScanSlots = 1024;  // 128 KiB a read
/// How often a slot that reads as damaged is read again: somebody may be overwriting it.
constexpr int kReadAttempts = 3;

Failure key_missing(Slot slot, std::string_view why) {
  std::string reason = "Key slot " + std::to_string(raw(slot)) + ": ";
  return failure(Errc::kCorrupt, "key_missing", reason.append(why));
}

SlotRecord marker(Slot slot, SlotState state) {
  return {slot, state, KekId{}, {}, {}};
}

// Calls `use(slot, bytes)` for every slot in [first, end).
template <class Use>
Result<void> for_each_slot(const SlotFile& file, Slot first, Slot end, const Use& use) {
  for (std::uint64_t next = raw(first); next < raw(end); next += kScanSlots) {
    const auto start = static_cast<std::uint32_t>(next);
    const std::uint32_t count = std::min(kScanSlots, raw(end) - start);
    MUSTER_TRY(const std::string bytes, file.read_bytes(Slot{start}, count));
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::size_t at = std::min(bytes.size(), std::size_t{i} * kSlotBytes);
      MUSTER_CHECKED(use(Slot{start + i}, std::string_view{bytes}.substr(at, kSlotBytes)));
    }
  }
  return {};
}

}  // namespace

KeySlots::KeySlots(std::unique_ptr<SlotFile> file, bool read_only, KeyRing& ring, Entropy& entropy)
    : file_{std::move(file)}, read_only_{read_only}, ring_{ring}, entropy_{entropy} {}

Result<std::unique_ptr<KeySlots>> KeySlots::open(const std::filesystem::path& file,
                                                 bool read_only,
                                                 KeyRing& ring,
                                                 Entropy& entropy) {
  MUSTER_TRY(auto opened, SlotFile::open(file, read_only));
  return std::unique_ptr<KeySlots>{new KeySlots{std::move(opened), read_only, ring, entropy}};
}

KeySlots::~KeySlots() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  asked_.notify_all();
  if (maker_.joinable()) maker_.join();
}

Result<void> KeySlots::begin_reserving(Slot first_free) {
  check(!reserving_, "begin_reserving() twice");
  check(raw(first_free) > 0, "slot 0 is never used");
  if (read_only_) return failure(Errc::kUnavailable, "read_only", "The keys are open for reading.");
  if (first_free > file_->end()) {
    return failure(Errc::kCorrupt,
                   "keys_missing",
                   "The log names key slot " + std::to_string(raw(first_free) - 1) +
                       ", but keys/slots ends before it. Restore keys/slots from a backup.");
  }
  MUSTER_CHECKED(take_stock(first_free));
  {
    const std::lock_guard lock{mutex_};
    reserving_ = true;
  }
  maker_ = std::thread{[this] {
    name_thread("slot maker");
    make_until_stopped();
  }};
  return {};
}

// A crash while a block was written leaves damaged slots that nobody was given. They are marked,
// or else every later check of the file would report them.
Result<void> KeySlots::take_stock(Slot first_free) {
  bool changed = false;
  MUSTER_CHECKED(for_each_slot(
      *file_, first_free, file_->end(), [&](Slot slot, std::string_view bytes) -> Result<void> {
        const Result<SlotRecord> record = parse_slot(slot, bytes);
        if (!record.has_value()) {
          changed = true;
          return file_->overwrite(marker(slot, SlotState::kUnassigned));
        }
        if (record->state != SlotState::kLive) return {};
        const auto kek = ring_.kek(record->kek);
        if (!kek.has_value()) return {};
        std::deque<ReservedSlot>& ready = stocks_[(*kek)->log].ready;
        if (ready.size() >= kBlockSlots) return {};
        const auto key = unwrap_subject_key(*record, **kek);
        if (key.has_value()) ready.push_back({slot, *key});
        return {};
      }));
  return changed ? file_->sync() : Result<void>{};
}

bool KeySlots::has_ready(LogId log) const {
  const std::lock_guard lock{mutex_};
  const auto stock = stocks_.find(log);
  return stock != stocks_.end() && stock->second.ready.size() > kReadyMargin;
}

Result<ReservedSlot> KeySlots::reserve(LogId log) {
  std::unique_lock lock{mutex_};
  if (!reserving_) {
    return failure(Errc::kUnavailable, "read_only", "This directory gives out no new keys.");
  }
  Stock& stock = stocks_[log];
  if (stock.ready.empty()) {
    stock.failure.reset();
    want(log, stock);
    const auto ready = [&] {
      return !stock.ready.empty() || stock.failure || stopping_;
    };
    made_.wait_for(lock, std::chrono::milliseconds{kReserveWaitMsMax}, ready);
    if (stock.ready.empty()) {
      return failure(
          Errc::kUnavailable,
          "key_slots_unavailable",
          stock.failure ? stock.failure->reason : "New keys could not be written in time.");
    }
  }
  ReservedSlot reserved = stock.ready.front();
  stock.ready.pop_front();
  if (stock.ready.size() < stock.low_water) want(log, stock);
  return reserved;
}

void KeySlots::want(LogId log, Stock& stock) {
  if (stock.wanted) return;
  stock.wanted = true;
  wanted_.push_back(log);
  asked_.notify_one();
}

void KeySlots::make_until_stopped() {
  std::unique_lock lock{mutex_};
  while (true) {
    asked_.wait(lock, [&] { return stopping_ || !wanted_.empty(); });
    if (stopping_) return;
    const LogId log = wanted_.front();
    wanted_.pop_front();
    Stock& stock = stocks_[log];  // never removed, so the reference survives the unlock
    const std::uint32_t count = stock.next_block_slots;
    lock.unlock();
    Result<std::deque<ReservedSlot>> block = make_block(log, count);
    lock.lock();
    stock.wanted = false;
    if (block.has_value()) {
      stock.low_water = count / 2;
      stock.next_block_slots = kBlockSlots;
      for (ReservedSlot& made : *block) {
        stock.ready.push_back(std::move(made));
      }
    } else {
      stock.failure = std::move(block).error();
    }
    made_.notify_all();
  }
}

Result<std::deque<ReservedSlot>> KeySlots::make_block(LogId log, std::uint32_t count) {
  MUSTER_TRY(const auto kek, ring_.kek_for(log));
  const std::uint32_t first = raw(file_->end());
  std::deque<ReservedSlot> made;
  std::string bytes;
  bytes.reserve(std::size_t{count} * kSlotBytes);
  for (std::uint32_t i = 0; i < count; ++i) {
    ReservedSlot& next = made.emplace_back();
    next.slot = Slot{first + i};
    entropy_.fill(next.key.writable());
    std::array<std::uint8_t, 16> key_id;
    entropy_.fill(key_id);
    append_slot(bytes, wrap_subject_key(next.slot, *kek, key_id, next.key));
  }
  MUSTER_CHECKED(file_->append(bytes));
  return made;
}

Result<SecretKey> KeySlots::read(Slot slot) {
  MUSTER_TRY(const SlotRecord record, file_->read(slot));
  if (record.state == SlotState::kErased) {
    return failure(Errc::kGone, "erased", "This person has been erased.");
  }
  if (record.state == SlotState::kUnassigned) return key_missing(slot, "it was never given out.");
  MUSTER_TRY(const auto kek, ring_.kek(record.kek));
  const auto key = unwrap_subject_key(record, *kek);
  if (!key.has_value()) return key_missing(slot, "its KEK does not open it. Restore keys/keks.");
  return *key;
}

Result<void> KeySlots::overwrite_as_erased(Slot slot) {
  if (read_only_) return failure(Errc::kUnavailable, "read_only", "The keys are open for reading.");
  return file_->overwrite(marker(slot, SlotState::kErased));
}

Result<void> KeySlots::sync() {
  return file_->sync();
}

Result<void> KeySlots::retire_from(Slot first) {
  MUSTER_CHECKED(for_each_slot(
      *file_, first, file_->end(), [&](Slot slot, std::string_view bytes) -> Result<void> {
        const Result<SlotRecord> record = parse_slot(slot, bytes);
        const bool unused = record && record->state != SlotState::kLive;
        return unused ? Result<void>{} : file_->overwrite(marker(slot, SlotState::kUnassigned));
      }));
  return file_->sync();
}

Result<std::string> KeySlots::read_intact(Slot first, Slot last) const {
  const std::uint32_t begin = raw(first);
  const std::uint32_t count = std::min(raw(last), raw(file_->end())) - begin;
  for (int attempt = 0;; ++attempt) {
    MUSTER_TRY(std::string bytes, file_->read_bytes(first, count));
    std::optional<Failure> damaged;
    for (std::uint32_t i = begin == 0 ? 1 : 0; i < count && !damaged; ++i) {
      const std::size_t at = std::min(bytes.size(), std::size_t{i} * kSlotBytes);
      const Slot slot{begin + i};
      const auto record = parse_slot(slot, std::string_view{bytes}.substr(at, kSlotBytes));
      if (!record) damaged = key_missing(slot, record.error().reason + " Restore keys/slots.");
    }
    if (!damaged) return bytes;
    if (attempt == kReadAttempts) return *damaged;
  }
}

Result<SlotCensus> KeySlots::scan(Slot first,
                                  Slot last,
                                  const std::function<void(const DamagedSlot&)>& on_damage) {
  SlotCensus census;
  const Slot end = std::min(last, file_->end());
  const auto damaged = [&](Slot slot, std::string_view reason) {
    ++census.damaged;
    on_damage({slot, std::uint64_t{raw(slot)} * kSlotBytes, std::string{reason}});
  };
  MUSTER_CHECKED(
      for_each_slot(*file_, first, end, [&](Slot slot, std::string_view bytes) -> Result<void> {
        const Result<SlotRecord> record = parse_slot(slot, bytes);
        if (!record.has_value()) {
          damaged(slot, record.error().reason);
        } else if (record->state == SlotState::kErased) {
          ++census.erased;
        } else if (record->state == SlotState::kUnassigned) {
          ++census.unassigned;
        } else if (const auto kek = ring_.kek(record->kek); !kek.has_value()) {
          damaged(slot, "its KEK is unknown");
        } else if (!unwrap_subject_key(*record, **kek).has_value()) {
          damaged(slot, "its KEK does not open it");
        } else {
          ++census.live;
        }
        return {};
      }));
  return census;
}

}  // namespace muster
