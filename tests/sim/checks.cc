#include "tests/sim/checks.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "engine/sequencer/idempotency.h"
#include "projections/keys.h"
#include "storage/log/group_record.h"
#include "storage/log/kv_tree_nodes.h"
#include "storage/log/log_reader.h"
#include "storage/log/view_family.h"
#include "storage/recovery.h"
#include "storage/seal/digest.h"

namespace muster::sim {
namespace {

using Rows = std::map<std::pair<Family, std::string>, std::string>;

struct Stream {
  LogId log{};
  AnyState state;
  /// After each command that had an event of the stream.
  std::vector<AnyState> states;
  Position command{};
};

/// Folds every log and keeps what should be stored.
class WholeCheck {
 public:
  WholeCheck(Disk& disk, EventLog& log, const Oracle& oracle)
      : disk_{disk}, log_{log}, oracle_{oracle}, reader_{disk.kv, disk.sealer} {}

  void run() {
    for (const LogId log : log_.logs()) {
      fold_log(log);
      read_outcomes(log);
      check_tree(log);
    }
    derive_rows();
    compare_rows();
    check_segments();
    check_users();
    check_rest();
  }

 private:
  void fold_log(LogId log) {
    std::uint64_t next = 0;
    std::int64_t newest = 0;
    std::uint64_t command_left = 0;
    const std::string where = "log " + std::to_string(raw(log)) + " position ";
    succeeded(reader_.each_open_part(
                  log,
                  Position{0},
                  [&](Position position, std::string_view open_part) -> Result<bool> {
                    const std::string at = where + std::to_string(raw(position));
                    demand(raw(position) == next, at + " is not the next one");
                    const LoggedEvent event = value_of(reader_.decode(open_part), at);
                    const EventHeader& header = event.header;
                    demand(header.position == position && header.log == log, at + " is elsewhere");
                    demand(raw(header.time) > newest, at + ": time does not increase");
                    demand(header.part ==
                               header.parts - (command_left == 0 ? header.parts : command_left) + 1,
                           at + ": a command is not whole");
                    demand(raw(header.command) + header.part - 1 == next,
                           at + ": command elsewhere");
                    command_left = (command_left == 0 ? header.parts : command_left) - 1;
                    newest = raw(header.time);
                    ++next;
                    fold_event(event, at);
                    return true;
                  }),
              where);
    demand(command_left == 0, where + "the newest command is cut off");
    demand(next == log_.head(log).size, where + "the log ends elsewhere than its head");
    demand(next == oracle_.log_size(log), where + "another number of events than acknowledged");
    demand(next == 0 || newest == raw(log_.head(log).time), where + "the newest time is wrong");
    demand(log_.frontier(log).size() == next, where + "the frontier has another size");
  }

  void fold_event(const LoggedEvent& event, const std::string& at) {
    const EventHeader& header = event.header;
    Stream& stream = streams_[header.stream];
    stream.log = header.log;
    if (std::holds_alternative<std::monostate>(stream.state)) {
      demand(raw(header.revision) == 1 && header.previous == Digest{}, at + ": a bad beginning");
    } else {
      const StreamHead& head = head_of(stream.state);
      demand(raw(header.revision) == raw(head.revision) + 1, at + ": revisions have a gap");
      demand(header.previous == head.last_leaf, at + ": the chain is broken");
      demand(exists(stream.state), at + ": something happens to what is gone");
    }
    if (stream.states.empty() || stream.command != header.command) {
      stream.states.emplace_back();
    }
    evolve(stream.state, event.meta(), event.event);
    stream.states.back() = stream.state;
    stream.command = header.command;
    leaves_[header.log].append(event.leaf);
    const EventInfo& info = *find_event(header.type);
    // A client that asks for its own removal has the request sealed under its key, and only that.
    const bool own =
        info.has_sealed() && !header.sealed.empty() && header.sealed[0].subject == header.stream;
    if (event.sealed_lost) {
      lost_.insert(header.stream);
    }
    for (std::size_t i = 0; i < header.sealed.size(); ++i) {
      highest_slot_ = std::max(highest_slot_, raw(header.sealed[i].slot));
      segments_.push_back({segment_key(header.log, header.position, static_cast<std::uint8_t>(i)),
                           header.sealed[i],
                           own && i == 0 ? header.stream : StreamId{}});
    }
    std::string entry =
        write_stream_entry({header.revision, header.position, info.event.code, own});
    expect(Family::kStreams, stream_entry_key(header.log, header.stream, header.revision), entry);
  }

