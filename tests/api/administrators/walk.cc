#include "tests/api/administrators/walk.h"

#include <algorithm>

#include "tests/api/administrators/oracle.h"
#include "tests/api/administrators/requests.h"

namespace muster::administrators {
namespace {

using test::Call;

/// The ids in a list, bare or the only array of an object.
std::vector<std::string> ids_in(const Tree& list) {
  std::vector<std::string> ids;
  const Tree* array = &list;
  for (const auto& [name, member] : list.members) {
    array = member.form == Tree::Form::kArray ? &member : array;
  }
  for (const Tree& element : array->elements) {
    ids.push_back(element.text_of("id"));
  }
  return ids;
}

Tree as_tree(const std::vector<std::string>& ids) {
  Tree list = Tree::array();
  for (const std::string& id : ids) {
    list.add(Tree::text(id));
  }
  return list;
}

Tree without_instants(const Tree& document) {
  return without(document,
                 {"created_at", "updated_at", "status_updated_at", "verified_at", "rotated_at"});
}

/// Parts in an order of their own, without the ids that the server gave them.
Tree without_part_ids(const Tree& list) {
  Tree left = Tree::array();
  for (const Tree& part : list.elements) {
    Tree& made = left.add(part).elements.back();
    made.members.erase("id");
  }
  return sorted(left);
}

Tree plain_user(const Tree& document) {
  Tree plain = without_instants(document);
  plain.set("credentials", without_part_ids(*plain.find("credentials")));
  plain.set("identifiers", without_part_ids(*plain.find("identifiers")));
  return plain.set("verifiable_addresses", without_part_ids(*plain.find("verifiable_addresses")));
}

Tree plain_listed_user(const Tree& document) {
  Tree plain = without(without_instants(document), {"identifiers_with_details", "addresses"});
  plain.set("identifiers", sorted(*plain.find("identifiers")));
  return plain.set("verified addresses", sorted(*plain.find("verified addresses")));
}

/// Only what the oracle knows of.
Tree plain_pool(const Tree& document) {
  Tree plain = Tree::object();
  for (const char* name : {"id",
                           "tenant_id",
                           "name",
                           "description",
                           "workspace_id",
                           "payload_schema_id",
                           "metadata_schema_id",
                           "business_metadata_schema_id",
                           "identifier_case_insensitive",
                           "number_of_users",
                           "number_of_standard_users",
                           "number_of_jit_users"}) {
    const Tree* member = document.find(name);
    if (member != nullptr && member->leaf != R"("")") {
      plain.set(name, *member);
    }
  }
  return plain;
}

class Walker {
 public:
  Walker(Api& api, std::size_t actors) : api_{api}, actors_{actors} {}

  Walk all() {
    // First, so that tags of users are those after they were compared with a replaced schema.
    for (const std::string& id : list(kAdmin + "/schemas")) {
      show(kAdmin + "/schemas/" + id, without_instants);
    }
    workspaces();
    const auto pools = list(kAdmin + "/pools?limit=100");
    for (const std::string& id : pools) {
      show(kAdmin + "/pools/" + id, plain_pool);
      users(id);
      groups(kAdmin + "/pools/" + id);
    }
    for (std::size_t actor = 1; actor <= actors_; ++actor) {
      limited(actor, pools);
    }
    clients();
    configuration();
    return std::move(walk_);
  }

 private:
  template <class Plain>
  void show(const std::string& target, const Plain& plain) {
    Read read = api_.read(target);
    walk_.shown[target] = plain(read.document);
    walk_.reads[target] = std::move(read);
  }

  std::vector<std::string> list(const std::string& target) {
    auto ids = ids_in(api_.read(target).document);
    walk_.shown[target] = as_tree(ids);
    pages(target);
    return ids;
  }

