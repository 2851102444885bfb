#include "api/directory/export.h"

#include "api/server/erasures.h"
#include "api/server/work_pool.h"

namespace muster {
namespace {

/// Writes the steps of a walk as one JSON object.
class ExportSource final : public BodySource, public std::enable_shared_from_this<ExportSource> {
 public:
  ExportSource(const Services& services, std::uint64_t group, std::unique_ptr<DumpWalk> walk)
      : services_{services}, group_{group}, walk_{std::move(walk)} {}

  void next(Done done) override {
    if (ahead_) {
      auto piece = std::move(*ahead_);
      ahead_.reset();
      done(std::move(piece));
      return;
    }
    const auto kept = std::make_shared<Done>(std::move(done));
    const auto queued =
        services_.scanning.run([self = shared_from_this(), kept] { (*kept)(self->make()); });
    if (!queued) {
      (*kept)(queued.error());
    }
  }

  /// Makes the first piece, so that a failure can still be an answer.
  Result<void> begin() {
    MUSTER_TRY(ahead_, make());
    return {};
  }

 private:
  Result<BodyPiece> make() {
    if (services_.erasures.is_cut(group_)) {
      walk_.reset();  // with what it sees
      return failure(Errc::kUnavailable,
                     "export_too_slow",
                     "somebody was erased whom the export may still hold; begin again");
    }
    MUSTER_TRY(const DumpStep step, walk_->next());
    BodyPiece piece;
    while (open_ <= static_cast<std::size_t>(step.list)) {
      piece.bytes += open_ == 0 ? "{\"" : "],\"";
      piece.bytes += kDumpListNames[open_++];
      piece.bytes += "\":[";
      first_ = true;
    }
    for (const std::string& entry : step.entries) {
      piece.bytes += std::exchange(first_, false) ? "" : ",";
      piece.bytes += entry;
    }
    if (step.last) {
      piece.bytes += "]}";
      piece.last = true;
    }
    return piece;
  }

  const Services& services_;
  std::uint64_t group_;
  std::unique_ptr<DumpWalk> walk_;
  std::optional<BodyPiece> ahead_;
  std::size_t open_ = 0;  // how many arrays were begun
  bool first_ = true;     // of the array
};

}  // namespace

Result<Response> export_response(const Services& services, LogId log, std::string tenant_id) {
  const auto point = services.published.now();
  auto source = std::make_shared<ExportSource>(
      services, point->group, services.configuration.walk(point, log, std::move(tenant_id)));
  MUSTER_CHECKED(source->begin());
  Response response;
  response.content_type = kJsonType;
  response.stream(std::move(source));
  return response;
}

Result<JsonTree> export_tree(const Services& services,
                             std::shared_ptr<const ReadPoint> point,
                             LogId log,
                             std::string tenant_id) {
  const auto walk = services.configuration.walk(std::move(point), log, std::move(tenant_id));
  std::vector<std::vector<JsonTree>> lists(kDumpListNames.size());
  std::size_t bytes = 0;
  for (bool last = false; !last;) {
    MUSTER_TRY(DumpStep step, walk->next());
    for (std::string& entry : step.entries) {
      bytes += entry.size();
      lists[static_cast<std::size_t>(step.list)].emplace_back(std::move(entry));
    }
    if (bytes > kExportTreeBytesMax) {
      return failure(Errc::kTooLarge,
                     "configuration_too_large",
                     "the configuration is too large to be patched; import the entries instead");
    }
    last = step.last;
  }
  std::vector<JsonTree::Member> members;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    members.emplace_back(kDumpListNames[i], JsonTree::array_of(std::move(lists[i])));
  }
  return JsonTree::object_of(std::move(members));
}

}  // namespace muster
