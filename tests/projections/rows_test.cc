#include <algorithm>

#include <catch2/catch.hpp>

#include "engine/events/event_codec.h"
#include "projections/documents.h"
#include "projections/keys.h"
#include "tests/projections/world.h"

namespace muster::test {
namespace {

EventMeta meta_of(std::uint64_t seed, std::uint64_t revision) {
  EventMeta meta;
  meta.log = kLog;
  meta.position = Position{seed * 100 + revision};
  meta.time = Micros{raw(kNoon) + static_cast<std::int64_t>(seed * 1'234'567 + revision)};
  meta.stream = stream_of(seed);
  meta.revision = Revision{revision};
  meta.leaf.fill(static_cast<std::uint8_t>(seed + revision));
  meta.slot = Slot{static_cast<std::uint32_t>(seed)};
  return meta;
}

/// Folded forms that say nothing are not stored; made-up events do not know.
template <class Named>
void drop_needless_folds(std::vector<Named>& list) {
  for (Named& named : list) {
    if (named.folded == named.value) {
      named.folded.clear();
    }
  }
}

bool begins_a_stream(std::string_view type) {
  return type.ends_with(".created");
}

std::string_view aggregate_of(std::string_view type) {
  return type.substr(0, type.find('.'));
}

/// Folds a made-up beginning and a made-up event of the same aggregate.
AnyState arbitrary_state(const EventInfo& first, const EventInfo& second, std::uint64_t seed) {
  AnyState state;
  evolve(state, meta_of(seed, 1), first.arbitrary(seed));
  if (!begins_a_stream(second.event.name)) {
    evolve(state, meta_of(seed, 2), second.arbitrary(seed + 1000));
  }
  if (auto* user = std::get_if<UserState>(&state)) {
    drop_needless_folds(user->identifiers);
    drop_needless_folds(user->addresses);
  }
  return state;
}

const Row* primary_row(const DirectoryViews& views, const RowSet& set, const AnyState& state) {
  const RowKey place = views.row_of(address_of(state, kLog));
  const auto found = std::ranges::find_if(
      set.rows, [&](const Row& row) { return row.view == place.view && row.key == place.key; });
  return found == set.rows.end() ? nullptr : &*found;
}

UserState full_user() {
  UserState user;
  user.head.stream = stream_of(5);
  user.pool = stream_of(1);
  user.pool_id = "staff";
  user.id = "ada";
  user.status = "active";
  user.user_type = "jit";
  user.payload_schema_id = "person";
  user.metadata_schema_id = "default_metadata";
  user.business_metadata_schema_id = "desk";
  user.payload = {R"({"name":"Ada \"L\"","age":36.50})"};
  user.metadata = {R"({"tags":["a"]})"};
  user.business_metadata = {R"({"desk":7})"};
  user.created = kNoon;
  user.updated = Micros{raw(kNoon) + 1000};
  user.status_updated = kNoon;
  user.identifiers = {identifier("Ada@X.org", "email"), identifier("ada")};
  user.identifiers[1].metadata = {R"({"since":1842})"};
  user.addresses = {address("Ada@X.org", true), address("b@x.org", false)};
  user.addresses[1].preferred_contact_method = "sms";
  user.credentials = {
      {"c1", "password", "valid", {R"({"hashed_password":"secret"})"}, kNoon, kNoon, kNoon},
      {"c2", "totp", "", {R"({"totp_secret":"JBSW"})"}, kNoon, kNoon, Micros{}},
      {"c3", "webauthn", "", {R"({"credentials":[]})"}, kNoon, kNoon, Micros{5}}};
  return user;
}

}  // namespace

