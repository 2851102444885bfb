#include "projections/fold/order_fold.h"

#include "storage/log/group_record.h"
#include "storage/tree/merkle.h"

namespace muster {

void OrderFold::report(Position position, std::string_view rule, std::string text) {
  findings_.found({rule, log_, position, {}, std::move(text)});
}

void OrderFold::check_order(const RawEvent& event, bool ends_group) {
  if (event.part == 0) {
    part_ = parts_ = 0;
    return;  // reported by whoever could not read it
  }
  if (raw(event.position) > 0 && event.time <= newest_time_) {
    report(event.position, "time_not_ascending", "the event is not later than the one before");
  }
  newest_time_ = event.time;
  const bool begins = event.part == 1 && event.command == event.position && part_ == parts_;
  const bool continues =
      event.part == part_ + 1 && event.parts == parts_ && event.command == command_;
  if ((!begins && !continues) || event.part > event.parts) {
    report(event.position, "command_torn", "the event does not fit to the command around it");
  }
  if (ends_group && event.part != event.parts) {
    report(event.position, "command_torn", "the rest of the command is not in the same group");
  }
  command_ = event.command;
  part_ = event.part;
  parts_ = event.parts;
}

Result<void> OrderFold::add(const LogChunk& chunk, RowSink& sink, std::size_t lane) {
  const auto put = [&](std::string_view key, std::string_view value) {
    return sink.put(lane, {Family::kTree, key, value, {}});
  };
  for (const RawGroup& group : chunk.groups) {
    newest_group_ = group.number;
    if (group.events == 0) {
      continue;
    }
    leaves_.clear();
    nodes_.clear();
    for (std::size_t i = 0; i < group.events; ++i) {
      const RawEvent& event = chunk.events[group.first_event + i];
      check_order(event, i + 1 == group.events);
      leaves_.append(as_view(event.leaf));
      frontier_.append(event.leaf, nodes_);
      if (frontier_.size() == kept_size_) {
        kept_root_ = frontier_.root();
      }
    }
    MUSTER_CHECKED(put(leaves_key(log_, chunk.events[group.first_event].position), leaves_));
    for (const TreeNode& node : nodes_) {
      MUSTER_CHECKED(put(node_key(log_, node.level, node.index), as_view(node.hash)));
    }
  }
  return {};
}

Result<void> OrderFold::finish(RowSink& sink, std::size_t lane) {
  if (kept_size_ == 0) {
    kept_root_ = empty_tree_root();
  }
  if (frontier_.size() == 0) {
    return {};
  }
  return sink.put(lane, {Family::kTree, frontier_key(log_), frontier_.serialise(), {}});
}

}  // namespace muster
