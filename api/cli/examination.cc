#include "api/cli/examination.h"

#include <algorithm>
#include <array>
#include <system_error>

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "engine/core/instant.h"
#include "engine/core/progress.h"
#include "projections/scrub/scrub_notes.h"
#include "storage/backup/backup.h"
#include "storage/directory/data_directory.h"
#include "storage/rocks_wal.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kFreeBad = 32ULL << 20U;  // near where writes are refused
constexpr std::uint64_t kFreeNotice = 1ULL << 30U;
constexpr std::int64_t kClockBehind = 10'000'000;  // as the server's health says
constexpr std::int64_t kOldDays = 7;
constexpr std::int64_t kDayMicros = 86'400'000'000;
constexpr int kSlotsShown = 5;

/// What to do about a failure, by its rule.
std::string next_for(std::string_view rule) {
  struct Advice {
    std::string_view rule;
    std::string_view next;
  };

  static constexpr std::array kAdvice = std::to_array<Advice>({
      {"format_damaged",
       "copy FORMAT from a backup: muster restore --from BACKUP --keys KEYS --to NEW"},
      {"format_missing", "copy FORMAT from a backup; it says how to read the rest"},
      {"format_too_new", "use the version of Muster that wrote the directory, or a newer one"},
      {"format_unknown_feature",
       "use the version of Muster that wrote the directory, or a newer one"},
      {"epochs_damaged", "copy the file epochs from a backup taken in this epoch"},
      {"epochs_missing", "copy the file epochs from a backup taken in this epoch"},
      {"keys_missing", "put keys/slots back from the place for keys of a backup"},
      {"keks_missing", "put keys/keks back from the place for keys of a backup"},
      {"keks_damaged", "put keys/keks back from the place for keys of a backup"},
      {"slots_damaged", "put keys/slots back from the place for keys of a backup"},
      {"master_key_missing", "put the master key back, or name it with --master-key-file"},
      {"master_key_exposed", "chmod 600 the master key, and think about muster keys rotate"},
      {"master_key_malformed",
       "the file must hold 32 bytes in base64, as openssl rand -base64 32 prints"},
      {"wrong_master_key", "name the master key that was last in use with --master-key-file"},
      {"wal_damaged", "restore a backup; --lost with this directory tells exactly what is lost"},
      {"storage_corrupt",
       "muster-replay verify names what is damaged; restore a backup, or rebuild if only views "
       "are"},
      {"rebuild_unfinished", "run muster-replay rebuild --data DIR again"},
      {"views_missing", "run muster-replay rebuild --data DIR"},
      {"meta_damaged",
       "run muster-replay verify, then rebuild; restore a backup if the log is damaged"},
      {"log_behind_tree_head",
       "this is older than what was promised: find the newer directory, or muster restore, which "
       "begins a new epoch"},
      {"log_differs_from_tree_head",
       "the log is not the one that was signed: find the right directory, or muster restore"},
      {"log_differs_from_epoch",
       "the log is not the one that was restored: muster restore from a backup"},
      {"tree_head_damaged",
       "copy tree-heads/ from the newest backup; do not delete it, it shows that nothing was cut "
       "off"},
      {"directory_missing", "check the path; muster serve --data DIR makes a new one"},
  });
  const auto* const found = std::ranges::find(kAdvice, rule, &Advice::rule);
  return std::string{found == kAdvice.end() ? "restore a backup if it does not explain itself"
                                            : found->next};
}

class Examination {
 public:
  Examination(const ExaminationOptions& options, Clock& clock, Entropy& entropy)
      : options_{options}, clock_{clock}, entropy_{entropy} {}

  std::vector<Diagnosis> run();

 private:
  bool format();
  void disk();
  void secrets();
  void leftovers();
  void shutdown();
  void contents();
  void clock(DataDirectory& directory);
  void slots(DataDirectory& directory);
  void backup_age();
  void scrub_age();

  void add(Verdict verdict, std::string about, std::string says, std::string next = {}) {
    found_.push_back({verdict, std::move(about), std::move(says), std::move(next)});
  }

  void add(std::string about, const Failure& failure) {
    add(Verdict::kBad,
        std::move(about),
        failure.reason + " (" + failure.rule + ")",
        next_for(failure.rule));
  }

