#include "storage/memory_kv.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/core/check.h"
#include "storage/memory_kv_parts.h"

namespace muster {

static Failure injected(std::string_view what) {
  return failure(Errc::kIo, "storage_io", what);
}

const std::string* MemoryKv::value_at(const Versions& versions, std::uint64_t batch) {
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (version->batch <= batch) {
      return version->value.has_value() ? &*version->value : nullptr;
    }
  }
  return nullptr;
}

std::uint64_t MemoryKv::batch_of(const KvSnapshot* snapshot) const {
  return snapshot == nullptr ? written_ : static_cast<const MemorySnapshot*>(snapshot)->batch();
}

Result<bool> MemoryKv::get(Family family,
                           std::string_view key,
                           std::string& value,
                           const KvSnapshot* snapshot) const {
  const std::lock_guard lock{mutex_};
  value.clear();
  const auto& table = tables_[index_of(family)];
  const auto row = table.find(key);
  const auto* found = row == table.end() ? nullptr : value_at(row->second, batch_of(snapshot));
  if (found == nullptr) {
    return false;
  }
  value = *found;
  return true;
}

Result<std::vector<std::optional<std::string>>> MemoryKv::multi_get(
    Family family,
    std::span<const std::string_view> keys,
    const KvSnapshot* snapshot) const {
  std::vector<std::optional<std::string>> answers;
  for (const auto key : keys) {
    std::string value;
    MUSTER_TRY(const bool found, get(family, key, value, snapshot));
    answers.push_back(found ? std::optional{std::move(value)} : std::nullopt);
  }
  return answers;
}

std::unique_ptr<KvIterator> MemoryKv::iterate(Family family,
                                              KvRange range,
                                              const KvSnapshot* snapshot) const {
  return std::make_unique<MemoryIterator>(*this, family, std::move(range), snapshot);
}

std::shared_ptr<const KvSnapshot> MemoryKv::snapshot() const {
  return std::make_shared<MemorySnapshot>(*this);
}

std::unique_ptr<KvBatch> MemoryKv::new_batch() const {
  return std::make_unique<MemoryBatch>();
}

Result<void> MemoryKv::begin_write() {
  if (broken_) {
    return injected("the store has failed before");
  }
  if (disk_full_) {
    return failure(Errc::kUnavailable, "disk_full", "injected: no space left");
  }
  if (writes_left_.has_value()) {
    if (*writes_left_ == 0) {
      broken_ = true;
      return injected("injected: a write fails");
    }
    --*writes_left_;
  }
  ++written_;
  return {};
}

bool MemoryKv::prune(Versions& versions) const {
  const auto floor = readers_.empty() ? synced_ : std::min(synced_, *readers_.begin());
  const auto later = std::find_if(versions.begin(), versions.end(), [&](const Version& version) {
    return version.batch > floor;
  });
  if (later - versions.begin() > 1) {
    versions.erase(versions.begin(), later - 1);
  }
  return versions.size() > 1 || versions.front().value.has_value() ||
         versions.front().batch > floor;
}

void MemoryKv::set(Family family, std::string_view key, std::optional<std::string> value) {
  auto& table = tables_[index_of(family)];
  const auto row = table.try_emplace(std::string{key}).first;
  auto& versions = row->second;
  if (!versions.empty() && versions.back().batch == written_) {
    versions.back().value = std::move(value);
  } else {
    versions.push_back({written_, std::move(value)});
  }
  if (!prune(versions)) {
    table.erase(row);
  }
}

void MemoryKv::erase_range(Family family, std::string_view from, std::string_view to) {
  const auto& table = tables_[index_of(family)];
  std::vector<std::string> keys;
  for (auto row = table.lower_bound(from); row != table.end() && row->first < to; ++row) {
    keys.push_back(row->first);
  }
  for (const auto& key : keys) {
    set(family, key, std::nullopt);
  }
}

