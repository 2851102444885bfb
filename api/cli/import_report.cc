#include "api/cli/import_report.h"

#include <utility>
#include <vector>

namespace muster {
namespace {

std::uint64_t sum_of(const ImportCount& count) {
  return count.created + count.updated + count.unchanged + count.skipped + count.failed;
}

CountedRow row_of(std::string what, const ImportCount& count) {
  return {std::move(what),
          {{"created", count.created},
           {"updated", count.updated},
           {"unchanged", count.unchanged},
           {"skipped", count.skipped},
           {"failed", count.failed}}};
}

}  // namespace

void print_report(OutputFormat output, ImportFormat format, const ImportReport& report) {
  std::vector<CountedRow> rows{row_of("users", report.users)};
  if (format == ImportFormat::kLdif || format == ImportFormat::kKeycloak) {
    rows.push_back(row_of("groups", report.groups));
    rows.push_back(row_of("memberships", report.memberships));
  }
  if (report.roles > 0) {
    rows.push_back(row_of("roles", {.skipped = report.roles}));
  }
  if (report.group_attributes > 0) {
    rows.push_back(row_of("group_attributes", {.skipped = report.group_attributes}));
  }
  print_counts(output, "imported", rows);
}

ImportCount& ImportCounts::count_of(Counted counted) {
  switch (counted) {
    case Counted::kUser:
      return report_.users;
    case Counted::kGroup:
      return report_.groups;
    case Counted::kMembership:
      break;
  }
  return report_.memberships;
}

void ImportCounts::write(const RowFailure& row) {
  if (const auto added = errors_.add(row); !added && !file_failure_) {
    file_failure_ = added.error();
  }
}

void ImportCounts::note(Counted counted, RowFailure place, const Result<ImportOutcome>& outcome) {
  const std::lock_guard lock{mutex_};
  ImportCount& count = count_of(counted);
  if (outcome) {
    switch (*outcome) {
      case ImportOutcome::kCreated:
        ++count.created;
        return;
      case ImportOutcome::kUpdated:
        ++count.updated;
        return;
      case ImportOutcome::kUnchanged:
        ++count.unchanged;
        return;
    }
  }
  std::vector<Fault> faults = std::move(place.failure.faults);
  place.failure = outcome.error();
  if (place.failure.faults.empty() && !faults.empty()) {
    faults[0].rule = place.failure.rule;
    faults[0].reason = place.failure.reason;
    place.failure.faults = std::move(faults);
  }
  place.skipped = counted == Counted::kMembership &&
                  (place.failure.rule == "user_not_found" || place.failure.rule == kGroupNotInFile);
  ++(place.skipped ? count.skipped : count.failed);
  write(place);
}

void ImportCounts::fail(Counted counted, const RowFailure& row) {
  const std::lock_guard lock{mutex_};
  ++count_of(counted).failed;
  write(row);
}

void ImportCounts::skip(Counted counted) {
  const std::lock_guard lock{mutex_};
  ++count_of(counted).skipped;
}

void ImportCounts::leave_behind(const LeftBehind& left) {
  const std::lock_guard lock{mutex_};
  report_.roles += left.roles;
  report_.group_attributes += left.group_attributes;
}

std::uint64_t ImportCounts::done() {
  const std::lock_guard lock{mutex_};
  return sum_of(report_.users) + sum_of(report_.groups) + sum_of(report_.memberships);
}

ImportReport ImportCounts::report() {
  const std::lock_guard lock{mutex_};
  return report_;
}

}  // namespace muster
