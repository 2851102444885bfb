#include "replay/history.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/core/instant.h"
#include "engine/core/json.h"
#include "projections/fold/chunk_reader.h"
#include "projections/keys.h"
#include "projections/rows.h"
#include "replay/exit_codes.h"
#include "storage/log/group_record.h"
#include "storage/log/log_reader.h"

namespace muster::replay {
namespace {

struct StreamPlace {
  LogId log{};
  StreamId stream;
};

/// Rules of failures that a wrong name on the command line brings.
const std::set<std::string, std::less<>> kNamesNothing{"stream_not_found",
                                                       "tenant_not_found",
                                                       "pool_not_found",
                                                       "user_not_found"};

Failure not_found(std::string_view rule, std::string_view reason) {
  return failure(Errc::kNotFound, rule, reason);
}

bool has_prefix(const Kv& kv, Family family, std::string_view prefix) {
  bool any = false;
  const auto scanned = kv.scan(family, KvRange::of_prefix(prefix), [&](auto, auto) {
    any = true;
    return false;
  });
  return scanned.has_value() && any;
}

/// Turns names into a stream.
class Finder {
 public:
  Finder(const Kv& kv, const HistoryOptions& options) : kv_{kv}, options_{options} {}

  Result<StreamPlace> find() {
    MUSTER_TRY(logs_, logs_in(kv_));
    if (!options_.stream.empty()) {
      return by_id();
    }
    if (options_.pool.empty() || options_.user.empty()) {
      return failure(
          Errc::kInvalidSyntax, "stream_unnamed", "name a --stream, or a --pool and a --user");
    }
    MUSTER_CHECKED(keep_tenant());
    return by_user();
  }

 private:
  Result<StreamPlace> by_id() {
    const auto uuid = Uuid::parse(options_.stream);
    if (!uuid) {
      return failure(Errc::kInvalidSyntax, "stream_malformed", "--stream takes a lower-case UUID");
    }
    const StreamId stream{*uuid};
    for (const LogId log : logs_) {
      if (has_prefix(kv_, Family::kStreams, stream_prefix(log, stream))) {
        return StreamPlace{log, stream};
      }
    }
    return not_found("stream_not_found", "no log has this stream");
  }

  /// Leaves only the log of the tenant that was named, if one was.
  Result<void> keep_tenant() {
    if (options_.tenant.empty()) {
      return {};
    }
    std::string row;
    const std::string key = state_key(kSystemLog, Aggregate::kTenant, options_.tenant);
    MUSTER_TRY(const bool found, kv_.get(Family::kStates, key, row));
    if (!found) {
      return not_found("tenant_not_found", "there is no such tenant");
    }
    MUSTER_TRY(const AnyState state, decode_state_row(Aggregate::kTenant, row));
    logs_ = {std::get<TenantState>(state).log};
    return {};
  }

  Result<std::optional<StreamId>> pool_in(LogId log) {
    for (const std::string& key :
         {state_key(log, Aggregate::kPool, options_.pool), pool_name_key(log, options_.pool)}) {
      std::string row;
      MUSTER_TRY(const bool found, kv_.get(Family::kStates, key, row));
      if (found && row.size() >= kStreamBytes) {
        return std::optional{StreamId{Uuid::from_bytes(row.substr(0, kStreamBytes))}};
      }
    }
    return std::optional<StreamId>{};
  }

  Result<StreamPlace> by_user() {
    std::vector<StreamPlace> places;
    for (const LogId log : logs_) {
      MUSTER_TRY(const auto pool, pool_in(log));
      std::string row;
      if (pool) {
        const std::string key = PoolKeys{log, *pool}.user(options_.user);
        MUSTER_TRY(const bool found, kv_.get(Family::kUsers, key, row));
        if (found) {
          places.push_back({log, head_in(row).stream});
        }
      }
    }
    if (places.empty()) {
      return not_found("user_not_found",
                       "there is no such user now; one that was deleted is found by its --stream");
    }
    if (places.size() > 1) {
      return failure(Errc::kInvalidSyntax,
                     "user_ambiguous",
                     "several tenants have such a pool and user; name the --tenant");
    }
    return places.front();
  }

