/// Bookkeeping of a client: what it knows from the answers alone. It asks nobody else, so it also
/// holds what the oracle leaves out: ids and instants that the server made, and entity tags.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/http/response.h"
#include "tests/api/administrators/intent.h"

namespace muster::administrators {

/// A document as it was read.
struct Read {
  Tree document;
  std::string etag;
};

using Reads = std::map<std::string, Read>;  // by path

class Bookkeeping {
 public:
  /// Of an answer below 300.
  void note(const Intent& intent, const Response& response);
  /// Of documents that an import has touched, which answers nothing.
  void learn(const std::string& path, const Read& read);
  void forget(const std::string& path);
  /// The paths of what an import names.
  static std::vector<std::string> touched_by(const Tree& document);

  /// Empty when it is not known, as tags of users and schemas are not while a schema that was
  /// replaced is compared with its users.
  [[nodiscard]] std::string etag(const std::string& path) const;
  /// One that is current no more.
  [[nodiscard]] std::string old_etag(const std::string& path) const;

  /// What is known otherwise than it was read; empty for nothing. What was read is believed then.
  std::string compare(const Reads& reads);

  struct Secret {
    std::string workspace;
    std::string client;
    std::string text;
    bool current = false;
  };

  /// All that were ever answered.
  [[nodiscard]] const std::vector<Secret>& secrets() const { return secrets_; }

  /// "<pool>:<group>:<user>" of every member.
  [[nodiscard]] Tree members() const;
  /// The ids of the pools that users of a workspace sign in with.
  [[nodiscard]] Tree connected_with(const std::string& workspace) const;

 private:
  struct Entry {
    Tree document;
    std::set<std::string> unknown;  // members
    std::string etag;
    std::string old_etag;
    bool jit = false;
  };

  void put(const std::string& path, Tree document, std::string etag);
  void note_client(const Intent& intent, const std::string& path, const Response& response);
  void set_etag(Entry& entry, const std::string& path, std::string etag);
  void note_created(const Intent& intent, const std::string& path, const Response& response);
  void note_parts(const Intent& intent, Entry& user, const Tree& answer);
  void note_deleted(const Intent& intent, const std::string& path);
  /// Of clients, for a pool that is gone.
  void drop_roles(const std::string& pool);
  void drop_group(const std::string& pool, const std::string& group);
  void drop_members(const std::string& pool, const std::string& group, const std::string& user);
  void count_users(const std::string& pool);
  void schema_changed(const std::string& path, const std::string& etag);
  std::string difference_of(const std::string& path, const Entry& entry, const Read& read) const;

  std::map<std::string, Entry> entries_;
  std::vector<Secret> secrets_;
  std::set<std::vector<std::string>> members_;               // pool, group, user
  std::set<std::pair<std::string, std::string>> connected_;  // pool, workspace
  /// Users who were in a deleted group: their revision grows once more whenever that is noted.
  std::set<std::string> leaving_;
  std::map<std::string, std::string> unsettled_;  // schemas, with the tag they were left with
};

}  // namespace muster::administrators
