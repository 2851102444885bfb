#include "storage/backup/evidence_of_loss.h"

#include <algorithm>
#include <charconv>

#include "storage/file_io.h"
#include "storage/log/kv_tree_nodes.h"
#include "storage/recovery.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadBytesMax = std::size_t{64} * 1024;

/// What an origin says: `muster.log/<log>/<created>[/<epoch>/<since>]`.
struct Origin {
  LogId log{};
  Micros created{};
  Epoch epoch{1};
};

std::optional<Origin> parse_origin(std::string_view text) {
  constexpr std::string_view kPrefix = "muster.log/";
  if (!text.starts_with(kPrefix)) {
    return std::nullopt;
  }
  text.remove_prefix(kPrefix.size());
  std::vector<std::int64_t> numbers;
  while (true) {
    const auto word = text.substr(0, text.find('/'));
    std::int64_t number = 0;
    const auto [stopped, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || stopped != word.data() + word.size() || number < 0) {
      return std::nullopt;
    }
    numbers.push_back(number);
    if (word.size() == text.size()) {
      break;
    }
    text.remove_prefix(word.size() + 1);
  }
  if (numbers.size() != 2 && numbers.size() != 4) {
    return std::nullopt;
  }
  return Origin{LogId{static_cast<std::uint32_t>(numbers[0])},
                Micros{numbers[1]},
                Epoch{numbers.size() == 4 ? static_cast<std::uint32_t>(numbers[2]) : 1}};
}

class Evidence {
 public:
  Evidence(DataDirectory& restored, const BackupManifest& manifest)
      : restored_{restored}, manifest_{manifest} {
    found_.newest = manifest.epoch;
  }

  Result<void> look_at_lost(const fs::path& lost);
  /// `is_given`: somebody named this very file, so one that is not ours is an error.
  Result<void> look_at_head(const fs::path& file, bool is_given);
  EvidenceOfLoss finish();

 private:
  Result<void> look_at_store(const fs::path& lost);
  Result<void> share_epochs(const fs::path& lost);
  Result<void> share(Epoch epoch);
  [[nodiscard]] std::uint64_t size_of(LogId log) const;
  /// How many events of `log` the lost history had in common with ours when `epoch` was written.
  [[nodiscard]] std::uint64_t common(LogId log, Epoch epoch) const;
  Result<void> compare(const TreeRoot& theirs, LogId log, Epoch epoch, const fs::path& evidence);
  void lost(LostRange range);
  Result<Digest> our_root(LogId log, std::uint64_t size);

  DataDirectory& restored_;
  const BackupManifest& manifest_;
  EvidenceOfLoss found_;
  EpochHistory lost_epochs_;
  std::map<LogId, bool> covered_;  // by something at least as long as ours
};

std::uint64_t Evidence::size_of(LogId log) const {
  const auto ours = manifest_.logs.find(log);
  return ours == manifest_.logs.end() ? 0 : ours->second.size;
}

std::uint64_t Evidence::common(LogId log, Epoch epoch) const {
  std::uint64_t common = size_of(log);
  for (const auto& [ended, how] : lost_epochs_.ended()) {
    if (ended >= manifest_.epoch && ended < epoch) {
      common = std::min(common, lost_epochs_.size_at_end(ended, log).value_or(0));
    }
  }
  // Nobody knows where an epoch left our history unless it is said how ours ended there.
  const bool is_known = epoch <= manifest_.epoch || lost_epochs_.ended().contains(manifest_.epoch);
  return is_known ? common : 0;
}

Result<Digest> Evidence::our_root(LogId log, std::uint64_t size) {
  KvTreeNodes nodes{restored_.kv(), log};
  return tree_root(nodes, size);
}

void Evidence::lost(LostRange range) {
  const auto [known, first] = found_.lost.try_emplace(range.log, range);
  if (!first && (range.to > known->second.to || (range.exact && !known->second.exact))) {
    known->second = std::move(range);
  }
}

Result<void> Evidence::compare(const TreeRoot& theirs,
                               LogId log,
                               Epoch epoch,
                               const fs::path& evidence) {
  const std::uint64_t shared = common(log, epoch);
  covered_[log] = covered_[log] || theirs.size >= size_of(log);
  if (theirs.size > shared) {
    lost({log, epoch, shared, theirs.size, false, evidence.string()});
    return {};
  }
  MUSTER_TRY(const Digest ours, our_root(log, theirs.size));
  if (ours != theirs.root) {
    return failure(Errc::kCorrupt,
                   "backup_forks",
                   "log " + std::to_string(raw(log)) + " of the backup is not the one of " +
                       evidence.string() + ": both have " + std::to_string(theirs.size) +
                       " events, but other ones");
  }
  ++found_.agreed;
  return {};
}

