#include "api/cli/import_run.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "api/cli/exit_codes.h"
#include "api/import/error_file.h"
#include "api/import/ldif_reader.h"
#include "api/import/ndjson_reader.h"
#include "api/import/person.h"
#include "engine/core/progress.h"

namespace muster {
namespace {

/// Counts and failed rows of one import; outcomes come from several threads.
class ImportCounts {
 public:
  explicit ImportCounts(ErrorFile& errors) : errors_{errors} {}

  void succeed(ImportOutcome outcome) {
    const std::lock_guard lock{mutex_};
    ++outcomes_[static_cast<std::size_t>(outcome)];
  }

  void fail(const RowFailure& row) {
    const std::lock_guard lock{mutex_};
    ++failed_;
    if (const auto added = errors_.add(row); !added && !file_failure_) {
      file_failure_ = added.error();
    }
  }

  void skip() { ++skipped_; }

  [[nodiscard]] std::uint64_t failed() const { return failed_; }

  [[nodiscard]] const std::optional<Failure>& file_failure() const { return file_failure_; }

  [[nodiscard]] std::uint64_t done() {
    const std::lock_guard lock{mutex_};
    return outcomes_[0] + outcomes_[1] + outcomes_[2] + failed_ + skipped_;
  }

  void print(OutputFormat format) const {
    print_rows(format,
               {"created", "updated", "unchanged", "skipped", "failed"},
               {{std::to_string(outcomes_[0]),
                 std::to_string(outcomes_[1]),
                 std::to_string(outcomes_[2]),
                 std::to_string(skipped_),
                 std::to_string(failed_)}});
  }

 private:
  std::mutex mutex_;
  ErrorFile& errors_;
  std::array<std::uint64_t, 3> outcomes_{};
  std::uint64_t failed_ = 0;
  std::uint64_t skipped_ = 0;
  std::optional<Failure> file_failure_;
};

/// The rows of a file, whatever its format: a user, nothing to import, or a failure.
class RowSource {
 public:
  RowSource(ImportFormat format, std::istream& input)
      : format_{format}, ldif_{input}, ndjson_{input} {}

  std::optional<PersonRecord> next() {
    if (format_ == ImportFormat::kNdjson) {
      auto record = ndjson_.next();
      if (!record) {
        return std::nullopt;
      }
      if (auto* user = std::get_if<ImportedUser>(&*record)) {
        return PersonRecord{std::move(*user)};
      }
      return PersonRecord{std::get<RowFailure>(std::move(*record))};
    }
    auto record = ldif_.next();
    if (!record) {
      return std::nullopt;
    }
    if (auto* entry = std::get_if<LdifEntry>(&*record)) {
      return person_from_ldif(*entry);
    }
    return PersonRecord{std::get<RowFailure>(std::move(*record))};
  }

  [[nodiscard]] std::uint64_t bytes() const {
    return format_ == ImportFormat::kNdjson ? ndjson_.bytes_consumed() : ldif_.bytes_consumed();
  }

  [[nodiscard]] bool failed() const {
    return format_ == ImportFormat::kNdjson ? ndjson_.failed() : ldif_.failed();
  }

 private:
  ImportFormat format_;
  LdifReader ldif_;
  NdjsonReader ndjson_;
};

Result<void> apply_row(ImportSink& sink, ImportCounts& counts, PersonRecord record) {
  if (auto* refused = std::get_if<RowFailure>(&record)) {
    counts.fail(*refused);
    return {};
  }
  if (std::holds_alternative<NotAPerson>(record)) {
    counts.skip();
    return {};
  }
  auto& user = std::get<ImportedUser>(record);
  RowFailure place{user.line, user.source_key, {}};
  return sink.apply(std::move(user), [&counts, place](const Result<ImportOutcome>& outcome) {
    if (outcome) {
      counts.succeed(*outcome);
      return;
    }
    RowFailure row = place;
    row.failure = outcome.error();
    counts.fail(row);
  });
}

Result<void> apply_all(const ImportFlags& flags, ImportSink& sink, ImportCounts& counts) {
  std::ifstream input{flags.file, std::ios::binary};
  std::error_code ignored;
  RowSource rows{flags.format, input};
  SystemClock clock;
  Progress progress{{"users", std::filesystem::file_size(flags.file, ignored), isatty(2) == 1},
                    clock.now()};
  while (auto record = rows.next()) {
    MUSTER_CHECKED(apply_row(sink, counts, std::move(*record)));
    progress.update(counts.done(), rows.bytes());
    if (const auto line = progress.render(clock.now())) {
      std::fputs(line->c_str(), stderr);
    }
  }
  MUSTER_CHECKED(sink.finish());
  progress.update(counts.done(), rows.bytes());
  std::fputs(progress.finish(clock.now()).c_str(), stderr);
  if (rows.failed()) {
    return failure(Errc::kIo, "unreadable_file", flags.file + " could not be read to its end");
  }
  return {};
}

}  // namespace

int run_import(const ImportFlags& flags) {
  if (flags.url.empty() != flags.client_file.empty()) {
    return exit_with(
        failure(Errc::kInvalid,
                "invalid_usage",
                "--url and --client go together; leave both out for a stopped directory"));
  }
  const std::filesystem::path error_path =
      flags.errors.empty() ? error_file_path(flags.file) : std::filesystem::path{flags.errors};
  std::error_code ignored;
  if (std::filesystem::equivalent(flags.file, error_path, ignored)) {
    return exit_with(failure(Errc::kInvalid,
                             "invalid_usage",
                             "--errors names the file that is to be imported; name another"));
  }
  auto sink = flags.url.empty() ? open_offline_sink(flags) : open_online_sink(flags);
  if (!sink) {
    return exit_with(sink.error());
  }
  ErrorFile errors{error_path};
  ImportCounts counts{errors};
  auto done = apply_all(flags, **sink, counts);
  sink->reset();
  if (done && counts.file_failure()) {
    done = *counts.file_failure();
  }
  if (const auto flushed = errors.flush(); done && !flushed) {
    done = flushed.error();
  }
  counts.print(flags.output);
  if (!done) {
    return exit_with(done.error());
  }
  if (counts.failed() > 0) {
    std::fprintf(stderr,
                 "muster: %llu rows failed; they are in %s\n",
                 static_cast<unsigned long long>(counts.failed()),
                 errors.path().c_str());
    return static_cast<int>(ExitCode::kRefused);
  }
  return static_cast<int>(ExitCode::kOk);
}

}  // namespace muster