  /// The same list again, a few at a time, from both ends.
  void pages(const std::string& target, std::size_t actor = 0) {
    const auto limit = target.find("limit=100");
    if (limit == std::string::npos) {
      return;
    }
    const std::string small =
        std::string{target}.replace(limit, 9, "limit=" + std::to_string(kPage));
    const std::string kind = target.substr(0, target.find('?'));
    const std::string name = kind.ends_with("/users")   ? "user_id"
                             : kind.ends_with("/pools") ? "pool_id"
                                                        : "group_id";
    const bool opaque = kind.ends_with("/user/pools");
    const auto page = [&](const std::string& cursor) {
      return api_.page(small + cursor, actor, kPage);
    };
    std::vector<std::string> forward;
    for (std::string cursor; ++pages_ < kPagesMax;) {
      const Page one = page(cursor);
      forward.insert(forward.end(), one.ids.begin(), one.ids.end());
      if (opaque ? one.cursor.empty() : one.ids.empty()) {
        break;
      }
      cursor = opaque ? "&cursor=" + one.cursor : "&after_" + name + "=" + one.ids.back();
    }
    const std::string by = (actor == 0 ? target : client_id(actor) + ":" + target) + " by pages";
    walk_.shown[by] = as_tree(forward);
    if (opaque) {
      return;
    }
    std::vector<std::string> back;
    if (!forward.empty()) {
      back = {forward.back()};
    }
    while (!back.empty() && ++pages_ < kPagesMax) {
      const auto ids = page("&before_" + name + "=" + back.front()).ids;
      back.insert(back.begin(), ids.begin(), ids.end());
      if (ids.empty()) {
        break;
      }
    }
    walk_.shown[by + " from the end"] = as_tree(back);
  }

  void clients() {
    const std::string target = kMuster + "/clients";
    std::vector<std::string> ids;
    for (const std::string& id : ids_in(api_.read(target).document)) {
      if (id.starts_with("made")) {
        ids.push_back(id);
        show(target + "/" + id, without_instants);
      }
    }
    walk_.shown[target] = as_tree(ids);
  }

  void workspaces() {
    std::vector<std::string> ids = list(kMuster + "/workspaces");
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::string id = ids[i];
      show(kMuster + "/workspaces/" + id, without_instants);
      const auto below = list(kMuster + "/workspaces/" + id + "/organizations");
      ids.insert(ids.end(), below.begin(), below.end());
      list(kAdmin + "/workspace/" + id + "/pools?limit=100");
      list(kAdmin + "/workspace/" + id + "/user/pools?limit=100");
      list(kAdmin + "/workspace/" + id + "/schemas");
    }
  }

  void users(const std::string& pool) {
    const std::string target = kAdmin + "/pools/" + pool + "/users";
    const Tree listed = api_.read(target + "?limit=100").document;
    Tree plain = Tree::array();
    for (const Tree& one : listed.find("users")->elements) {
      plain.add(plain_listed_user(one));
      const std::string id = one.text_of("id");
      show(target + "/" + id, plain_user);
      const std::string b2b = kAdmin + "/b2b/pools/" + pool + "/users/" + id;
      walk_.shown[b2b] = plain_user(api_.read(b2b).document);
      list(target + "/" + id + "/groups?with_parent_groups=true");
      const std::string roles = kMuster + "/pools/" + pool + "/users/" + id + "/roles";
      walk_.shown[roles] = api_.read(roles).document;
    }
    walk_.shown[target + "?limit=100"] = plain;
    pages(target + "?limit=100");
  }

  void groups(const std::string& pool) {
    const std::string target = pool + "/groups?limit=100";
    const Tree all = api_.read(target + "&with_nested_groups=true").document;
    walk_.shown[target + "&with_nested_groups=true"] = all;
    pages(target + "&with_nested_groups=true");
    list(target);
    for (const Tree& one : all.elements) {
      const std::string group = pool + "/groups/" + one.text_of("id");
      show(group, without_instants);
      list(group + "/users?limit=100");
      list(group + "/users?limit=100&with_nested_groups=true");
    }
  }

