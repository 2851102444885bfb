#include "projections/fold/directory_fold.h"

#include <algorithm>

namespace muster {

Result<FoldedDirectory> fold_directory(const FoldPorts& ports,
                                       const FoldOptions& options,
                                       const KeptSizes& kept) {
  FoldedDirectory directory;
  std::unordered_map<LogId, std::string> tenants;
  MUSTER_TRY(const auto logs, logs_in(ports.kv));
  for (const LogId log : logs) {
    LogFold::Subject subject;
    subject.log = log;
    subject.folded_before = directory.events;
    if (const auto size = kept.find(log); size != kept.end()) {
      subject.kept_size = size->second;
    }
    const auto tenant = tenants.find(log);
    if (tenant != tenants.end()) {
      subject.tenant_id = tenant->second;
    } else if (log != kSystemLog) {
      ports.findings.found(
          {"tenant_missing", log, {}, {}, "the system log knows no tenant with this log"});
    }
    MUSTER_TRY(FoldedLog folded, LogFold(ports, options, subject).run());
    directory.newest_group = std::max(directory.newest_group, folded.newest_group);
    directory.highest_slot = std::max(directory.highest_slot, folded.highest_slot);
    directory.events += folded.frontier.size();
    if (log == kSystemLog) {
      tenants = folded.tenants;
    }
    directory.logs.push_back(std::move(folded));
  }
  options.on_progress(directory.events);
  return directory;
}

Result<std::uint64_t> events_in_all_logs(const Kv& kv) {
  std::uint64_t events = 0;
  MUSTER_TRY(const auto logs, logs_in(kv));
  for (const LogId log : logs) {
    MUSTER_TRY(const std::uint64_t in_log, events_in(kv, log));
    events += in_log;
  }
  return events;
}

}  // namespace muster
