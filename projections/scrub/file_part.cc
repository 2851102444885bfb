#include <algorithm>
#include <cstring>
#include <set>
#include <system_error>

#include "projections/scrub/scrub_notes.h"
#include "projections/scrub/scrub_part.h"
#include "storage/erasure/ledger.h"
#include "storage/file_io.h"
#include "storage/log/kv_tree_nodes.h"
#include "storage/seal/digest.h"
#include "storage/system_clock.h"
#include "storage/time_floor.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLedger = "erasures";
constexpr std::string_view kFloor = "time-floor";
constexpr std::size_t kFileBytesMax = std::size_t{96} * 1024 * 1024;

/// Small files, one a piece.
class FilePart final : public ScrubPart {
 public:
  using ScrubPart::ScrubPart;

  [[nodiscard]] std::string_view name() const override { return "files"; }

  Result<ScrubPiece> next() override;

  [[nodiscard]] double coverage() const override {
    return files_.empty() ? 0.0 : static_cast<double>(at_) / static_cast<double>(files_.size());
  }

 private:
  Result<void> list();
  void list_below(const std::string& folder);
  Result<void> check_promises(const std::string& path);
  Result<void> check(const std::string& path);
  Result<void> check_bytes(const std::string& path, const std::string& bytes);
  Result<void> check_head(const std::string& path, const std::string& bytes);
  Result<void> check_current(const std::string& bytes);
  Result<void> check_keks(const std::string& bytes);
  Result<void> check_master(const std::string& bytes);
  Result<void> compare(const std::string& path, const std::string& bytes);

  std::vector<std::string> files_;  // of this pass, below the directory
  std::size_t at_ = 0;
};

void FilePart::list_below(const std::string& folder) {
  const auto files = list_directory(context_.ports.directory.path() / folder);
  for (const auto& file : files ? *files : std::vector<fs::path>{}) {
    const std::string name = file.filename().string();
    // Tables, the write-ahead log, the MANIFEST and key slots are other parts'; a draft is half of
    // a replacement; what a lock says does not matter.
    const bool other = name.ends_with(".sst") || name.ends_with(".log") || name == "LOCK" ||
                       name == "slots" || name.ends_with(".draft") || name.ends_with(".dbtmp") ||
                       name.starts_with("MANIFEST-");
    std::error_code error;
    if (!other && fs::is_regular_file(file, error)) {
      files_.push_back(folder.empty() ? name : folder + "/" + name);
    }
  }
}

Result<void> FilePart::list() {
  files_ = {"FORMAT"};
  if (context_.ports.directory.epochs()) {
    files_.emplace_back("epochs");
  }
  for (const std::string_view name : {kLedger, kFloor}) {
    std::error_code ignored;
    if (fs::exists(context_.ports.directory.path() / name, ignored)) {
      files_.emplace_back(name);
    }
  }
  list_below("keys");
  list_below("db");
  list_below("tree-heads");
  // What is gone has no digest to keep.
  const std::set<std::string> there{files_.begin(), files_.end()};
  std::erase_if(context_.notes.files,
                [&](const auto& known) { return !there.contains(known.first); });
  return {};
}

Result<ScrubPiece> FilePart::next() {
  if (files_.empty()) {
    MUSTER_CHECKED(list());
  }
  const std::string& path = files_[at_];
  std::error_code ignored;
  const auto bytes = fs::file_size(context_.ports.directory.path() / path, ignored);
  if (const auto fine = check(path); !fine) {
    context_.found(fine.error().rule, path + ": " + fine.error().reason);
  }
  ScrubPiece piece{ignored ? 0 : bytes};
  if (++at_ == files_.size()) {
    piece.done = true;
    files_.clear();
    at_ = 0;
  }
  return piece;
}

/// Both say of each line, or of the whole, what it should be.
Result<void> FilePart::check_promises(const std::string& path) {
  const fs::path directory = context_.ports.directory.path();
  if (path == kLedger) {
    const auto ledger = read_ledger(
        directory / path, [](const LedgerLine&, const Digest&) { return Result<void>{}; });
    return ledger ? Result<void>{} : Result<void>{ledger.error()};
  }
  SystemClock clock;
  const auto floor = TimeFloor::open(directory, clock);
  return floor ? Result<void>{} : Result<void>{floor.error()};
}

Result<void> FilePart::check(const std::string& path) {
  if (path == kLedger || path == kFloor) {
    return check_promises(path);
  }
  const auto bytes = read_file(context_.ports.directory.path() / path, kFileBytesMax);
  if (!bytes && bytes.error().code == Errc::kNotFound) {
    // RocksDB replaces OPTIONS and CURRENT; the others are never removed.
    const bool replaced = path.starts_with("db/OPTIONS-") || path.starts_with("tree-heads/");
    return replaced ? Result<void>{}
                    : Result<void>{failure(Errc::kCorrupt, "file_missing", "the file is gone")};
  }
  MUSTER_CHECKED(bytes);
  return check_bytes(path, *bytes);
}