  const ExaminationOptions& options_;
  Clock& clock_;
  Entropy& entropy_;
  bool running_ = false;
  std::vector<Diagnosis> found_;
};

/// False when nothing else can be said.
bool Examination::format() {
  std::error_code ignored;
  if (!fs::is_directory(options_.data, ignored)) {
    add("directory",
        failure(Errc::kNotFound,
                "directory_missing",
                "there is no directory " + options_.data.string()));
    return false;
  }
  const auto format = read_format_file(options_.data);
  if (!format) {
    const bool missing = format.error().code == Errc::kNotFound;
    add("format",
        missing ? failure(Errc::kCorrupt, "format_missing", "there is no file FORMAT")
                : format.error());
    return false;
  }
  add(Verdict::kFine,
      "format",
      "format " + std::to_string(format->format) + ", epoch " +
          std::to_string(raw(format->epochs)) + ", made " + to_rfc3339(format->created));
  const auto lock = DirectoryLock::acquire(options_.data, true);
  running_ = !lock && lock.error().rule == "directory_in_use";
  if (running_) {
    add(Verdict::kFine,
        "server",
        lock.error().reason,
        "GET /health/ready and /scrub on its management address say more; stop it for a full look");
  }
  return true;
}

void Examination::disk() {
  struct statvfs stats {};

  if (statvfs(options_.data.c_str(), &stats) != 0) {
    return;
  }
  const std::uint64_t free = static_cast<std::uint64_t>(stats.f_bavail) * stats.f_frsize;
  const std::string says = with_thousands(free >> 20U) + " MiB are free";
  if (free < kFreeBad) {
    add(Verdict::kBad, "disk", says + ": writes are refused", "make room");
  } else if (free < kFreeNotice) {
    add(Verdict::kNotice, "disk", says, "make room before writes are refused");
  } else {
    add(Verdict::kFine, "disk", says);
  }
}

