#include "engine/configuration/import.h"

#include <algorithm>
#include <deque>

#include "engine/administration/commands.h"
#include "engine/configuration/part.h"
#include "engine/sequencer/group_builder.h"
#include "engine/sequencer/states_ahead.h"

namespace muster {
namespace {

/// Decides part after part, each on top of the ones before.
class Deciding {
 public:
  Deciding(StateReader& states, Micros now) : ahead_{states, now}, now_{now} {}

  Result<void> run(const ImportPart& part) {
    Result<Decision> decision = part.decide(ahead_, now_);
    if (!decision) {
      return refused_at(part, std::move(decision).error());
    }
    for (Fact& fact : decision->facts) {
      facts_.push_back(std::move(fact));
      ahead_.add(facts_.back());
      bytes_ += bytes_of(facts_.back().draft);
    }
    for (SchemaUse& use : decision->schemas) {
      if (std::ranges::find(uses_, use) == uses_.end()) {
        uses_.push_back(std::move(use));
      }
    }
    return {};
  }

  /// Before more is prepared than one command can hold.
  [[nodiscard]] Result<void> check_size() const {
    if (facts_.size() > kCommandEventsMax || bytes_ > kCommandBytesMax) {
      return failure(Errc::kTooLarge,
                     "command_too_large",
                     "the entries change too much at once; send them in several requests");
    }
    return {};
  }

  StateReader& states() { return ahead_; }

  Decision take(StateAddress subject) {
    Decision decision{{}, std::move(subject), std::move(uses_)};
    decision.facts.assign(std::make_move_iterator(facts_.begin()),
                          std::make_move_iterator(facts_.end()));
    return decision;
  }

 private:
  static std::size_t bytes_of(const Draft& draft) {
    std::size_t bytes = draft.data.size();
    for (const SealedSegment& segment : draft.segments) {
      bytes += segment.bytes.size();
    }
    for (const Attachment& attachment : draft.attachments) {
      bytes += attachment.bytes.size();
    }
    return bytes;
  }

  StatesAhead ahead_;
  Micros now_;
  std::deque<Fact> facts_;  // never moved while it grows
  std::vector<SchemaUse> uses_;
  std::size_t bytes_ = 0;
};

using Parts = std::vector<ImportPart>;

void locate(const Parts& parts, Failure& refusal, const StateAddress& whose, const Row& wanted) {
  const auto part = std::ranges::find(parts, whose, &ImportPart::about);
  if (part == parts.end() || part->pointer.empty()) {
    return;
  }
  const std::string own = part->place_row ? part->place_row(refusal, wanted) : std::string{};
  const std::string pointer = own.empty() ? part->pointer : own;
  refusal.faults.push_back({pointer, refusal.rule, refusal.reason});
}

/// Prepares the parts, and decides each at once for the ones that follow.
class Assembly {
 public:
  Assembly(const ImportPorts& ports, StateReader& states, LogId log)
      : deciding_{states, ports.domain.clock.now()},
        context_{ports, log, deciding_.states()},
        log_{log} {}

  Result<void> add(ImportPart part, Result<Decide> decide) {
    if (!decide) {
      return refused_at(part, std::move(decide).error());
    }
    part.decide = *std::move(decide);
    MUSTER_CHECKED(deciding_.run(part));
    MUSTER_CHECKED(deciding_.check_size());
    parts_->push_back(std::move(part));
    return {};
  }

  [[nodiscard]] const ImportContext& context() const { return context_; }

  Decide finish() {
    const StateAddress subject{log_, Aggregate::kSchema, {}, std::string{kDefaultPayloadSchema}};
    return [subject, parts = std::shared_ptr<const Parts>{parts_}](StateReader& states,
                                                                   Micros now) -> Result<Decision> {
      Deciding deciding{states, now};
      for (const ImportPart& part : *parts) {
        MUSTER_CHECKED(deciding.run(part));
      }
      Decision decision = deciding.take(subject);
      decision.locate = [parts](Failure& refusal, const StateAddress& whose, const Row& wanted) {
        locate(*parts, refusal, whose, wanted);
      };
      return decision;
    };
  }