Result<void> Evidence::look_at_head(const fs::path& file, bool is_given) {
  MUSTER_TRY(const std::string note, read_file(file, kHeadBytesMax));
  const auto head = read_checkpoint(note);
  const auto origin = head ? parse_origin(head->origin) : std::nullopt;
  const bool ours = origin && origin->created == manifest_.directory;
  const auto refused = [&](std::string_view why) {
    return failure(Errc::kCorrupt,
                   "tree_head_damaged",
                   "the tree head " + file.string() + " " + std::string{why});
  };
  if (!ours) {
    return is_given ? Result<void>{refused("is not one of this directory")} : Result<void>{};
  }
  found_.newest = std::max(found_.newest, origin->epoch);
  if (!restored_.vault().ring().has_kek_for(origin->log)) {
    // The whole log came after the backup, its key too: what it says cannot be checked.
    lost({origin->log, origin->epoch, 0, head->size, false, file.string()});
    return {};
  }
  MUSTER_TRY(const HeadKey key, restored_.vault().head_key(origin->log, head->origin));
  if (const auto verified = parse_and_verify_checkpoint(note, key.verifier()); !verified) {
    return refused("is damaged or not ours (" + verified.error().rule + ")");
  }
  return compare({head->size, head->root}, origin->log, origin->epoch, file);
}

/// The store itself knows where it ended, to the last event.
Result<void> Evidence::look_at_store(const fs::path& lost_path) {
  const auto format = read_format_file(lost_path);
  if (!format || format->created != manifest_.directory) {
    return {};
  }
  found_.newest = std::max(found_.newest, format->epochs);
  RocksKvOptions options;
  options.path = lost_path / "db";
  options.read_only = true;
  const auto kv = open_rocks_kv(options);
  if (!kv) {
    return {};  // the heads have to do
  }
  std::vector<std::pair<LogId, std::uint64_t>> sizes;
  const auto scanned =
      (*kv)->scan(Family::kMeta, KvRange::of_prefix(kHeadKeyPrefix), [&](auto key, auto value) {
        const LogId log{ByteReader{key.substr(kHeadKeyPrefix.size())}.big_endian_32()};
        sizes.emplace_back(log, parse_head_row(value).value_or(0));
        return true;
      });
  if (!scanned) {
    return {};
  }
  for (const auto& [log, size] : sizes) {
    const std::uint64_t shared = std::min(common(log, format->epochs), size);
    KvTreeNodes nodes{**kv, log};
    const auto root = tree_root(nodes, shared);
    if (!root) {
      continue;
    }
    MUSTER_CHECKED(compare({shared, *root}, log, format->epochs, options.path));
    covered_[log] = covered_[log] || size >= size_of(log);
    if (size > shared) {
      lost({log, format->epochs, shared, size, true, options.path.string()});
    }
  }
  return {};
}

Result<void> Evidence::share_epochs(const fs::path& lost_path) {
  const auto history = EpochHistory::read(lost_path);
  if (!history) {
    return {};
  }
  lost_epochs_ = *history;
  for (const auto& [epoch, how] : lost_epochs_.ended()) {
    if (epoch > manifest_.epoch) {
      MUSTER_CHECKED(share(epoch));
    }
  }
  const auto format = read_format_file(lost_path);
  const bool went_on = format && format->epochs > manifest_.epoch && !lost_epochs_.empty();
  return went_on ? share(format->epochs) : Result<void>{};
}

Result<void> Evidence::share(Epoch epoch) {
  for (const auto& [log, ours] : manifest_.logs) {
    const std::uint64_t ended = lost_epochs_.size_at_end(epoch, log).value_or(ours.size);
    const std::uint64_t size = std::min(common(log, epoch), ended);
    MUSTER_TRY(const Digest root, our_root(log, size));
    found_.shared_epochs[epoch][log] = {size, root};
  }
  return {};
}

Result<void> Evidence::look_at_lost(const fs::path& lost_path) {
  std::error_code ignored;
  if (!fs::is_directory(lost_path, ignored)) {
    return failure(
        Errc::kNotFound, "directory_missing", "there is no directory " + lost_path.string());
  }
  // Somebody who still writes there would lose more than is told.
  MUSTER_TRY(const DirectoryLock lock, DirectoryLock::acquire(lost_path, true));
  MUSTER_CHECKED(share_epochs(lost_path));
  if (fs::exists(lost_path / "tree-heads", ignored)) {
    MUSTER_TRY(auto heads, list_directory(lost_path / "tree-heads"));
    std::ranges::sort(heads);
    for (const auto& head : heads) {
      if (head.extension() != ".draft") {
        MUSTER_CHECKED(look_at_head(head, false));
      }
    }
  }
  return look_at_store(lost_path);
}

EvidenceOfLoss Evidence::finish() {
  for (const auto& [log, end] : manifest_.logs) {
    if (!covered_[log]) {
      found_.unknown.push_back(log);
    }
  }
  return std::move(found_);
}

}  // namespace

Result<EvidenceOfLoss> find_evidence(DataDirectory& restored,
                                     const BackupManifest& manifest,
                                     const EvidencePlaces& places) {
  Evidence evidence{restored, manifest};
  if (places.lost) {
    MUSTER_CHECKED(evidence.look_at_lost(*places.lost));
  }
  for (const auto& head : places.heads) {
    MUSTER_CHECKED(evidence.look_at_head(head, true));
  }
  return evidence.finish();
}

}  // namespace muster
