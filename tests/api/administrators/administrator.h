/// Administrator: chooses what to ask for next, by dice. Looks at what there is, so that most
/// requests mean something; a share of them must be refused.
#pragma once

#include <iterator>

#include "tests/api/administrators/oracle.h"
#include "tests/sim/dice.h"

namespace muster::administrators {

inline constexpr std::size_t kLimitedClients = 2;
inline constexpr std::initializer_list<const char*> kMadeClients{"made0", "made1", "made2"};

class Administrator {
 public:
  explicit Administrator(std::uint64_t seed) : dice_{seed} {}

  Intent choose(const World& world);

  std::size_t below(std::size_t bound) { return dice_.below(bound); }

 private:
  Deed choose_deed(const World& world);
  static bool is_about_user(Deed deed);
  /// Makes users and groups before something is done with them.
  void begin_with(const Pool& pool, Intent& intent);
  /// One where there is something to do for deeds that few pools are ready for.
  void prefer_pool(const World& world, Intent& intent);
  void name_places(const World& world, Intent& intent);
  Tree body_for(const World& world, const Intent& intent);

  Tree workspace_body();
  Tree schema_body(bool with_id);
  Tree pool_body(const World& world, const Intent& intent);
  Tree user_body(const Intent& intent);
  Tree patch_body();
  Tree address_body(Deed deed);
  Tree group_body(const World& world, const Intent& intent);
  Tree roles_body(const World& world);
  Tree client_body(const World& world);
  Tree verify_body(const World& world, const Intent& intent);
  Tree import_body(const World& world);
  Tree passwords_body(const World& world);
  Tree payload();
  Tree some_metadata();
  /// Often one that is only just being removed.
  std::string group_id(const World& world, const std::string& pool);
  std::string group_path(const World& world, const std::string& pool, const std::string& group);

  bool one_in(std::size_t count) { return dice_.one_in(count); }

  std::string pick(std::initializer_list<const char*> list);

  /// Mostly one that is there.
  template <class Map>
  std::string some(const Map& map, const std::string& otherwise) {
    const std::size_t place = dice_.below(map.size() + 1);
    if (map.empty() || one_in(12)) {
      return otherwise;
    }
    return std::next(map.begin(), static_cast<std::ptrdiff_t>(place % map.size()))->first;
  }

  sim::Dice dice_;
};

}  // namespace muster::administrators