 private:
  Deciding deciding_;
  ImportContext context_;
  LogId log_;
  std::shared_ptr<Parts> parts_ = std::make_shared<Parts>();
};

std::string pointer_to(std::string_view list, std::size_t index) {
  return "/" + std::string{list} + "/" + std::to_string(index);
}

/// The stream of a pool that an entry names; nil when there is none, which the part refuses.
Result<StreamId> pool_stream(const ImportContext& context, const std::string& id) {
  MUSTER_TRY(const PoolState* pool,
             context.states.get<PoolState>({context.log, Aggregate::kPool, {}, id}));
  return pool == nullptr ? StreamId{} : pool->head.stream;
}

Result<void> add_structure(Assembly& assembly, Dump& dump) {
  const ImportContext& context = assembly.context();
  // A workspace comes before its organizations.
  std::ranges::stable_sort(
      dump.workspaces, {}, [](const WorkspaceEntry& entry) { return !entry.parent.empty(); });
  for (const WorkspaceEntry& entry : dump.workspaces) {
    ImportPart part{{}, pointer_to("workspaces", entry.index), {}};
    part.about = {context.log, Aggregate::kWorkspace, {}, entry.id};
    MUSTER_CHECKED(assembly.add(std::move(part), prepare_workspace_entry(context, entry)));
  }
  for (SchemaEntry& entry : dump.schemas) {
    ImportPart part{{}, pointer_to("schemas", entry.index), {}};
    part.about = {context.log, Aggregate::kSchema, {}, entry.schema.id};
    MUSTER_CHECKED(assembly.add(std::move(part), prepare_schema_entry(context, std::move(entry))));
  }
  for (PoolEntry& entry : dump.pools) {
    ImportPart part{{}, pointer_to("pools", entry.index), {}};
    part.about = {context.log, Aggregate::kPool, {}, entry.body.id};
    ImportPart connections = part;
    const std::string id = entry.body.id;
    const auto connected = std::move(entry.connected);
    MUSTER_CHECKED(assembly.add(std::move(part), prepare_pool_entry(context, std::move(entry))));
    if (connected) {
      MUSTER_CHECKED(assembly.add(std::move(connections), connect_with(context, id, *connected)));
    }
  }
  // Whatever a group is below comes first.
  std::ranges::stable_sort(
      dump.groups, {}, [](const GroupEntry& entry) { return entry.path.size(); });
  std::set<GroupPlace> moved;
  for (const GroupEntry& entry : dump.groups) {
    ImportPart part{{}, pointer_to("groups", entry.index), {}};
    MUSTER_TRY(const StreamId pool, pool_stream(context, entry.pool_id));
    part.about = {context.log, Aggregate::kGroup, pool, entry.id};
    auto prepared = prepare_group_entry(context, entry);
    if (!prepared) {
      return refused_at(part, std::move(prepared).error());
    }
    if (prepared->moves) {
      moved.emplace(entry.pool_id, entry.id);
    }
    MUSTER_CHECKED(assembly.add(std::move(part), std::move(prepared->decide)));
  }
  if (!moved.empty()) {
    MUSTER_CHECKED(assembly.add({}, check_moved_groups(context.log, dump.groups, moved)));
  }
  return {};
}

Result<void> add_users(Assembly& assembly, Dump& dump) {
  const ImportContext& context = assembly.context();
  for (UserEntry& entry : dump.users) {
    MUSTER_TRY(ImportPart part, user_part(context, entry));
    MUSTER_CHECKED(assembly.add(std::move(part), prepare_user_entry(context, std::move(entry))));
  }
  for (const MemberEntry& entry : dump.members) {
    ImportPart part{{}, pointer_to("group_members", entry.index), {}};
    MUSTER_CHECKED(assembly.add(std::move(part), prepare_member_entry(context, entry)));
  }
  return {};
}

Result<void> add_removals(Assembly& assembly, const DumpRemovals& removals) {
  const ImportContext& context = assembly.context();
  for (const auto& member : removals.members) {
    MUSTER_CHECKED(assembly.add({}, prepare_leave(context, member)));
  }
  for (const auto& user : removals.users) {
    MUSTER_CHECKED(assembly.add({}, prepare_delete_user({context.log, user.pool_id, user.id})));
  }
  for (const auto& group : removals.groups) {
    MUSTER_CHECKED(assembly.add({}, prepare_remove_group(context, group)));
  }
  for (const auto& pool : removals.pools) {
    MUSTER_CHECKED(assembly.add({}, prepare_delete_pool({context.log, pool})));
  }
  for (const auto& schema : removals.schemas) {
    MUSTER_CHECKED(assembly.add({}, prepare_delete_schema({context.log, schema})));
  }
  for (const auto& workspace : removals.workspaces) {
    MUSTER_CHECKED(assembly.add({}, prepare_delete_workspace({context.log, workspace})));
  }
  return {};
}

}  // namespace

Failure refused_at(const ImportPart& part, Failure refusal) {
  if (refusal.code == Errc::kStale) {
    return refusal;
  }
  if (refusal.code == Errc::kNotFound) {
    refusal.code = Errc::kInvalid;
  }
  if (part.pointer.empty()) {
    return refusal;
  }
  if (refusal.faults.empty()) {
    refusal.faults.push_back({"", refusal.rule, refusal.reason});
  }
  for (Fault& fault : refusal.faults) {
    fault.pointer = part.place ? part.place(fault.pointer) : part.pointer + fault.pointer;
  }
  return refusal;
}

Result<std::optional<SchemaWithRevision>> schema_in(const ImportContext& context,
                                                    const std::string& id) {
  if (id.empty()) {
    return std::optional<SchemaWithRevision>{};
  }
  MUSTER_TRY(const SchemaState* schema,
             context.states.get<SchemaState>({context.log, Aggregate::kSchema, {}, id}));
  if (schema == nullptr) {
    return std::optional<SchemaWithRevision>{};
  }
  MUSTER_TRY(auto published, context.ports.find_schema(id));
  if (published && published->stream == schema->head.stream &&
      published->revision == schema->head.revision) {
    return published;
  }
  SchemaWithRevision read{id, schema->head.stream, schema->head.revision, nullptr};
  MUSTER_TRY(read.compiled, CompiledSchema::compile(schema->schema.text));
  return std::optional{std::move(read)};
}

Result<Decide> prepare_import(const ImportPorts& ports, StateReader& states, Import input) {
  Assembly assembly{ports, states, input.log};
  MUSTER_CHECKED(add_structure(assembly, input.dump));
  MUSTER_CHECKED(add_users(assembly, input.dump));
  MUSTER_CHECKED(add_removals(assembly, input.removals));
  return assembly.finish();
}

}  // namespace muster
