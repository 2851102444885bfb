#include "api/server/backup_service.h"

#include <algorithm>

#include "engine/core/instant.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

/// A group takes milliseconds to become durable; after this something is wrong.
constexpr std::chrono::seconds kGroupPatience{30};
constexpr std::chrono::milliseconds kLook{5};

/// The name of a place directly below `allowed`; nothing for any other path, and for a link, which
/// may lead anywhere.
std::optional<std::filesystem::path> below(const std::filesystem::path& allowed,
                                           const std::filesystem::path& wanted) {
  const auto normal = wanted.lexically_normal();
  const std::string name = normal.filename().string();
  const bool same =
      !allowed.empty() && normal.parent_path() == (allowed / "x").lexically_normal().parent_path();
  const bool plain = !name.empty() && name.size() <= 128 && is_backup_path(name);
  std::error_code ignored;
  const bool link = std::filesystem::is_symlink(allowed / name, ignored);
  return same && plain && !link ? std::optional{allowed / name} : std::nullopt;
}

Failure not_allowed(const std::filesystem::path& allowed, std::string_view flag) {
  return failure(Errc::kForbidden,
                 "backup_not_allowed",
                 allowed.empty()
                     ? "this server takes no backups: it was started without --" + std::string{flag}
                     : "the server writes backups directly below " + allowed.string() +
                           " only (--" + std::string{flag} + ")");
}

}  // namespace

BackupService::BackupService(DataDirectory& directory,
                             const Published& published,
                             Clock& clock,
                             Entropy& entropy,
                             BackupSettings settings)
    : directory_{directory},
      published_{published},
      clock_{clock},
      entropy_{entropy},
      settings_{std::move(settings)} {
  remove_left_checkpoint(directory_.path());
}

BackupService::~BackupService() = default;

Result<BackupOrder> BackupService::place_order(const BackupOrder& order) const {
  const auto to = below(settings_.directory, order.to);
  if (!to) {
    return not_allowed(settings_.directory, "backup-directory");
  }
  const auto keys_to = below(settings_.keys_directory, order.keys_to);
  if (!keys_to) {
    return not_allowed(settings_.keys_directory, "backup-keys-directory");
  }
  return BackupOrder{*to, *keys_to, order.bytes_per_second};
}

Result<void> BackupService::start(const BackupOrder& wanted) {
  MUSTER_TRY(BackupOrder order, place_order(wanted));
  std::unique_ptr<BackgroundThread> finished;
  const std::lock_guard lock{mutex_};
  if (running_) {
    return failure(Errc::kConflict, "backup_running", "a backup is being taken already");
  }
  running_ = true;
  progress_ = {};
  began_ = clock_.now();
  failure_.reset();
  thread_.swap(finished);
  finished.reset();  // it has set running_ as the last thing it did
  thread_ = std::make_unique<BackgroundThread>();
  thread_->start("backup", [this, order = std::move(order)] { run(order); });
  return {};
}

Result<void> BackupService::wait_for_group(std::uint64_t group) {
  const auto deadline = std::chrono::steady_clock::now() + kGroupPatience;
  while (published_.now()->group < group) {
    if (!thread_->sleep(kLook) || std::chrono::steady_clock::now() > deadline) {
      return failure(Errc::kUnavailable, "stopped", "what was copied did not become durable");
    }
  }
  return {};
}

void BackupService::run(const BackupOrder& order) {
  BackupOptions options;
  options.to = order.to;
  options.keys_to = order.keys_to;
  options.bytes_per_second = order.bytes_per_second;
  options.wait_for_group = [this](std::uint64_t group) {
    return wait_for_group(group);
  };
  options.on_progress = [this](const BackupProgress& progress) {
    const std::lock_guard lock{mutex_};
    progress_ = progress;
  };
  options.sleep = [this](std::chrono::milliseconds pause) {
    return pause.count() == 0 ? !thread_->stopping() : thread_->sleep(pause);
  };
  auto taken = take_backup(directory_, options, clock_, entropy_);
  const std::lock_guard lock{mutex_};
  if (taken) {
    taken_ = std::move(*taken);
  } else {
    failure_ = taken.error();
    ++failures_;
  }
  running_ = false;
}

std::optional<Micros> BackupService::newest() const {
  const std::lock_guard lock{mutex_};
  return taken_ ? std::optional{taken_->manifest.taken} : std::nullopt;
}

std::string BackupService::status() const {
  const std::lock_guard lock{mutex_};
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  const bool failed = !running_ && failure_;
  writer.member("state", running_ ? "running" : (failed ? "failed" : (taken_ ? "done" : "none")));
  if (running_) {
    const std::int64_t took = raw(clock_.now()) - raw(began_);
    const double share = progress_.total == 0 ? 0.0
                                              : static_cast<double>(progress_.done) /
                                                    static_cast<double>(progress_.total);
    writer.member("step", progress_.step);
    writer.member("done_bytes", progress_.done);
    writer.member("total_bytes", progress_.total);
    if (share > 0.0) {
      const double left = static_cast<double>(took) * (1.0 - std::min(share, 1.0)) / share;
      writer.member("seconds_left", static_cast<std::uint64_t>(left / 1e6));
    }
  }
  if (failed) {
    writer.member("rule", failure_->rule);
    writer.member("reason", failure_->reason);
  }
  if (!running_ && !failed && taken_) {
    const BackupManifest& manifest = taken_->manifest;
    writer.member("taken", to_rfc3339(manifest.taken));
    writer.member("group", manifest.group);
    writer.member("files", static_cast<std::uint64_t>(manifest.files.size()));
    writer.member("bytes", manifest.bytes());
    writer.member("copied_bytes", taken_->copied_bytes);
    writer.member("kept_files", taken_->kept_files);
    writer.member("verifier", manifest.verifier);
  }
  writer.end_object();
  return json;
}

}  // namespace muster