Result<void> FilePart::check_bytes(const std::string& path, const std::string& bytes) {
  DataDirectory& directory = context_.ports.directory;
  if (path == "FORMAT") {
    MUSTER_TRY(const DirectoryFormat format, parse_format(bytes));
    return format == directory.format()
               ? Result<void>{}
               : failure(Errc::kCorrupt, "format_damaged", "it is not the one that was opened");
  }
  if (path == "epochs") {
    MUSTER_TRY(const EpochHistory epochs, EpochHistory::parse(bytes));
    return epochs == *directory.epochs()
               ? Result<void>{}
               : failure(Errc::kCorrupt, "epochs_damaged", "it is not the one that was opened");
  }
  if (path.starts_with("tree-heads/")) {
    return check_head(path, bytes);
  }
  if (path == "db/CURRENT") {
    return check_current(bytes);
  }
  if (path == "keys/keks") {
    return check_keks(bytes);
  }
  if (path == "keys/master.key") {
    return check_master(bytes);
  }
  return compare(path, bytes);
}

Result<void> FilePart::check_master(const std::string& bytes) {
  const auto text = from_base64(bytes.substr(0, bytes.find('\n')));
  SecretKey key;
  if (text && text->size() == SecretKey::kBytes) {
    std::memcpy(key.writable().data(), text->data(), text->size());
    if (master_key_id(key) == context_.ports.directory.vault().ring().master_id()) {
      return {};
    }
  }
  return failure(Errc::kCorrupt, "master_key_damaged", "it is not the master key in use");
}

/// Signed by us, and over a beginning of its log.
Result<void> FilePart::check_head(const std::string& path, const std::string& bytes) {
  const std::string number = path.substr(path.find('/') + 1);
  const bool plain = std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
  if (!plain || number.size() > 10) {
    return {};
  }
  DataDirectory& directory = context_.ports.directory;
  const LogId log{static_cast<std::uint32_t>(std::stoull(number))};
  MUSTER_TRY(const std::string verifier, directory.verifier(log));
  const auto head = parse_and_verify_checkpoint(bytes, verifier);
  if (!head) {
    return failure(Errc::kCorrupt,
                   "tree_head_damaged",
                   "the signed tree head is damaged or not ours (" + head.error().rule + ")");
  }
  const auto point = context_.ports.published.now();
  if (head->size > point->size_of(log)) {
    return failure(Errc::kCorrupt, "log_behind_tree_head", "the log is shorter than the tree head");
  }
  KvTreeNodes nodes{directory.kv(), log, point->snapshot};
  MUSTER_TRY(const Digest root, tree_root(nodes, head->size));
  return root == head->root ? Result<void>{}
                            : failure(Errc::kCorrupt,
                                      "log_differs_from_tree_head",
                                      "the log is not the one that the tree head was signed for");
}

Result<void> FilePart::check_current(const std::string& bytes) {
  const bool named = bytes.starts_with("MANIFEST-") && bytes.ends_with('\n');
  const fs::path store = context_.ports.directory.path() / "db";
  std::error_code ignored;
  if (named && fs::exists(store / bytes.substr(0, bytes.size() - 1), ignored)) {
    return {};
  }
  // It may have been replaced since it was read.
  const auto again = read_file(store / "CURRENT", kFileBytesMax);
  if (again && *again != bytes) {
    return check_current(*again);
  }
  return failure(Errc::kCorrupt, "storage_corrupt", "it names no MANIFEST that is there");
}

/// Every line has a checksum, and all were wrapped by the master key in use.
Result<void> FilePart::check_keks(const std::string& bytes) {
  MUSTER_TRY(const std::string master, kek_file_master(bytes));
  return master == context_.ports.directory.vault().ring().master_id()
             ? Result<void>{}
             : failure(Errc::kCorrupt, "keks_damaged", "it is wrapped by another master key");
}

/// Files that have no checksum and never change are compared with how they were found first.
Result<void> FilePart::compare(const std::string& path, const std::string& bytes) {
  const std::string digest = to_hex(as_view(sha256(bytes)));
  const auto [known, first] = context_.notes.files.try_emplace(path, digest);
  if (first || known->second == digest) {
    return {};
  }
  return failure(
      Errc::kCorrupt, "file_changed", "it is not as it was found first, and nobody changes it");
}

}  // namespace

ScrubPartPtr scrub_files(const ScrubContext& context) {
  return std::make_unique<FilePart>(context);
}

}  // namespace muster
