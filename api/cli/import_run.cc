#include "api/cli/import_run.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "api/cli/exit_codes.h"
#include "api/import/error_file.h"
#include "engine/core/progress.h"

namespace muster {
namespace {

constexpr std::streamsize kMappingBytesMax = std::streamsize{1} << 20;

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

  void skip() {
    const std::lock_guard lock{mutex_};
    ++skipped_;
  }

  [[nodiscard]] const std::optional<Failure>& file_failure() const { return file_failure_; }

  [[nodiscard]] std::uint64_t done() {
    const std::lock_guard lock{mutex_};
    return outcomes_[0] + outcomes_[1] + outcomes_[2] + failed_ + skipped_;
  }

  [[nodiscard]] ImportReport report() {
    const std::lock_guard lock{mutex_};
    return {outcomes_[0], outcomes_[1], outcomes_[2], skipped_, failed_};
  }

 private:
  std::mutex mutex_;
  ErrorFile& errors_;
  std::array<std::uint64_t, 3> outcomes_{};
  std::uint64_t failed_ = 0;
  std::uint64_t skipped_ = 0;
  std::optional<Failure> file_failure_;
};

Result<RowSourceOptions> row_options(const ImportFlags& flags) {
  RowSourceOptions options;
  options.format = flags.format;
  options.foreign.skip_credentials = flags.skip_credentials;
  if (flags.format != ImportFormat::kCsv) {
    return options;
  }
  const std::string delimiter = flags.delimiter == "tab" ? "\t" : flags.delimiter;
  if (delimiter.size() != 1 || delimiter.find_first_of("\"\r\n") != std::string::npos) {
    return failure(Errc::kInvalid, "invalid_usage", "--delimiter is one character, or tab");
  }
  options.csv_delimiter = delimiter.front();
  std::ifstream mapping{flags.mapping_file, std::ios::binary};
  options.csv_mapping.resize(kMappingBytesMax);
  mapping.read(options.csv_mapping.data(), kMappingBytesMax);
  options.csv_mapping.resize(static_cast<std::size_t>(mapping.gcount()));
  return options;
}

/// What is wrong with the mapping or the header is told before the directory is touched.
Result<void> check_rows(const RowSourceOptions& options, const std::string& file) {
  std::ifstream input{file, std::ios::binary};
  MUSTER_TRY(const auto rows, open_rows(options, input));
  return {};
}

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

Result<void> apply_all(const ImportFlags& flags,
                       const RowSourceOptions& options,
                       ImportSink& sink,
                       ImportCounts& counts) {
  std::ifstream input{flags.file, std::ios::binary};
  std::error_code ignored;
  MUSTER_TRY(const auto opened, open_rows(options, input));
  RowSource& rows = *opened;
  SystemClock clock;
  Progress progress{{"users", std::filesystem::file_size(flags.file, ignored), isatty(2) == 1},
                    clock.now()};
  while (auto record = rows.next()) {
    MUSTER_CHECKED(apply_row(sink, counts, std::move(*record)));
    progress.update(counts.done(), rows.bytes_consumed());
    if (const auto line = progress.render(clock.now())) {
      std::fputs(line->c_str(), stderr);
    }
  }
  MUSTER_CHECKED(sink.finish());
  progress.update(counts.done(), rows.bytes_consumed());
  std::fputs(progress.finish(clock.now()).c_str(), stderr);
  if (rows.failed()) {
    return failure(Errc::kIo, "unreadable_file", flags.file + " could not be read to its end");
  }
  return {};
}

std::filesystem::path errors_of(const ImportFlags& flags) {
  return flags.errors.empty() ? error_file_path(flags.file) : std::filesystem::path{flags.errors};
}

}  // namespace

Result<void> import_file(const ImportFlags& flags, std::optional<ImportReport>& report) {
  if (flags.url.empty() != flags.client_file.empty()) {
    return failure(Errc::kInvalid,
                   "invalid_usage",
                   "--url and --client go together; leave both out for a stopped directory");
  }
  const std::filesystem::path error_path = errors_of(flags);
  std::error_code ignored;
  if (std::filesystem::equivalent(flags.file, error_path, ignored)) {
    return failure(Errc::kInvalid,
                   "invalid_usage",
                   "--errors names the file that is to be imported; name another");
  }
  MUSTER_TRY(RowSourceOptions options, row_options(flags));
  MUSTER_CHECKED(check_rows(options, flags.file));
  MUSTER_TRY(auto sink, flags.url.empty() ? open_offline_sink(flags) : open_online_sink(flags));
  options.foreign.business_metadata = sink->has_business_metadata();
  ErrorFile errors{error_path};
  ImportCounts counts{errors};
  auto done = apply_all(flags, options, *sink, counts);
  sink.reset();
  report = counts.report();
  if (done && counts.file_failure()) {
    done = *counts.file_failure();
  }
  if (const auto flushed = errors.flush(); done && !flushed) {
    done = flushed.error();
  }
  return done;
}

int run_import(const ImportFlags& flags) {
  std::optional<ImportReport> report;
  const auto done = import_file(flags, report);
  if (report) {
    print_counts(flags.output,
                 {{"created", report->created},
                  {"updated", report->updated},
                  {"unchanged", report->unchanged},
                  {"skipped", report->skipped},
                  {"failed", report->failed}});
  }
  if (!done) {
    return exit_with(done.error());
  }
  if (report->failed > 0) {
    std::fprintf(stderr,
                 "muster: %llu rows failed; they are in %s\n",
                 static_cast<unsigned long long>(report->failed),
                 errors_of(flags).c_str());
    return static_cast<int>(ExitCode::kRefused);
  }
  return static_cast<int>(ExitCode::kOk);
}

}  // namespace muster
