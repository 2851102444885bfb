#include "replay/directory_checks.h"

#include <charconv>
#include <set>
#include <system_error>

#include "storage/file_io.h"
#include "storage/log/group_record.h"
#include "storage/recovery.h"

namespace muster::replay {
namespace {

std::optional<LogId> log_in_name(const std::string& name) {
  std::uint32_t log = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), log);
  const bool whole = error == std::errc{} && end == name.data() + name.size();
  return whole ? std::optional{LogId{log}} : std::nullopt;
}

std::string readable(std::string_view key) {
  std::string text;
  for (const char c : key) {
    const bool plain = c >= ' ' && c <= '~';
    text += plain ? std::string(1, c) : "\\x" + to_hex({&c, 1});
  }
  return text;
}

Result<TreeHead> read_kept_head(DataDirectory& directory, LogId log) {
  MUSTER_TRY(const auto note, load_tree_head(directory.heads_path(), log));
  MUSTER_TRY(const std::string verifier, directory.verifier(log));
  return parse_and_verify_checkpoint(note.value_or(""), verifier);
}

/// The keys of `rows` that begin like derived rows do.
Result<MetaRows> stored_meta(const Kv& kv) {
  MetaRows rows;
  for (const std::string_view prefix : {kHeadKeyPrefix, kTimeKeyPrefix, kSlotsKey}) {
    MUSTER_CHECKED(kv.scan(Family::kMeta, KvRange::of_prefix(prefix), [&](auto key, auto value) {
      rows.emplace(key, value);
      return true;
    }));
  }
  return rows;
}

void compare_meta(const MetaRows& expected, const MetaRows& stored, Findings& findings) {
  const auto report = [&](std::string_view key, std::string_view what) {
    findings.found("meta_differs", "meta.1 " + readable(key) + std::string{what});
  };
  for (const auto& [key, value] : expected) {
    const auto found = stored.find(key);
    if (found == stored.end()) {
      report(key, " is missing");
    } else if (found->second != value) {
      report(key, " differs from the log");
    }
  }
  for (const auto& [key, value] : stored) {
    if (!expected.contains(key)) {
      report(key, " is surplus");
    }
  }
}

Result<void> check_commit(const Kv& kv, const FoldedDirectory& folded, Findings& findings) {
  const auto commit = read_commit_row(kv);
  if (!commit) {
    findings.found("meta_differs", commit.error().reason);
    return {};
  }
  const std::uint64_t stored = *commit ? (*commit)->group : 0;
  if (stored != folded.newest_group) {
    findings.found("meta_differs",
                   "meta.1 commit: group " + std::to_string(stored) +
                       " is stored, the log ends with " + std::to_string(folded.newest_group));
  }
  return {};
}

}  // namespace

Result<KeptHeads> read_kept_heads(DataDirectory& directory, Findings& findings) {
  KeptHeads heads;
  if (std::error_code ignored; !std::filesystem::exists(directory.heads_path(), ignored)) {
    return heads;
  }
  MUSTER_TRY(const auto files, list_directory(directory.heads_path()));
  for (const auto& file : files) {
    const auto log = log_in_name(file.filename().string());
    if (!log) {
      continue;
    }
    const auto head = read_kept_head(directory, *log);
    if (head) {
      heads[*log] = {head->size, head->root};
    } else {
      findings.found("tree_head_damaged",
                     file.string() + " is damaged or not ours (" + head.error().rule + ")");
    }
  }
  return heads;
}

KeptSizes sizes_of(const KeptHeads& heads) {
  KeptSizes sizes;
  for (const auto& [log, head] : heads) {
    sizes[log] = head.size;
  }
  return sizes;
}

void check_kept_heads(const KeptHeads& heads, const FoldedDirectory& folded, Findings& findings) {
  std::map<LogId, const FoldedLog*> logs;
  for (const FoldedLog& log : folded.logs) {
    logs[log.log] = &log;
  }
  for (const auto& [id, head] : heads) {
    const auto log = logs.find(id);
    const std::uint64_t size = log == logs.end() ? 0 : log->second->frontier.size();
    if (head.size > size) {
      findings.found({"log_behind_tree_head",
                      id,
                      {},
                      {},
                      "the log has " + std::to_string(size) + " events, but a tree head over " +
                          std::to_string(head.size) + " was given out"});
    } else if (log != logs.end() && log->second->kept_root != head.root) {
      findings.found({"log_differs_from_tree_head",
                      id,
                      {},
                      {},
                      "the log is not the one that the tree head over " +
                          std::to_string(head.size) + " events was signed for"});
    }
  }
}

void check_tables(DataDirectory& directory, Findings& findings) {
  if (const auto checked = directory.kv().verify_checksums(); !checked) {
    findings.found("storage_corrupt", checked.error().reason);
  }
}

Result<SlotCensus> check_slots(DataDirectory& directory, Findings& findings) {
  return directory.vault().scan([&](const DamagedSlot& slot) {
    findings.found("key_slot_damaged",
                   "keys/slots: slot " + std::to_string(raw(slot.slot)) + " at byte " +
                       std::to_string(slot.offset_bytes) + ": " + slot.reason);
  });
}

MetaRows meta_rows_of(const FoldedDirectory& folded) {
  MetaRows rows;
  for (const FoldedLog& log : folded.logs) {
    if (log.frontier.size() == 0) {
      continue;  // only outcomes of refused commands
    }
    rows[head_key(log.log)] = write_head_row(log.frontier.size());
    std::string& time = rows[time_key(log.log)];
    put_little_endian_64(time, static_cast<std::uint64_t>(raw(log.newest_time)));
  }
  if (raw(folded.highest_slot) != 0) {
    put_little_endian_32(rows[std::string{kSlotsKey}], raw(folded.highest_slot));
  }
  return rows;
}

Result<void> check_meta(const Kv& kv, const FoldedDirectory& folded, Findings& findings) {
  MUSTER_TRY(const MetaRows stored, stored_meta(kv));
  compare_meta(meta_rows_of(folded), stored, findings);
  MUSTER_CHECKED(check_commit(kv, folded, findings));
  std::string nothing;
  MUSTER_TRY(const bool rebuilding, kv.get(Family::kMeta, kRebuildingKey, nothing));
  if (rebuilding) {
    findings.found("rebuild_unfinished", "a rebuild was interrupted; run muster-replay rebuild");
  }
  return {};
}

Result<void> check_erasures(const Kv& kv, const FoldedDirectory& folded, Findings& findings) {
  std::string value;
  for (const FoldedLog& log : folded.logs) {
    for (const StreamId stream : log.kept_segments) {
      findings.found({"erased_segment_kept",
                      log.log,
                      {},
                      stream,
                      "sealed segments of an erased person are still stored"});
    }
    for (const Slot slot : log.kept_keys) {
      MUSTER_TRY(const bool pending, kv.get(Family::kMeta, erasing_key(slot), value));
      if (!pending) {
        findings.found(
            {"key_not_destroyed",
             log.log,
             {},
             {},
             "key slot " + std::to_string(raw(slot)) + " of an erased person still holds the key"});
      }
    }
  }
  return {};
}

}  // namespace muster::replay
