/// The API as clients see it, and a walk over everything that it shows.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/api/administrators/bookkeeping.h"
#include "tests/api/directory/stack.h"

namespace muster::administrators {

struct Page {
  std::vector<std::string> ids;
  std::string cursor;  // of lists that say one
};

class Api {
 public:
  Api();

  void restart() { stack_.restart(); }

  /// As one of the actors; `target` says by which door.
  Response send(std::size_t actor, test::Call call);
  Response get(const std::string& target, std::size_t actor = 0);
  Read read(const std::string& target);
  /// At most `limit` of a list.
  Page page(const std::string& target, std::size_t actor, std::size_t limit);
  /// Whether a token is issued for that.
  bool knows(const std::string& workspace, const std::string& client, const std::string& secret);
  /// Gives an actor a token.
  void add_actor(const std::string& client, const std::string& secret);

 private:
  test::Stack stack_;
  std::string system_;
  std::vector<std::string> tokens_;  // by actor
};

struct Walk {
  /// Documents as they are.
  Reads reads;
  /// All answers, without what only the server can know.
  std::map<std::string, Tree> shown;
};

/// Finds everything by the lists.
Walk walk(Api& api, std::size_t actors);

}  // namespace muster::administrators