  void read_outcomes(LogId log) {
    std::string prefix;
    put_big_endian_32(prefix, raw(log));
    std::map<std::string, std::string> outcomes;
    std::uint64_t group = 0;
    succeeded(disk_.kv.scan(Family::kLog,
                            KvRange::of_prefix(prefix),
                            [&](std::string_view key, std::string_view value) {
                              const auto place = value_of(parse_group_record_key(key), "key");
                              const auto record = value_of(parse_group_record(value), "record");
                              demand(place.group == record.group && place.first == record.first,
                                     "a group record lies under another key");
                              demand(record.group > group, "group numbers do not ascend");
                              demand(record.durable_through < record.group, "durable too early");
                              group = record.group;
                              for (const auto& [name, outcome] : record.outcomes) {
                                outcomes[std::string{name}] = outcome;
                              }
                              return true;
                            }),
              "group records");
    if (outcomes.empty()) {
      return;
    }
    const auto hour_in = [](const std::string& key) {
      return static_cast<std::int64_t>(ByteReader{std::string_view{key}.substr(4)}.big_endian_32());
    };
    const std::int64_t newest = hour_in(outcomes.rbegin()->first);
    for (const auto& [key, outcome] : outcomes) {
      if (hour_in(key) >= newest - kIdempotencyHours) {
        expect(Family::kIdempotency, key, outcome);
      }
    }
  }

  void check_tree(LogId log) {
    const Frontier& folded = leaves_[log];
    demand(folded == log_.frontier(log), "the frontier is not that of the leaves");
    KvTreeNodes nodes{disk_.kv, log};
    const Digest root = value_of(tree_root(nodes, folded.size()), "stored tree");
    demand(root == folded.root(), "the stored tree has another root");
  }

  void expect(Family family, const std::string& key, const std::string& value) {
    demand(expected_.emplace(std::pair{family, key}, value).second,
           "two states have one row: " + std::string{name_of(family)} + " " + to_hex(key));
  }

  const PoolState* pool_of(const UserState& user) const {
    const auto found = streams_.find(user.pool);
    return found == streams_.end() ? nullptr : std::get_if<PoolState>(&found->second.state);
  }

  void derive_rows() {
    std::map<std::string, Counters> sums;
    std::map<LogId, std::string> tenants;
    for (const auto& [id, stream] : streams_) {
      if (const auto* tenant = std::get_if<TenantState>(&stream.state)) {
        tenants[tenant->log] = tenant->id;
      }
    }
    for (const auto& [id, stream] : streams_) {
      derive_past(stream);
      if (!has_rows(stream.state)) {
        continue;
      }
      const auto* user = std::get_if<UserState>(&stream.state);
      const bool in_pool = user != nullptr && !user->erased;
      const PoolState* pool = in_pool ? pool_of(*user) : nullptr;
      demand(!in_pool || pool != nullptr, "a user without a pool");
      RowSet rows;
      views_.rows(stream.state, {stream.log, tenants[stream.log], pool}, rows);
      for (const Row& row : rows.rows) {
        expect(family_of(row.view), row.key, row.value);
      }
      for (const Tally& tally : rows.tallies) {
        Counters& sum = sums[tally.key];
        std::ranges::transform(sum, tally.amounts, sum.begin(), std::plus<>{});
      }
    }
    for (const auto& [key, sum] : sums) {
      if (sum != Counters{}) {
        expect(Family::kCounts, key, encode_counters(sum));
      }
    }
  }

  /// The user's pool as it was when the user had this state: a pool without users may change how it
  /// compares.
  const PoolState* pool_then(const UserState& user) const {
    const PoolState* then = nullptr;
    for (const AnyState& state : streams_.at(user.pool).states) {
      if (raw(head_of(state).last) < raw(user.head.last)) {
        then = std::get_if<PoolState>(&state);
      }
    }
    return then;
  }

  std::map<std::pair<View, std::string>, Row> rows_of(const Stream& stream, const AnyState& state) {
    std::map<std::pair<View, std::string>, Row> found;
    if (!exists(state)) {
      return found;
    }
    const auto* user = std::get_if<UserState>(&state);
    RowSet rows;
    views_.rows(state, {stream.log, {}, user == nullptr ? nullptr : pool_then(*user)}, rows);
    for (Row& row : rows.rows) {
      found.emplace(std::pair{row.view, row.key}, row);
    }
    return found;
  }