TEST_CASE("every state is read back from its row as it was", "[projections]") {
  const DirectoryViews views;
  PoolState pool;
  pool.indexed = {"a", "b", "c"};
  RowContext context;
  context.log = kLog;
  context.tenant_id = "acme";
  context.pool = &pool;
  std::size_t states = 0;
  for (const EventInfo& first : every_event()) {
    if (!begins_a_stream(first.event.name)) {
      continue;
    }
    for (const EventInfo& second : every_event()) {
      if (aggregate_of(first.event.name) != aggregate_of(second.event.name)) {
        continue;
      }
      for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(first.event.name, second.event.name, seed);
        const AnyState state = arbitrary_state(first, second, seed);
        RowSet set;
        views.rows(state, context, set);
        if (!exists(state)) {
          CHECK(set.rows.empty() == !has_rows(state));
          CHECK(set.tallies.empty());
          continue;
        }
        const Row* row = primary_row(views, set, state);
        REQUIRE(row != nullptr);
        CHECK(row->unique);
        const auto copy = views.decode(address_of(state, kLog), row->value);
        REQUIRE(copy.has_value());
        CHECK((*copy == state));
        CHECK(head_in(row->value) == head_of(state));
        RowSet again;
        views.rows(*copy, context, again);
        CHECK((again.rows == set.rows));
        CHECK((again.tallies == set.tallies));
        ++states;
      }
    }
  }
  CHECK(states > 500);
}

TEST_CASE("of an erased user the rows say who it was by stream, and whether that came to its end",
          "[projections]") {
  const DirectoryViews views;
  AnyState state{full_user()};
  evolve(state, meta_of(5, 7), UserErased{});
  for (const bool certified : {false, true}) {
    if (certified) {
      evolve(state, meta_of(5, 8), UserErasureCertified{507, 7, 5, "00"});
    }
    RowSet set;
    views.rows(state, {kLog, "acme", nullptr}, set);
    REQUIRE(set.rows.size() == (certified ? 1U : 2U));
    CHECK(set.tallies.empty());
    const Row* row = primary_row(views, set, state);
    REQUIRE(row != nullptr);
    const auto copy = views.decode(address_of(state, kLog), row->value);
    REQUIRE(copy.has_value());
    const auto& user = std::get<UserState>(*copy);
    CHECK(user.head == head_of(state));
    CHECK(user.erased);
    CHECK(user.erased_position == 507);
    CHECK(user.certified == certified);
    CHECK(row->value.find("ada") == std::string::npos);
  }
}

TEST_CASE("unique rows begin with the stream of their owner and no key comes twice",
          "[projections]") {
  World world;
  PoolState pool = world.make_pool("staff", true);
  UserState user = full_user();
  user.pool = pool.head.stream;
  user.identifiers.push_back(identifier("ADA"));  // the same as "ada" in this pool
  world.commit({pool});
  for (const AnyState& state : {AnyState{pool}, AnyState{user}}) {
    const RowSet set = world.rows_of(state);
    std::vector<std::pair<View, std::string>> keys;
    for (const Row& row : set.rows) {
      keys.emplace_back(row.view, row.key);
      if (row.unique) {
        CHECK(std::string_view{row.value}.substr(0, 16) == head_of(state).stream.view());
      }
      CHECK(row.key.substr(0, 4) == std::string("\0\0\0\7", 4));
    }
    std::ranges::sort(keys);
    CHECK(std::ranges::adjacent_find(keys) == keys.end());
  }
}

TEST_CASE("users of a pool that came to ignore case later have rows of folded forms too",
          "[projections]") {
  World world;
  PoolState pool = world.make_pool("staff");
  UserState user = full_user();
  user.pool = pool.head.stream;
  const auto keys_of = [&](const UserState& state) {
    std::vector<std::string> keys;
    for (const Row& row : world.rows_of(state).rows) {
      if (row.view == View::kUserKeys && row.key[kLogBytes + kStreamBytes] != 'r' &&
          row.key[kLogBytes + kStreamBytes] != 'R') {
        CHECK(row.unique);
        keys.push_back(row.key.substr(kLogBytes + kStreamBytes));
      }
    }
    std::ranges::sort(keys);
    return keys;
  };
  const std::vector<std::string> spelled{"aAda@X.org", "iAda@X.org", "iada"};
  const std::vector<std::string> both{
      "Aada@x.org", "Iada", "Iada@x.org", "aAda@X.org", "iAda@X.org", "iada"};
  world.commit({pool});
  CHECK(keys_of(user) == spelled);
  user.keys_folded = true;
  for (const bool finished : {false, true}) {
    pool.folding = finished ? kFoldingBuilt : kFoldingBuilding;
    pool.identifier_case_insensitive = finished;
    world.commit({pool});
    CHECK(keys_of(user) == both);
  }
  const RowSet rows = world.rows_of(user);
  const Tally folded{pool_folded_count_key(kLog, pool.head.stream), {1, 0}};
  CHECK(std::ranges::find(rows.tallies, folded) != rows.tallies.end());
  const auto read = keys_folded_in(encode_user_row(user, "acme"));
  CHECK((read.has_value() && *read));
  // A person who calls itself so is not taken for one.
  user.keys_folded = false;
  user.payload = {R"({"keys_folded":true})"};
  CHECK_FALSE(*keys_folded_in(encode_user_row(user, "acme")));
}