void Examination::secrets() {
  std::vector<fs::path> secrets{options_.data / "keys" / "master.key",
                                options_.data / "keys" / "slots",
                                options_.data / "keys" / "keks",
                                options_.data / "operator.json"};
  if (options_.master_key_file) {
    secrets.push_back(*options_.master_key_file);
  }
  std::error_code ignored;
  for (fs::directory_iterator entry{options_.data, ignored};
       !ignored && entry != fs::directory_iterator{};
       entry.increment(ignored)) {
    if (entry->path().filename().string().ends_with("-client.json")) {
      secrets.push_back(entry->path());
    }
  }
  bool exposed = false;
  for (const auto& secret : secrets) {
    struct stat status {};

    if (::stat(secret.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
      exposed = true;
      add(Verdict::kBad,
          "secrets",
          "others may read " + secret.string(),
          "chmod 600 it, and replace what it holds if somebody may have read it");
    }
  }
  if (!exposed) {
    add(Verdict::kFine, "secrets", "only their owner may read them");
  }
}

void Examination::leftovers() {
  if (running_) {
    return;
  }
  std::error_code ignored;
  for (const char* name : {"checkpoint", "db.new", "db.ingest"}) {
    if (fs::exists(options_.data / name, ignored)) {
      add(Verdict::kNotice,
          "leftovers",
          (options_.data / name).string() + " was left by a process that was killed",
          "nothing: the next start or backup removes it");
    }
  }
}

void Examination::shutdown() {
  if (running_) {
    return;
  }
  const auto files = wal_files(options_.data / "db");
  if (!files || files->empty()) {
    add(Verdict::kFine, "shutdown", "it was closed in order");
    return;
  }
  std::uint64_t bytes = 0;
  bool torn = false;
  for (const auto& file : *files) {
    if (const auto checked = check_record_file(file)) {
      bytes += checked->bytes;
      torn = torn || checked->first_damage.has_value();
    }
  }
  add(Verdict::kNotice,
      "shutdown",
      "it was not closed in order; the next start reads " + with_thousands(bytes >> 10U) +
          " KiB of write-ahead log again" +
          (torn ? ", and cuts off the torn end that a power cut or kill left, unless something "
                  "promised is in it"
                : ""),
      "nothing: start it; the entry contents says whether something is lost");
}

void Examination::slots(DataDirectory& directory) {
  int shown = 0;
  const auto census = directory.vault().scan([&](const DamagedSlot& slot) {
    if (++shown <= kSlotsShown) {
      add(Verdict::kBad,
          "keys",
          "keys/slots: slot " + std::to_string(raw(slot.slot)) + " at byte " +
              std::to_string(slot.offset_bytes) + ": " + slot.reason,
          "put keys/slots back from the place for keys of a backup taken after it was given out");
    }
  });
  if (!census) {
    add("keys", census.error());
  } else if (census->damaged == 0) {
    add(Verdict::kFine,
        "keys",
        with_thousands(census->live) + " keys open, " + with_thousands(census->erased) +
            " are destroyed");
  } else if (census->damaged > kSlotsShown) {
    add(Verdict::kBad, "keys", with_thousands(census->damaged) + " slots are damaged in all");
  }
}

void Examination::clock(DataDirectory& directory) {
  std::int64_t newest = 0;
  for (const LogId log : directory.log().logs()) {
    newest = std::max(newest, raw(directory.log().head(log).time));
  }
  const std::int64_t ahead = newest - raw(clock_.now());
  if (ahead > kClockBehind) {
    add(Verdict::kNotice,
        "clock",
        "the newest event is " + duration_text(static_cast<std::uint64_t>(ahead) / 1'000'000) +
            " ahead of the clock",
        "set the clock; events never go back in time, so theirs stand still until it has caught "
        "up");
  } else {
    add(Verdict::kFine, "clock", "it is not behind the newest event");
  }
}

/// As a start would open it: the store, the log, the keys and the tree heads.
void Examination::contents() {
  if (running_) {
    return;
  }
  DataDirectoryOptions options;
  options.path = options_.data;
  options.read_only = true;
  options.master_key = options_.master_key;
  options.master_key_file = options_.master_key_file;
  const auto directory = DataDirectory::open(options, clock_, entropy_);
  if (!directory) {
    add("contents", directory.error());
    return;
  }
  std::uint64_t events = 0;
  for (const LogId log : (*directory)->log().logs()) {
    events += (*directory)->log().head(log).size;
  }
  add(Verdict::kFine,
      "contents",
      with_thousands(events) + " events, as the signed tree heads say",
      "muster-replay verify --data DIR proves every row");
  slots(**directory);
  clock(**directory);
}

void Examination::backup_age() {
  const auto taken = last_backup(options_.data);
  if (!taken) {
    add(Verdict::kNotice,
        "backup",
        "no backup was taken with muster backup",
        "muster backup --data DIR --to PLACE --keys-to OTHER");
    return;
  }
  const std::int64_t days = (raw(clock_.now()) - raw(*taken)) / kDayMicros;
  const std::string says = "the newest backup was taken " + to_rfc3339(*taken);
  if (days >= kOldDays) {
    add(Verdict::kNotice,
        "backup",
        says + ", " + std::to_string(days) + " days ago",
        "muster backup --data DIR --to PLACE --keys-to OTHER");
  } else {
    add(Verdict::kFine, "backup", says, "muster backup verify PLACE checks it");
  }
}

void Examination::scrub_age() {
  const ScrubNotes notes = ScrubNotes::read(options_.data);
  if (!notes.passed_ended) {
    add(Verdict::kNotice,
        "scrub",
        "no pass of the scrub was ever finished",
        "let the server run with --scrub-mib-per-second above 0, or muster-replay verify");
    return;
  }
  const std::int64_t days = (raw(clock_.now()) - raw(*notes.passed_began)) / kDayMicros;
  add(days >= kOldDays ? Verdict::kNotice : Verdict::kFine,
      "scrub",
      "every byte was looked at since " + to_rfc3339(*notes.passed_began),
      days >= kOldDays ? "let it go on, or run muster-replay verify" : "");
}

std::vector<Diagnosis> Examination::run() {
  if (format()) {
    disk();
    secrets();
    leftovers();
    shutdown();
    contents();
    backup_age();
    scrub_age();
  }
  return std::move(found_);
}

}  // namespace

std::vector<Diagnosis> examine(const ExaminationOptions& options, Clock& clock, Entropy& entropy) {
  return Examination{options, clock, entropy}.run();
}

}  // namespace muster