  /// Every row that a command took away, until the stream's last event in it.
  void derive_past(const Stream& stream) {
    const auto* user = std::get_if<UserState>(&stream.state);
    const bool erased = user != nullptr && user->erased;
    for (std::size_t i = 1; i < stream.states.size(); ++i) {
      const auto before = rows_of(stream, stream.states[i - 1]);
      const auto after = rows_of(stream, stream.states[i]);
      std::vector<Row> ended;
      for (const auto& [place, row] : before) {
        if (!after.contains(place)) {
          ended.push_back(row);
        }
      }
      std::vector<Row> past;
      const RowsEnd how{stream.log, head_of(stream.states[i]).last, erased};
      views_.past_rows(ended, stream.states[i - 1], how, past);
      for (const Row& row : past) {
        expect(Family::kPast, row.key, row.value);
      }
    }
  }

  void compare_rows() {
    auto next = expected_.begin();
    for (const Family family : {Family::kStreams,
                                Family::kStates,
                                Family::kUsers,
                                Family::kUserKeys,
                                Family::kUserIndex,
                                Family::kGroups,
                                Family::kCounts,
                                Family::kIdempotency,
                                Family::kPast}) {
      const std::string name{name_of(family)};
      succeeded(disk_.kv.scan(family,
                              KvRange::all(),
                              [&](std::string_view key, std::string_view value) {
                                demand(next != expected_.end() && next->first.first == family &&
                                           next->first.second >= key,
                                       name + " has a row too many: " + to_hex(key));
                                demand(next->first.second == key,
                                       name + " lacks the row " + to_hex(next->first.second));
                                demand(next->second == value,
                                       name + " has another value in " + to_hex(key));
                                ++next;
                                return true;
                              }),
                name);
      demand(next == expected_.end() || next->first.first != family, name + " lacks its last row");
    }
  }

  void check_segments() {
    std::set<std::string> expected;
    std::set<Slot> alive;
    for (const Segment& segment : segments_) {
      const bool erased = is_erased(segment.owner);
      if (!erased) {
        expected.insert(segment.key);
      }
      if (!is_erased(segment.reference.subject)) {
        alive.insert(segment.reference.slot);
      }
    }
    std::set<std::string> stored;
    succeeded(disk_.kv.scan(Family::kSegments,
                            KvRange::all(),
                            [&](std::string_view key, std::string_view) {
                              stored.emplace(key);
                              return true;
                            }),
              "segments");
    demand(stored == expected, "segments are missing, or some of erased people are left");
    std::size_t erased_slots = 0;
    for (const Slot slot : alive) {
      demand(!disk_.sealer.is_erased(slot), "the key of somebody who exists was destroyed");
    }
    std::set<Slot> dead;
    for (const Segment& segment : segments_) {
      if (is_erased(segment.reference.subject)) {
        dead.insert(segment.reference.slot);
      }
    }
    for (const Slot slot : dead) {
      demand(disk_.sealer.is_erased(slot), "the key of somebody erased exists");
      ++erased_slots;
    }
    demand(disk_.sealer.erased() == erased_slots, "a key was destroyed without a reason");
    demand(raw(log_.first_free_slot()) == highest_slot_ + 1, "the first free slot is wrong");
    for (const StreamId stream : lost_) {
      demand(is_erased(stream), "a segment is gone of somebody who was not erased");
    }
  }

  bool is_erased(StreamId stream) const {
    const auto found = streams_.find(stream);
    const auto* user =
        found == streams_.end() ? nullptr : std::get_if<UserState>(&found->second.state);
    return user != nullptr && user->erased;
  }

  static std::vector<std::string> texts(const std::vector<Part>& parts) {
    std::vector<std::string> out;
    out.reserve(parts.size());
    for (const Part& part : parts) {
      out.push_back(part.type + " " + part.value + " " + note_of(part.note) + " " + part.status +
                    (part.verified ? " verified" : ""));
    }
    std::ranges::sort(out);
    return out;
  }

  static void check_user(const UserState& user, const ModelUser& model) {
    const std::string who = "user " + user.id + ": ";
    demand(user.head.stream == model.stream, who + "another stream");
    demand(raw(user.head.revision) == model.revision, who + "another revision");
    demand(user.status == model.status, who + "status");
    demand((user.user_type == "jit") == model.jit, who + "type");
    demand(user.keys_folded == model.folded, who + "folded");
    demand(user.payload.text == model.payload, who + "payload");
    demand(user.metadata.text == model.metadata, who + "metadata");
    demand(user.payload_schema_id == model.schema, who + "schema");
    std::vector<std::string> identifiers;
    for (const Identifier& held : user.identifiers) {
      identifiers.push_back(held.type + " " + held.value + " " + held.metadata.text + " ");
    }
    std::ranges::sort(identifiers);
    demand(identifiers == texts(model.identifiers), who + "identifiers");
    std::vector<std::string> addresses;
    for (const Address& held : user.addresses) {
      addresses.push_back(held.type + " " + held.value + " " + held.metadata.text + " " +
                          held.status + (held.verified ? " verified" : ""));
    }
    std::ranges::sort(addresses);
    demand(addresses == texts(model.addresses), who + "addresses");
    const Credential* password = user.find_credential("password");
    demand((password != nullptr) == (model.password != 0), who + "password");
    demand(password == nullptr || password->state == model.password_state, who + "password state");
  }