TEST_CASE("a pool has a row for as long as its users get folded forms or lose them",
          "[projections]") {
  World world;
  PoolState pool = world.make_pool("staff");
  for (const auto& [folding, rows] : {std::pair{std::string_view{}, 0},
                                      {kFoldingBuilding, 1},
                                      {kFoldingBuilt, 0},
                                      {kFoldingUndoing, 1}}) {
    pool.folding = folding;
    CHECK(std::ranges::count(
              world.rows_of(pool).rows,
              Row{View::kStates, foldings_prefix(kLog) + "staff", since_value(pool.head), false}) ==
          rows);
  }
}

TEST_CASE("the document of a user is exactly this text", "[projections]") {
  const std::string row = encode_user_row(full_user(), "acme");
  const std::string expected =
      R"({"id":"ada","tenant_id":"acme","user_pool_id":"staff","status":"active",)"
      R"("payload_schema_id":"person","payload":{"name":"Ada \"L\"","age":36.50},)"
      R"("metadata_schema_id":"default_metadata","metadata":{"tags":["a"]},)"
      R"("business_metadata_schema_id":"desk","business_metadata":{"desk":7},)"
      R"("created_at":"2026-11-21T12:00:00.123Z","updated_at":"2026-11-21T12:00:00.124Z",)"
      R"("status_updated_at":"2026-11-21T12:00:00.123Z",)"
      R"("identifiers":[{"id":"i-Ada@X.org","tenant_id":"acme","user_pool_id":"staff",)"
      R"("user_id":"ada","identifier":"Ada@X.org","identifier_lc":"ada@x.org","type":"email",)"
      R"("created_at":"2026-11-21T12:00:00.123Z","updated_at":"2026-11-21T12:00:00.123Z"},)"
      R"({"id":"i-ada","tenant_id":"acme","user_pool_id":"staff","user_id":"ada",)"
      R"("identifier":"ada","identifier_lc":"ada","type":"uid","metadata":{"since":1842},)"
      R"("created_at":"2026-11-21T12:00:00.123Z","updated_at":"2026-11-21T12:00:00.123Z"}],)"
      R"("verifiable_addresses":[{"id":"a-Ada@X.org","tenant_id":"acme","user_pool_id":"staff",)"
      R"("user_id":"ada","address":"Ada@X.org","address_lc":"ada@x.org","type":"email",)"
      R"("status":"active","verified":true,"created_at":"2026-11-21T12:00:00.123Z",)"
      R"("updated_at":"2026-11-21T12:00:00.123Z","verified_at":"2026-11-21T12:00:00.123Z"},)"
      R"({"id":"a-b@x.org","tenant_id":"acme","user_pool_id":"staff","user_id":"ada",)"
      R"("address":"b@x.org","address_lc":"b@x.org","type":"email","status":"active",)"
      R"("verified":false,"preferred_contact_method":"sms",)"
      R"("created_at":"2026-11-21T12:00:00.123Z","updated_at":"2026-11-21T12:00:00.123Z"}],)"
      R"("credentials":[{"id":"c1","tenant_id":"acme","user_pool_id":"staff","user_id":"ada",)"
      R"("type":"password","payload":{"hashed_password":"###"},"state":"valid",)"
      R"("created_at":"2026-11-21T12:00:00.123Z","updated_at":"2026-11-21T12:00:00.123Z",)"
      R"("expires_at":"2026-11-21T12:00:00.123Z"},)"
      R"({"id":"c2","tenant_id":"acme","user_pool_id":"staff","user_id":"ada","type":"totp",)"
      R"("payload":{"totp_secret":"###"},"created_at":"2026-11-21T12:00:00.123Z",)"
      R"("updated_at":"2026-11-21T12:00:00.123Z"},)"
      R"({"id":"c3","tenant_id":"acme","user_pool_id":"staff","user_id":"ada",)"
      R"("type":"webauthn","payload":{"credentials":"###"},)"
      R"("created_at":"2026-11-21T12:00:00.123Z","updated_at":"2026-11-21T12:00:00.123Z",)"
      R"("expires_at":"1970-01-01T00:00:00.000Z"}]})";
  CHECK(document_in(row) == expected);
  const auto copy = decode_user_row(stream_of(1), row);
  REQUIRE(copy.has_value());
  CHECK((*copy == full_user()));
}

