/// Oracle: what the directory must answer and hold, worked out with plain maps. Shares no code with
/// the engine, on purpose: rules are written down here a second time, in the shortest way.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/api/administrators/intent.h"

namespace muster::administrators {

// Two passwords, and their bcrypt hashes of the least cost, made by crypt(3).
inline constexpr const char* kFirstSecret = "first secret";
inline constexpr const char* kSecondSecret = "second secret";
inline constexpr const char* kFirstHash =
    "$2b$04$abcdefghijklmnopqrstuuuKayJKNTaButrQPQx5SJ239bEwsasBq";
inline constexpr const char* kSecondHash =
    "$2b$04$zyxwvutsrqponmlkjihgfezba1xTjdSL1TtnKrPhLm20/X6eHI/A.";

struct Grant {
  std::string role;
  std::string workspace;
  std::string pool;
  long made = 0;  // that pool
};

struct Workspace {
  std::string name;
  std::string parent;
  Tree origins = Tree::array();
};

struct Schema {
  std::string name;
  std::string description;
  Tree schema;
  bool system = false;
};

struct User {
  std::string status;
  bool jit = false;
  std::string payload_schema;
  std::string metadata_schema;
  std::optional<Tree> payload;
  std::optional<Tree> metadata;
  std::optional<Tree> business;
  std::vector<Tree> identifiers;
  std::vector<Tree> addresses;
  std::set<std::string> groups;
  std::vector<Grant> roles;
  std::string password;  // in clear; empty: none
  std::string password_state;
};

struct Group {
  std::string name;
  std::string description;
  std::string parent;
};

struct Pool {
  long made = 0;  // tells it from others that had its id
  std::string name;
  std::string description;
  std::string workspace;
  std::string payload_schema = "default_payload";
  std::string metadata_schema = "default_metadata";
  bool ignores_case = false;
  std::set<std::string> connected;
  std::map<std::string, User> users;
  std::map<std::string, Group> groups;
  std::set<std::string> leaving;  // groups below a deleted one that may hold their ids for a while
};

struct Client {
  std::string name;
  std::string workspace;
  std::vector<Grant> roles;
};

struct World {
  std::map<std::string, Workspace> workspaces;
  std::map<std::string, Schema> schemas;
  std::map<std::string, Pool> pools;
  std::map<std::string, std::vector<Grant>> clients;  // the ones with few roles, by id
  std::map<std::string, Client> made_clients;
  std::set<std::string> lingering;  // schemas that users of deleted pools may hold for a while
  std::set<std::string> lingering_workspaces;  // the same, by roles
  long made = 0;
};

/// What must be answered, and what is then so.
struct Verdict {
  int status = 0;
  /// May be answered too, and leaves all as it was; 0: nothing else.
  int also = 0;
  /// Whether 409 may come first, while what was deleted is still being removed.
  bool may_wait = false;
  /// The whole answer, where it is no document of what was made or changed.
  std::optional<Tree> answer = {};
  World after = {};
};

using Permits = std::set<std::string>;

/// "limited1" is the client of actor 1.
std::string client_id(std::size_t actor);

class Oracle {
 public:
  Oracle();

  [[nodiscard]] Verdict judge(const Intent& intent) const;

  /// That it came to that.
  void accept(Verdict verdict) { world_ = std::move(verdict.after); }

  [[nodiscard]] const World& world() const { return world_; }

  /// What every read must show, by path. Server-made ids and instants are left out.
  [[nodiscard]] std::map<std::string, Tree> shown() const;

 private:
  World world_;
};

// The rules, by what they are about. Each answers a status and, below 300, has changed the world.
int apply_to_structure(World& world, const Intent& intent, Verdict& verdict);
int apply_to_users(World& world, const Intent& intent, Verdict& verdict);
int apply_to_groups(World& world, const Intent& intent, Verdict& verdict);
int apply_import(World& world, const Intent& intent, Verdict& verdict);
int apply_to_clients(World& world, const Intent& intent);
int apply_to_user_roles(World& world, const Intent& intent);
int apply_to_passwords(World& world, const Intent& intent, Verdict& verdict);

// What they share.
[[nodiscard]] bool fits(const World& world, const std::string& schema, const Tree& value);
[[nodiscard]] bool is_good_schema(const Tree& schema);
[[nodiscard]] std::string folded(const Pool& pool, const std::string& value);
[[nodiscard]] int status_of_pool_body(const Tree& body);
/// Takes over a pool's name, schemas and the rest; 404 for a schema that there is not.
int take_pool_body(const World& world, const Tree& body, Pool& pool);
[[nodiscard]] std::set<std::string> below(const Pool& pool, const std::string& group);
[[nodiscard]] Permits permits_in_tenant(const World& world, const std::string& client);
[[nodiscard]] Permits permits_in(const World& world,
                                 const std::string& client,
                                 const std::string& workspace);
[[nodiscard]] Permits permits_on(const World& world, const std::string& client, const Pool& pool);
/// Whether the client may grant that role and take it back, to users of the pool.
[[nodiscard]] bool may_grant(const World& world,
                             const std::string& client,
                             const Grant& grant,
                             const Pool& pool);
/// 0 when the actor may do that, else how it is refused.
[[nodiscard]] int access(const World& world, const Intent& intent);
/// Names and keys that must be unique are.
[[nodiscard]] bool is_consistent(const World& world);

}  // namespace muster::administrators