  void check_users() {
    std::size_t users = 0;
    for (const auto& [id, stream] : streams_) {
      const auto* user = std::get_if<UserState>(&stream.state);
      if (user == nullptr) {
        continue;
      }
      demand(user->erased == oracle_.erased.contains(id), "erased: " + user->id);
      if (!exists(stream.state)) {
        continue;
      }
      ++users;
      const ModelUser* model = oracle_.user(user->pool, user->id);
      demand(model != nullptr, "there is a user that should not be: " + user->id);
      check_user(*user, *model);
    }
    demand(users == oracle_.users.size(), "a user is missing that was acknowledged");
  }

  void check_rest() {
    std::map<Aggregate, std::size_t> counts;
    for (const auto& [id, stream] : streams_) {
      if (!exists(stream.state)) {
        continue;
      }
      const StateAddress address = address_of(stream.state, stream.log);
      ++counts[address.aggregate];
      if (const auto* pool = std::get_if<PoolState>(&stream.state); pool && !pool->deleting) {
        const ModelPool* model = oracle_.pool(stream.log, pool->id);
        demand(model != nullptr && model->stream == id && model->name == pool->name &&
                   model->revision == raw(pool->head.revision) &&
                   model->schema == pool->payload_schema_id &&
                   model->folds == pool->identifier_case_insensitive &&
                   model->folding == pool->folding,
               "another pool than acknowledged: " + pool->id);
      } else if (const auto* schema = std::get_if<SchemaState>(&stream.state)) {
        const auto model = oracle_.schemas.find({stream.log, schema->id});
        demand(model != oracle_.schemas.end() && model->second.name == schema->name &&
                   model->second.revision == raw(schema->head.revision) &&
                   schema_of(model->second.level) == schema->schema.text,
               "another schema than acknowledged: " + schema->id);
      } else if (const auto* client = std::get_if<ClientState>(&stream.state)) {
        const auto model = oracle_.clients.find({stream.log, client->id});
        demand(model != oracle_.clients.end() &&
                   digest_text(model->second.secret) == client->secret_digest,
               "another client than acknowledged: " + client->id);
      }
    }
    demand(counts[Aggregate::kPool] == oracle_.pools.size(), "pools");
    demand(counts[Aggregate::kDeletedPool] == oracle_.deleted_pools.size(), "deleted pools");
    demand(counts[Aggregate::kSchema] == oracle_.schemas.size(), "schemas");
    demand(counts[Aggregate::kClient] == oracle_.clients.size(), "clients");
    demand(counts[Aggregate::kWorkspace] == oracle_.workspaces.size(), "workspaces");
    demand(counts[Aggregate::kSigningKey] == oracle_.signing_keys.size(), "signing keys");
    demand(counts[Aggregate::kTenant] == oracle_.tenants.size(), "tenants");
  }

  struct Segment {
    std::string key;
    SealedReference reference;
    StreamId owner;  // nil for what a client said about a request
  };

  Disk& disk_;
  EventLog& log_;
  const Oracle& oracle_;
  LogReader reader_;
  DirectoryViews views_;
  std::map<StreamId, Stream> streams_;
  std::map<LogId, Frontier> leaves_;
  std::vector<Segment> segments_;
  std::set<StreamId> lost_;
  std::uint32_t highest_slot_ = 0;
  Rows expected_;
};

}  // namespace

void check_world(Disk& disk, EventLog& log, const Oracle& oracle) {
  WholeCheck{disk, log, oracle}.run();
}

std::string digest_of(const Kv& kv) {
  Sha256 hash;
  for (std::size_t index = 0; index < kFamilyCount; ++index) {
    std::string rows;
    succeeded(kv.scan(static_cast<Family>(index),
                      KvRange::all(),
                      [&](std::string_view key, std::string_view value) {
                        put_text(rows, key);
                        put_text(rows, value);
                        return true;
                      }),
              "scan");
    hash.add(rows);
  }
  return to_hex(as_view(hash.finish()));
}

}  // namespace muster::sim