  void limited(std::size_t actor, const std::vector<std::string>& pools) {
    const std::string id = client_id(actor);
    show(kMuster + "/clients/" + id, without_instants);
    for (const std::string& target : {kAdmin + "/pools?limit=100", kMuster + "/workspaces"}) {
      walk_.shown[id + ":" + target] =
          as_tree(ids_in(Tree::parse(api_.get(target, actor).bytes())));
      pages(target, actor);
    }
    for (const std::string& pool : pools) {
      const std::string target = kAdmin + "/pools/" + pool + "/permissions";
      Tree may = Tree::array();
      for (const auto& [name, value] : Tree::parse(api_.get(target, actor).bytes()).members) {
        if (value.leaf == "true") {
          may.add(Tree::text(name));
        }
      }
      walk_.shown[id + ":" + target] = may;
    }
  }

  void configuration() {
    const std::string target{kConfiguration};
    const Tree document = api_.read(target).document;
    const auto joined = [&](std::string_view name, const std::vector<std::string_view>& members) {
      Tree all = Tree::array();
      for (const Tree& entry : document.find(name)->elements) {
        std::string text = entry.text_of("user_pool_id");
        for (const std::string_view member : members) {
          text += ":" + entry.text_of(member);
        }
        all.add(Tree::text(text));
      }
      return sorted(all);
    };
    walk_.shown[target] =
        Tree::object()
            .set("users", joined("users", {"id"}))
            .set("groups", joined("groups", {"path"}))
            .set("group_members", joined("group_members", {"group_id", "user_id"}));
  }

  const std::string kAdmin{kAdminRoot};
  const std::string kMuster{kMusterRoot};
  static constexpr std::size_t kPage = 2;
  /// Of one walk; more are an endless loop.
  static constexpr std::size_t kPagesMax = 10'000;

  Api& api_;
  std::size_t actors_;
  std::size_t pages_ = 0;
  Walk walk_;
};

}  // namespace

Api::Api()
    : stack_{{.hashing_threads = 1, .held_to_document = false}},
      system_{stack_.token("system")},
      tokens_{stack_.token("admin")} {}

Page Api::page(const std::string& target, std::size_t actor, std::size_t limit) {
  const Response response = get(target, actor);
  const Tree document = Tree::parse(response.bytes());
  Page page{ids_in(document), document.text_of("cursor")};
  if (response.status != 200 || page.ids.size() > limit) {
    throw std::runtime_error{"GET " + target + ": " + std::to_string(response.status) + " " +
                             std::string{response.bytes()}};
  }
  return page;
}

bool Api::knows(const std::string& workspace,
                const std::string& client,
                const std::string& secret) {
  return stack_.services()
      .tokens.issue({"issuer", "default", workspace, client, secret, {}})
      .has_value();
}

void Api::add_actor(const std::string& client, const std::string& secret) {
  const auto issued =
      stack_.services().tokens.issue({"issuer", "default", "admin", client, secret, {}});
  if (!issued) {
    throw std::runtime_error{"no token for " + client};
  }
  tokens_.push_back(issued->token);
}

Response Api::send(std::size_t actor, Call call) {
  const bool by_system =
      call.target.starts_with(kSystemRoot) || call.target.starts_with(kConfiguration);
  call.headers.emplace_back("Authorization", "Bearer " + (by_system ? system_ : tokens_.at(actor)));
  if (!call.body.empty()) {
    const bool patches = call.method == Method::kPatch;
    call.headers.emplace_back("Content-Type",
                              patches ? "application/merge-patch+json" : "application/json");
  }
  return stack_.send(call);
}

Response Api::get(const std::string& target, std::size_t actor) {
  return send(actor, {Method::kGet, target});
}

Read Api::read(const std::string& target) {
  const Response response = get(target);
  if (response.status != 200) {
    throw std::runtime_error{"GET " + target + ": " + std::to_string(response.status) + " " +
                             std::string{response.bytes()}};
  }
  return {Tree::parse(response.bytes()), std::string{response.header("ETag")}};
}

Walk walk(Api& api, std::size_t actors) {
  return Walker{api, actors}.all();
}

}  // namespace muster::administrators
