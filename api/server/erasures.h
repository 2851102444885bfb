/// Erasures: what remains to be done when somebody was erased, in the background.
///
/// The event is durable, the rows and segments went in its batch, and the key was destroyed before
/// anybody was answered. What remains, for all who wait together because it is costly: the ledger
/// gets a line about each, the files of the store are made to forget, and an event certifies it.
/// The rows of the people say who is not certified yet, so a start goes on with them, from the
/// first step: every step may be taken again.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/server/background_thread.h"
#include "engine/sequencer/command.h"
#include "engine/users/commands.h"
#include "projections/directory.h"
#include "storage/directory/data_directory.h"
#include "storage/erasure/forget_files.h"
#include "storage/erasure/ledger.h"

namespace muster {

/// In the order in which they are taken; the first three are over when an erasure is answered.
enum class ErasureStep : std::uint8_t {
  kRequested,
  kRowsGone,
  kKeyDestroyed,
  kRecorded,  // in the ledger
  kFilesCompacted,
  kCertified,
};

std::string_view name_of(ErasureStep step);

struct ErasureProgress {
  ErasureStep step{};
  std::string problem;  // why it rests before it is tried again
};

/// Any thread.
class Erasures {
 public:
  struct Ports {
    DataDirectory& directory;
    const Published& published;
    const Directory& lists;
    CommandSink& commands;
  };

  using OnStep = std::function<void(ErasureStep)>;

  /// How many people one pass takes together.
  static constexpr std::size_t kPassMax = 8192;

  explicit Erasures(const Ports& ports, OnStep on_step = {});
  ~Erasures();
  Erasures(const Erasures&) = delete;
  Erasures& operator=(const Erasures&) = delete;

  /// See projections/erasures.h.
  [[nodiscard]] Result<std::optional<UserState>> find(const ReadPoint& point,
                                                      LogId log,
                                                      StreamId person) const;
  [[nodiscard]] Result<std::vector<UserState>> list(const ReadPoint& point,
                                                    LogId log,
                                                    std::optional<StreamId> after,
                                                    std::size_t limit) const;

  /// How far that erasure has come; `person` as find() gives it.
  [[nodiscard]] ErasureProgress progress(const UserState& person) const;

  /// Whether a reader that goes on for long must give up, because what it sees as of that group is
  /// to be forgotten.
  [[nodiscard]] bool is_cut(std::uint64_t group) const { return group < cut_before_.load(); }

  /// How often the files were gone through since the start.
  [[nodiscard]] std::uint64_t passes() const { return passes_.load(); }

 private:
  struct Person {
    LogId log{};
    UserState state;
    std::string ledger;  // chain hash of its line
  };

  using People = std::vector<Person>;

  void work();
  Result<People> open_ones(const ReadPoint& point) const;
  Result<void> pass();
  /// Leaves out those whose slot cannot be read.
  Result<void> destroy_keys(People& people);
  Result<void> record(People& people);
  Result<void> forget(const ReadPoint& point, const People& people);
  Result<void> wait_for_backup();
  Result<std::vector<ForgottenRange>> ranges_of(const ReadPoint& point, const People& people) const;
  Result<void> certify(const People& people);
  void reached(ErasureStep step, const People& people);
  void note_problem(std::string problem);

  Ports ports_;
  OnStep on_step_;
  std::optional<ErasureLedger> ledger_;  // opened for the first pass; worker only
  std::atomic<std::uint64_t> cut_before_{0};
  std::atomic<std::uint64_t> passes_{0};
  mutable std::mutex mutex_;
  std::map<StreamId, ErasureStep> steps_;   // of the pass under way; under mutex_
  std::map<StreamId, std::string> faults_;  // of single people; under mutex_
  std::string problem_;                     // of the last pass; under mutex_
  BackgroundThread thread_;                 // last: it uses the others
};

}  // namespace muster
