#include "api/cli/import_run.h"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "api/cli/exit_codes.h"
#include "api/import/error_file.h"
#include "api/import/group_source.h"
#include "engine/core/progress.h"

namespace muster {
namespace {

constexpr std::streamsize kMappingBytesMax = std::streamsize{1} << 20;

Result<RowSourceOptions> row_options(const ImportFlags& flags) {
  RowSourceOptions options;
  options.format = flags.format;
  options.foreign.skip_credentials = flags.skip_credentials;
  options.foreign.roles_as = flags.roles_as;
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
    counts.fail(Counted::kUser, *refused);
    return {};
  }
  if (std::holds_alternative<NotAPerson>(record)) {
    counts.skip(Counted::kUser);
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

RowFailure place_of(const ImportedMember& member) {
  RowFailure place{member.line, member.source_key, {}};
  if (!member.pointer.empty()) {
    place.failure.faults.push_back({member.pointer, {}, {}});
  }
  return place;
}

Result<void> apply_members(ImportSink& sink,
                           ImportCounts& counts,
                           GroupSource& groups,
                           ProgressLine& progress) {
  while (const auto member = groups.next_member()) {
    RowFailure place = place_of(*member);
    if (member->group_id.empty()) {
      counts.note(Counted::kMembership,
                  std::move(place),
                  failure(Errc::kNotFound, kGroupNotInFile, "the file has no such group"));
    } else {
      MUSTER_CHECKED(
          sink.add_member(*member, [&counts, place](const Result<ImportOutcome>& outcome) {
            counts.note(Counted::kMembership, place, outcome);
          }));
    }
    progress.update(groups.bytes_consumed());
  }
  return {};
}

/// What follows the users: groups, parents first, and then who is in them.
Result<void> apply_groups(const ImportFlags& flags, ImportSink& sink, ImportCounts& counts) {
  std::ifstream input{flags.file, std::ios::binary};
  std::ifstream tree;
  if (!flags.groups_file.empty()) {
    tree.open(flags.groups_file, std::ios::binary);
  }
  const auto groups = open_groups(
      flags.format, input, tree.is_open() ? &tree : nullptr, [&counts](const RowFailure& row) {
        counts.fail(Counted::kGroup, row);
      });
  counts.leave_behind(groups->left_behind());
  ProgressLine progress{flags, "groups and memberships", counts};
  for (const ImportedGroup& group : groups->groups()) {
    const RowFailure place{group.line, group.source_key, {}};
    MUSTER_CHECKED(sink.put_group(group, [&counts, place](const Result<ImportOutcome>& outcome) {
      counts.note(Counted::kGroup, place, outcome);
    }));
    progress.update(0);
  }
  MUSTER_CHECKED(sink.settle());
  MUSTER_CHECKED(apply_members(sink, counts, *groups, progress));
  MUSTER_CHECKED(sink.settle());
  progress.finish(groups->bytes_consumed());
  return groups->failed() ? Result<void>{unreadable(flags.file)} : Result<void>{};
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
  MUSTER_CHECKED(sink.settle());
  progress.finish(rows->bytes_consumed());
  counts.leave_behind(rows->left_behind());
  if (rows->failed()) {
    return unreadable(flags.file);
  }
  if (has_groups(flags.format)) {
    MUSTER_CHECKED(apply_groups(flags, sink, counts));
  }
  return sink.finish();
}

std::filesystem::path errors_of(const ImportFlags& flags) {
  return flags.errors.empty() ? error_file_path(flags.file) : std::filesystem::path{flags.errors};
}

/// What a reader of the table might overlook.
void print_notes(const ImportFlags& flags, const ImportReport& report) {
  const auto print = [&](const char* text, std::uint64_t count, const std::string& more) {
    if (count > 0) {
      std::fprintf(stderr,
                   "muster: %llu %s%s\n",
                   static_cast<unsigned long long>(count),
                   text,
                   more.c_str());
    }
  };
  print("rows failed; they are in ", report.failed(), errors_of(flags));
  print("memberships were skipped, because user or group is not there; they are in ",
        report.memberships.skipped,
        errors_of(flags));
  print("roles were not imported; --roles-as MEMBER keeps those of users in their metadata",
        report.roles,
        "");
  print("attributes of groups were not imported", report.group_attributes, "");
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
    print_report(flags.output, flags.format, *report);
    print_notes(flags, *report);
  }
  if (!done) {
    return exit_with(done.error());
  }
  return static_cast<int>(report->failed() > 0 ? ExitCode::kRefused : ExitCode::kOk);
}

}  // namespace muster