TEST_CASE("a user with nothing still has its lists", "[projections]") {
  World world;
  std::string out;
  append_user(out, "acme", world.make_user(world.make_pool("p"), "u"));
  CHECK(out == R"({"id":"u","tenant_id":"acme","user_pool_id":"p","status":"active",)"
               R"("created_at":"2026-11-21T12:00:00.123Z","updated_at":"2026-11-21T12:00:00.123Z",)"
               R"("status_updated_at":"2026-11-21T12:00:00.123Z",)"
               R"("identifiers":[],"verifiable_addresses":[],"credentials":[]})");
}

TEST_CASE("the entry of a list shows identifiers and addresses as texts", "[projections]") {
  std::string out;
  append_extended_user(out, "acme", full_user());
  const auto document = parse_json(out);
  REQUIRE(document.has_value());
  const JsonValue root = document->root();
  CHECK(root.find("payload")->minified() == R"({"name":"Ada \"L\"","age":36.50})");
  CHECK(root.find("user_type")->text() == "jit");
  CHECK(root.find("identifiers")->minified() == R"(["Ada@X.org","ada"])");
  CHECK(root.find("identifiers_with_details")->minified() ==
        R"([{"type":"email","value":"Ada@X.org"},{"type":"uid","value":"ada"}])");
  CHECK(root.find("addresses")->minified() ==
        R"([{"address":"Ada@X.org","verified":true},{"address":"b@x.org","verified":false}])");
  CHECK(root.find("verified addresses")->minified() == R"(["Ada@X.org"])");
  CHECK_FALSE(root.find("credentials"));
}

TEST_CASE("a pool's answer holds its settings and its counts", "[projections]") {
  World world;
  PoolState pool = world.make_pool("staff");
  pool.payload_schema_id = "person";
  std::string bare;
  append_pool(bare, "acme", pool, {2, 1});
  CHECK(bare ==
        R"({"id":"staff","tenant_id":"acme","name":"name of staff","payload_schema_id":"person",)"
        R"("identifier_case_insensitive":false,)"
        R"("number_of_users":3,"number_of_standard_users":2,"number_of_jit_users":1})");
  pool.settings = {R"({"description":"d","public_registration_allowed":true})"};
  std::string full;
  append_pool(full, "acme", pool, {0, 0});
  CHECK(full ==
        R"({"id":"staff","tenant_id":"acme","name":"name of staff","payload_schema_id":"person",)"
        R"("identifier_case_insensitive":false,"description":"d",)"
        R"("public_registration_allowed":true,)"
        R"("number_of_users":0,"number_of_standard_users":0,"number_of_jit_users":0})");
}

TEST_CASE("damaged rows are refused, not guessed", "[projections]") {
  const DirectoryViews views;
  const std::string row = encode_user_row(full_user(), "acme");
  const StateAddress user{kLog, Aggregate::kUser, stream_of(1), "ada"};
  for (std::size_t bytes = 0; bytes < row.size(); ++bytes) {
    CAPTURE(bytes);
    const auto decoded = views.decode(user, std::string_view{row}.substr(0, bytes));
    REQUIRE_FALSE(decoded.has_value());
    CHECK(decoded.error().code == Errc::kCorrupt);
  }
  std::string other_format = row;
  other_format[16] = 1;
  CHECK_FALSE(views.decode(user, other_format).has_value());
  CHECK(document_in(other_format).empty());
  CHECK_FALSE(views.decode({kLog, Aggregate::kPool, {}, "staff"}, row).has_value());
}