  const Kv& kv_;
  const HistoryOptions& options_;
  std::vector<LogId> logs_;
};

/// The members of an event with their values, or only their names where those are not for showing.
struct Members {
  std::string json;
  std::string text;
};

Privacy privacy_of(const EventInfo& info, std::string_view member) {
  for (const FieldInfo& field : info.fields) {
    if (field.name == member) {
      return field.privacy;
    }
  }
  return Privacy::kSecret;
}

void add_members(const EventInfo& info, JsonValue object, bool show_values, Members& out) {
  for (const auto& [name, value] : object.members()) {
    const Privacy privacy = privacy_of(info, name);
    const bool shown =
        privacy == Privacy::kPublic || (privacy == Privacy::kPersonal && show_values);
    std::string json = shown ? value.minified() : "null";
    out.json += out.json.empty() ? "" : ",";
    append_json_string(out.json, name);
    out.json += ":" + json;
    out.text += "\n    " + std::string{name};
    if (shown) {
      out.text += " = " + json;
    } else {
      out.text += privacy == Privacy::kSecret ? " (secret)" : " (personal)";
    }
  }
}

Result<Members> members_of(const LoggedEvent& logged, bool show_values) {
  Members members;
  const EventInfo* info = find_event(name_of(logged.event).name);
  const EncodedEvent encoded = encode_event(logged.event);
  MUSTER_TRY(const JsonDocument data, parse_json(encoded.data));
  add_members(*info, data.root(), show_values, members);
  if (!encoded.sealed.empty()) {
    MUSTER_TRY(const JsonDocument sealed, parse_json(encoded.sealed));
    add_members(*info, sealed.root(), show_values, members);
  }
  if (logged.sealed_lost) {
    members.text += "\n    (what was personal is erased)";
  }
  return members;
}

Result<Item> item_of(const LoggedEvent& logged, bool show_values) {
  const EventHeader& header = logged.header;
  MUSTER_TRY(const Members members, members_of(logged, show_values));
  const std::string time = to_rfc3339(header.time);
  std::string text = std::to_string(raw(header.position)) + "  " + time + "  " + header.type +
                     "  revision " + std::to_string(raw(header.revision));
  const auto named = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) {
      text.append("  ").append(name).append(" ").append(value);
    }
  };
  named("client", header.client.is_nil() ? "" : header.client.text());
  named("actor", header.actor.is_nil() ? "" : header.actor.text());
  named("request", header.request_id);
  Item item{"events", text + members.text};
  item.with("log", std::uint64_t{raw(header.log)})
      .with("position", raw(header.position))
      .with("time", time)
      .with("type", header.type)
      .with("revision", raw(header.revision));
  if (!header.client.is_nil()) {
    item.with("client", header.client.text());
  }
  if (!header.actor.is_nil()) {
    item.with("actor", header.actor.text());
  }
  if (!header.request_id.empty()) {
    item.with("request", header.request_id);
  }
  item.with("erased", logged.sealed_lost).with_json("members", "{" + members.json + "}");
  return item;
}

Result<void> list(const HistoryOptions& options, World& world, Report& report) {
  MUSTER_TRY(const auto directory, open_directory(options.directory, Access::kRead, world));
  std::string nothing;
  MUSTER_TRY(const bool unfinished, directory->kv().get(Family::kMeta, kRebuildingKey, nothing));
  if (unfinished) {
    return failure(Errc::kConflict,
                   "rebuild_unfinished",
                   "a rebuild was interrupted; run muster-replay rebuild again");
  }
  MUSTER_TRY(const StreamPlace place, Finder(directory->kv(), options).find());
  const LogReader reader{directory->kv(), directory->vault()};
  MUSTER_TRY(const auto events,
             reader.history(place.log, place.stream, Revision{~std::uint64_t{0}}));
  report.say("stream " + place.stream.text() + " in log " + std::to_string(raw(place.log)));
  for (const LoggedEvent& event : events) {
    MUSTER_TRY(const Item item, item_of(event, options.show_values));
    report.add(item);
  }
  return {};
}

}  // namespace

int history(const HistoryOptions& options, Report& report) {
  World world;
  const auto listed = list(options, world, report);
  if (listed) {
    return kExitOk;
  }
  const int code = report.fail(listed.error());
  return kNamesNothing.contains(listed.error().rule) ? kExitUsage : code;
}

}  // namespace muster::replay
