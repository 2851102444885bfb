#include "api/cli/import_run.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "api/cli/exit_codes.h"
#include "api/import/error_file.h"
#include "api/import/ldif_groups.h"
#include "engine/core/progress.h"

namespace muster {
namespace {

constexpr std::streamsize kMappingBytesMax = std::streamsize{1} << 20;

/// What an outcome is counted as.
enum class Counted : std::uint8_t { kUser, kGroup, kMember };

/// Counts and failed rows of one import; outcomes come from several threads.
class ImportCounts {
 public:
  explicit ImportCounts(ErrorFile& errors) : errors_{errors} {}

  void succeed(Counted counted, ImportOutcome outcome) {
    const std::lock_guard lock{mutex_};
    ++outcomes_[static_cast<std::size_t>(counted)][static_cast<std::size_t>(outcome)];
  }

  /// Counts the outcome of a row.
  void note(Counted counted, RowFailure place, const Result<ImportOutcome>& outcome) {
    if (outcome) {
      succeed(counted, *outcome);
      return;
    }
    place.failure = outcome.error();
    fail(place);
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
    std::uint64_t sum = failed_ + skipped_;
    for (const auto& outcomes : outcomes_) {
      sum += outcomes[0] + outcomes[1] + outcomes[2];
    }
    return sum;
  }

  [[nodiscard]] ImportReport report() {
    const std::lock_guard lock{mutex_};
    const auto& [users, groups, members] = outcomes_;
    return {users[0],
            users[1],
            users[2],
            skipped_,
            failed_,
            groups[0],
            groups[1],
            groups[2],
            members[0],
            members[2]};
  }

 private:
  std::mutex mutex_;
  ErrorFile& errors_;
  std::array<std::array<std::uint64_t, 3>, 3> outcomes_{};
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
    counts.note(Counted::kUser, place, outcome);
  });
}

/// What there is to see while rows are worked through.
class ProgressLine {
 public:
  ProgressLine(const ImportFlags& flags, std::string unit, ImportCounts& counts)
      : counts_{counts},
        before_{counts.done()},
        progress_{{std::move(unit), size_of(flags.file), isatty(2) == 1}, clock_.now()} {}

  void update(std::uint64_t bytes) {
    progress_.update(counts_.done() - before_, bytes);
    if (const auto line = progress_.render(clock_.now())) {
      std::fputs(line->c_str(), stderr);
    }
  }

  void finish(std::uint64_t bytes) {
    progress_.update(counts_.done() - before_, bytes);
    std::fputs(progress_.finish(clock_.now()).c_str(), stderr);
  }

 private:
  static std::uint64_t size_of(const std::string& file) {
    std::error_code ignored;
    return std::filesystem::file_size(file, ignored);
  }

  ImportCounts& counts_;
  std::uint64_t before_;
  SystemClock clock_;
  Progress progress_;
};

Failure unreadable(const std::string& file) {
  return failure(Errc::kIo, "unreadable_file", file + " could not be read to its end");
}

/// The second pass of LDIF: groups, parents first, and then who is in them.
Result<void> apply_groups(const ImportFlags& flags, GroupWriter& writer, ImportCounts& counts) {
  std::ifstream input{flags.file, std::ios::binary};
  const LdifGroups groups =
      LdifGroups::read(input, [&counts](const RowFailure& row) { counts.fail(row); });
  if (groups.groups().empty()) {
    return {};
  }
  ProgressLine progress{flags, "groups and memberships", counts};
  for (const ImportedGroup& group : groups.groups()) {
    counts.note(Counted::kGroup, {group.line, group.source_key, {}}, writer.put_group(group));
    progress.update(0);
  }
  LdifMembers members{input, groups};
  while (const auto member = members.next()) {
    RowFailure place{member->line, member->source_key, {}};
    writer.add_member(*member, [&counts, place](const Result<ImportOutcome>& outcome) {
      counts.note(Counted::kMember, place, outcome);
    });
    progress.update(members.bytes_consumed());
  }
  writer.finish();
  progress.finish(members.bytes_consumed());
  return members.failed() ? Result<void>{unreadable(flags.file)} : Result<void>{};
}

Result<void> apply_all(const ImportFlags& flags,
                       const RowSourceOptions& options,
                       ImportSink& sink,
                       ImportCounts& counts) {
  std::ifstream input{flags.file, std::ios::binary};
  MUSTER_TRY(const auto rows, open_rows(options, input));
  ProgressLine progress{flags, "users", counts};
  while (auto record = rows->next()) {
    MUSTER_CHECKED(apply_row(sink, counts, std::move(*record)));
    progress.update(rows->bytes_consumed());
  }
  if (options.without_groups) {
    GroupWriter* groups = sink.begin_groups();
    progress.finish(rows->bytes_consumed());
    MUSTER_CHECKED(apply_groups(flags, *groups, counts));
    MUSTER_CHECKED(sink.finish());
  } else {
    MUSTER_CHECKED(sink.finish());
    progress.finish(rows->bytes_consumed());
  }
  return rows->failed() ? Result<void>{unreadable(flags.file)} : Result<void>{};
}

std::filesystem::path errors_of(const ImportFlags& flags) {
  return flags.errors.empty() ? error_file_path(flags.file) : std::filesystem::path{flags.errors};
}

void print_report(const ImportFlags& flags, const ImportReport& report) {
  std::vector<std::pair<std::string, std::uint64_t>> counts{{"created", report.created},
                                                            {"updated", report.updated},
                                                            {"unchanged", report.unchanged},
                                                            {"skipped", report.skipped},
                                                            {"failed", report.failed}};
  if (flags.format == ImportFormat::kLdif && flags.url.empty()) {
    counts.insert(counts.end(),
                  {{"groups_created", report.groups_created},
                   {"groups_updated", report.groups_updated},
                   {"groups_unchanged", report.groups_unchanged},
                   {"members_added", report.members_added},
                   {"members_unchanged", report.members_unchanged}});
  }
  print_counts(flags.output, counts);
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
  options.without_groups = flags.format == ImportFormat::kLdif && sink->takes_groups();
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
    print_report(flags, *report);
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