TEST_CASE("a taken name is refused by the rule of its kind", "[projections]") {
  const DirectoryViews views;
  const PoolKeys keys{kLog, stream_of(1)};
  const std::vector<std::pair<Row, std::string>> table = {
      {{View::kStates, state_key(kLog, Aggregate::kTenant, "x"), {}, true}, "tenant_id_taken"},
      {{View::kStates, state_key(kLog, Aggregate::kWorkspace, "x"), {}, true},
       "workspace_id_taken"},
      {{View::kStates, state_key(kLog, Aggregate::kClient, "x"), {}, true}, "client_id_taken"},
      {{View::kStates, state_key(kLog, Aggregate::kSchema, "x"), {}, true}, "schema_id_taken"},
      {{View::kStates, state_key(kLog, Aggregate::kPool, "x"), {}, true}, "pool_id_taken"},
      {{View::kStates, pool_name_key(kLog, "x"), {}, true}, "pool_name_taken"},
      {{View::kStates, schema_name_key(kLog, "x"), {}, true}, "schema_name_taken"},
      {{View::kUsers, keys.user("x"), {}, true}, "user_id_taken"},
      {{View::kUserKeys, keys.identifier("x"), {}, true}, "identifier_taken"},
      {{View::kUserKeys, keys.identifier("x", KeyRows::kFolded), {}, true}, "identifier_taken"},
      {{View::kUserKeys, keys.address("x", KeyRows::kFolded), {}, true}, "address_taken"},
      {{View::kUserKeys, keys.address("x"), {}, true}, "address_taken"}};
  for (const auto& [row, rule] : table) {
    const Failure refusal = views.taken(row);
    CHECK(refusal.rule == rule);
    CHECK(refusal.code == Errc::kAlreadyTaken);
  }
}

TEST_CASE("a pool that is being deleted gives up its id, its name and its schemas",
          "[projections]") {
  World world;
  PoolState pool = world.make_pool("staff");
  pool.payload_schema_id = "person";
  pool.metadata_schema_id = "person";
  CHECK(world.rows_of(pool).tallies ==
        std::vector<Tally>{{schema_uses_key(kLog, "person"), {1, 0}}});
  pool.deleting = true;
  const RowSet set = world.rows_of(pool);
  REQUIRE(set.rows.size() == 1);
  CHECK(set.rows[0].key == state_key(kLog, Aggregate::kDeletedPool, pool.head.stream.text()));
  CHECK(set.tallies.empty());
  pool.gone = true;
  CHECK(world.rows_of(pool).rows.empty());
}

TEST_CASE("creating an ordinary user stays within its bytes", "[projections]") {
  World world;
  PoolState pool = world.make_pool("0193f0a4-7b1e-7c3a-9d52-1f6b8a4c2e90");
  pool.indexed = {"family_name", "given_name", "name"};
  world.commit({pool});
  UserState user = world.make_user(pool, "0193f0a4-8c2f-7d4b-8e63-2a7c9b5d3fa1");
  user.payload_schema_id = "default_payload";
  user.metadata_schema_id = "default_metadata";
  user.payload = {
      R"({"given_name":"Augusta Ada","family_name":"King-Lovelace","name":"Augusta Ada King"})"};
  user.identifiers = {identifier("augusta.ada.king@example.org", "email")};
  user.identifiers[0].id = "0193f0a4-8c2f-7d4b-8e63-2a7c9b5d3fa2";
  const RowSet set = world.rows_of(user);
  std::size_t bytes = 0;
  for (const Row& row : set.rows) {
    bytes += row.key.size() + row.value.size();
  }
  // The user, its identifier from both ends, three names, its arrival. The rest of the twelve keys
  // is the log's.
  CHECK(set.rows.size() == 7);
  CHECK(set.tallies.size() == 3);
  CHECK(bytes <= 1700);
}

}  // namespace muster::test
