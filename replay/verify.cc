#include "replay/verify.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "projections/directory_views.h"
#include "replay/directory_checks.h"
#include "replay/exit_codes.h"
#include "replay/summary.h"
#include "replay/view_check.h"

namespace muster::replay {
namespace {

/// Hears nothing: the second fold finds what the first one has.
class NoFindings final : public FindingSink {
 public:
  void found(Finding) override {}
};

class Verification {
 public:
  Verification(const VerifyOptions& options, World& world, DataDirectory& directory)
      : options_{options},
        directory_{directory},
        progress_{world.clock, options.quiet},
        hasher_{world.entropy} {}

  /// Fails when reading had to stop.
  Result<void> run(Report& report);

  [[nodiscard]] bool is_clean() const {
    return findings_.count() == 0 && differences_.total() == 0 &&
           differences_.unexamined_buckets == 0;
  }

  void report_findings(Report& report) const;
  void report_verdict(Report& report) const;

 private:
  Result<FoldedDirectory> fold(RowSink& sink, FindingSink& findings, const KeptSizes& kept);
  Result<void> read_everything(ExpectedSums& expected, const KeptHeads& heads);
  Result<void> read_views(const OutcomeHours& hours);
  Result<void> compare(const ExpectedSums& expected);

  const VerifyOptions& options_;
  DataDirectory& directory_;
  ProgressLine progress_;
  RowHasher hasher_;
  DirectoryViews views_;
  Findings findings_;
  FoldedDirectory folded_;
  SlotCensus slots_;
  std::vector<std::pair<Family, StoredView>> stored_;
  Differences differences_;
};

Result<FoldedDirectory> Verification::fold(RowSink& sink,
                                           FindingSink& findings,
                                           const KeptSizes& kept) {
  MUSTER_TRY(const std::uint64_t events, events_in_all_logs(directory_.kv()));
  FoldOptions options = options_.fold;
  options.on_progress = [&](std::uint64_t done) {
    progress_.update(done);
  };
  progress_.begin("events", events);
  auto folded =
      fold_directory({directory_.kv(), directory_.vault(), views_, sink, findings}, options, kept);
  progress_.end();
  return folded;
}

/// Families are read by as many threads as the fold has.
Result<void> Verification::read_views(const OutcomeHours& hours) {
  std::vector<Result<StoredView>> views(kDerivedFamilies.size(), StoredView{});
  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> rows{0};
  progress_.begin("rows", 0);
  const auto read = [&] {
    for (std::size_t i = next++; i < views.size(); i = next++) {
      views[i] = read_view(directory_.kv(), kDerivedFamilies[i], hours, hasher_, [&](auto more) {
        progress_.update(rows += more);
      });
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < options_.fold.threads; ++i) {
    threads.emplace_back(read);
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  progress_.end();
  for (std::size_t i = 0; i < views.size(); ++i) {
    MUSTER_TRY(StoredView view, std::move(views[i]));
    stored_.emplace_back(kDerivedFamilies[i], std::move(view));
  }
  return {};
}

Result<void> Verification::compare(const ExpectedSums& expected) {
  StoredSums stored{};
  for (const auto& [family, view] : stored_) {
    stored[index_of(family)] = &view.sums;
  }
  CloserLook look{directory_.kv(), hasher_, expected.outcome_hours(), {}, options_.show_values};
  look.fold_again = [&](RowSink& sink) -> Result<void> {
    NoFindings none;
    MUSTER_CHECKED(fold(sink, none, {}));
    return {};
  };
  MUSTER_TRY(differences_, find_differences(look, expected.total(), stored));
  return {};
}

/// The fold, and beside it what reads other files or blocks.
Result<void> Verification::read_everything(ExpectedSums& expected, const KeptHeads& heads) {
  Result<SlotCensus> slots{SlotCensus{}};
  std::thread beside{[&] {
    check_tables(directory_, findings_);
    slots = check_slots(directory_, findings_);
  }};
  auto folded = fold(expected, findings_, sizes_of(heads));
  beside.join();
  MUSTER_TRY(slots_, std::move(slots));
  MUSTER_TRY(folded_, std::move(folded));
  return {};
}

Result<void> Verification::run(Report& report) {
  MUSTER_TRY(const KeptHeads heads, read_kept_heads(directory_, findings_));
  ExpectedSums expected{hasher_, lanes_of(options_.fold)};
  MUSTER_CHECKED(read_everything(expected, heads));
  check_kept_heads(heads, folded_, findings_);
  report.add(Item{"slots",
                  "key slots: " + with_thousands(slots_.live) + " live, " +
                      with_thousands(slots_.erased) + " erased, " + with_thousands(slots_.damaged) +
                      " damaged"}
                 .with("live", slots_.live)
                 .with("erased", slots_.erased)
                 .with("damaged", slots_.damaged));
  for (const FoldedLog& log : folded_.logs) {
    report.add(log_item(log));
  }
  MUSTER_CHECKED(read_views(expected.outcome_hours()));
  for (const auto& [family, view] : stored_) {
    report.add(view_item(view.summary));
  }
  MUSTER_CHECKED(compare(expected));
  MUSTER_CHECKED(check_meta(directory_.kv(), folded_, findings_));
  return check_erasures(directory_.kv(), folded_, findings_);
}

void Verification::report_findings(Report& report) const {
  add_findings(findings_, report);
  for (const std::string& text : differences_.shown) {
    report.add(Item{"differences", text}.with("text", text));
  }
  if (differences_.total() > Differences::kShownMax) {
    report.say("and " + with_thousands(differences_.total() - Differences::kShownMax) +
               " more rows");
  }
  if (differences_.unexamined_buckets > 0) {
    report.say("at least: there are too many differences to look at each row");
  }
}

void Verification::report_verdict(Report& report) const {
  const std::string text =
      is_clean() ? "clean: " + with_thousands(folded_.events) + " events, every row is as recorded"
                 : "NOT CLEAN: " + with_thousands(findings_.count()) + " findings, " +
                       with_thousands(differences_.total()) + " rows that differ";
  report.add(Item{"verdict", text}
                 .with("clean", is_clean())
                 .with("events", folded_.events)
                 .with("findings", findings_.count())
                 .with("differing_rows", differences_.total())
                 .with("all_rows_examined", differences_.unexamined_buckets == 0));
}

}  // namespace

int verify(const VerifyOptions& options, Report& report) {
  World world;
  auto directory = open_directory(options.directory, Access::kRead, world);
  if (!directory) {
    return report.fail(directory.error());
  }
  Verification verification{options, world, **directory};
  const auto run = verification.run(report);
  verification.report_findings(report);
  if (!run) {
    return report.fail(run.error());
  }
  verification.report_verdict(report);
  return verification.is_clean() ? kExitOk : kExitFound;
}

}  // namespace muster::replay
