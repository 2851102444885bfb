/// Brings groups and memberships of an import into a pool, through the same validated path as every
/// request. Groups one after another, parents first; memberships many at a time.
///
/// A group becomes what the file says of it. Memberships are only added: those that the file lacks
/// stay. All methods are called from one thread; outcomes of members come on others.
#pragma once

#include <condition_variable>
#include <mutex>

#include "api/import/imported_group.h"
#include "api/import/importer.h"

namespace muster {

class GroupWriter {
 public:
  /// Far below what the queue of commands holds.
  static constexpr std::size_t kUnderWayMax = 512;

  GroupWriter(const Services& services, ImportTarget target)
      : services_{services}, target_{std::move(target)} {}

  /// Waits for what is under way.
  ~GroupWriter() { finish(); }

  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;

  Result<ImportOutcome> put_group(const ImportedGroup& group);
  /// kCreated: is a member from now on. `done` is called once.
  void add_member(const ImportedMember& member, const Importer::Done& done);
  /// Returns when every member has its outcome.
  void finish();

 private:
  struct Prepared {
    Decide decide;
    bool is_new = false;
  };

  Result<Prepared> prepare(const ImportedGroup& group);
  // False: the queue is full, and nothing happened.
  bool submit_member(const ImportedMember& member,
                     const Importer::Done& done,
                     bool is_last_attempt);
  void conclude(const Importer::Done& done, Result<ImportOutcome> outcome);

  const Services& services_;
  ImportTarget target_;
  std::mutex mutex_;
  std::condition_variable room_grew_;
  std::size_t under_way_ = 0;
};

}  // namespace muster