Result<void> MemoryKv::write(KvBatch& batch) {
  const std::lock_guard lock{mutex_};
  MUSTER_CHECKED(begin_write());
  for (const auto& change : static_cast<const MemoryBatch&>(batch).changes()) {
    switch (change.kind) {
      case ChangeKind::kPut:
        set(change.family, change.key, change.value);
        break;
      case ChangeKind::kErase:
        set(change.family, change.key, std::nullopt);
        break;
      case ChangeKind::kEraseRange:
        erase_range(change.family, change.key, change.value);
        break;
    }
  }
  return {};
}

Result<void> MemoryKv::sync() {
  const std::lock_guard lock{mutex_};
  broken_ = broken_ || std::exchange(fail_next_sync_, false);
  if (broken_) {
    return injected("injected: a sync fails");
  }
  synced_ = written_;
  return {};
}

Result<void> MemoryKv::compact(Family family, const KvRange& range, bool /*force*/) {
  const std::lock_guard lock{mutex_};
  auto& table = tables_[index_of(family)];
  auto row = table.lower_bound(range.from);
  while (row != table.end() && (range.to.empty() || row->first < range.to)) {
    row = prune(row->second) ? std::next(row) : table.erase(row);
  }
  return {};
}

Result<void> MemoryKv::ingest(Family family, SortedSource& source) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::string_view key;
  std::string_view value;
  while (true) {
    MUSTER_TRY(const bool more, source.next(key, value));
    if (!more) {
      break;
    }
    if (!rows.empty() && key <= rows.back().first) {
      return failure(Errc::kInvalid, "unsorted_source", "rows to ingest must have ascending keys");
    }
    rows.emplace_back(key, value);
  }
  const std::lock_guard lock{mutex_};
  MUSTER_CHECKED(begin_write());
  for (auto& row : rows) {
    set(family, row.first, std::move(row.second));
  }
  synced_ = written_;
  return {};
}

Result<void> MemoryKv::clear_family(Family family) {
  check(family != Family::kMeta, "the family of meta rows is never cleared");
  const std::lock_guard lock{mutex_};
  MUSTER_CHECKED(begin_write());
  tables_[index_of(family)].clear();
  synced_ = written_;
  return {};
}

std::uint64_t MemoryKv::oldest_snapshot() const {
  const std::lock_guard lock{mutex_};
  return readers_.empty() ? std::numeric_limits<std::uint64_t>::max() : *readers_.begin();
}

KvStats MemoryKv::stats() const {
  const std::lock_guard lock{mutex_};
  KvStats stats;
  for (const auto& table : tables_) {
    for (const auto& [key, versions] : table) {
      const auto* value = value_at(versions, written_);
      stats.memtable_bytes += value == nullptr ? 0 : key.size() + value->size();
    }
  }
  return stats;
}

void MemoryKv::crash(std::uint64_t seed) {
  const std::lock_guard lock{mutex_};
  check(readers_.empty(), "crash() with a snapshot or iterator alive");
  // SplitMix64's finaliser, so that neighbouring seeds differ.
  std::uint64_t mixed = seed + 0x9E3779B97F4A7C15U;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  mixed ^= mixed >> 31U;
  const std::uint64_t kept = synced_ + mixed % (written_ - synced_ + 1);
  written_ = kept;
  synced_ = kept;
  for (auto& table : tables_) {
    for (auto row = table.begin(); row != table.end();) {
      std::erase_if(row->second, [&](const Version& version) { return version.batch > kept; });
      row = !row->second.empty() && prune(row->second) ? std::next(row) : table.erase(row);
    }
  }
  writes_left_.reset();
  fail_next_sync_ = false;
  disk_full_ = false;
  broken_ = false;
}

void MemoryKv::fail_after_writes(std::uint64_t count) {
  const std::lock_guard lock{mutex_};
  writes_left_ = count;
}

void MemoryKv::fail_next_sync() {
  const std::lock_guard lock{mutex_};
  fail_next_sync_ = true;
}

void MemoryKv::set_disk_full(bool full) {
  const std::lock_guard lock{mutex_};
  disk_full_ = full;
}

std::uint64_t MemoryKv::writes() const {
  const std::lock_guard lock{mutex_};
  return written_;
}

std::uint64_t MemoryKv::unsynced_writes() const {
  const std::lock_guard lock{mutex_};
  return written_ - synced_;
}

}  // namespace muster
