#include "projections/history/blame.h"

#include <map>
#include <set>

#include "projections/history/state_document.h"
#include "projections/history/stream_walk.h"

namespace muster {
namespace {

/// A value without parts.
struct Leaf {
  std::string key;  // the pointer, with names of elements for their places
  std::string pointer;
  std::string value;
  bool hidden = false;
};

/// What an element of a list calls itself; empty when it does not.
std::string_view name_of_element(JsonValue element) {
  for (const std::string_view member : {"id", "group"}) {
    if (const auto name = element.find(member); name && name->is_string()) {
      return name->as_string();
    }
  }
  return {};
}

/// The names of all elements; nothing unless all have one, and each its own.
std::vector<std::string> names_of_elements(JsonValue array) {
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  for (const JsonValue element : array.elements()) {
    const std::string_view name = name_of_element(element);
    if (name.empty() || !seen.insert(name).second) {
      return {};
    }
    names.emplace_back(name);
  }
  return names;
}

class Leaves {
 public:
  // NOLINTNEXTLINE(misc-no-recursion): as deep as the document, which is bounded.
  void collect(const std::string& key, const std::string& pointer, JsonValue value) {
    if (value.size() == 0) {
      all_.push_back({key, pointer, value.minified(), false});
      return;
    }
    for (const auto& [name, part] : value.members()) {
      collect(below(key, name), below(pointer, name), part);
    }
    const auto names = names_of_elements(value);
    std::size_t place = 0;
    for (const JsonValue part : value.elements()) {
      const std::string index = std::to_string(place);
      collect(below(key, names.empty() ? index : "=" + names[place]), below(pointer, index), part);
      ++place;
    }
  }

  void hide(const SeenDocument::Hidden& hidden) {
    all_.push_back({hidden.pointer, hidden.pointer, hidden.value, true});
  }

  std::vector<Leaf> take() { return std::move(all_); }

 private:
  static std::string below(const std::string& path, std::string_view token) {
    std::string longer = path;
    append_pointer_token(longer, token);
    return longer;
  }

  std::vector<Leaf> all_;
};

std::vector<Leaf> leaves_of(const SeenDocument& seen) {
  Leaves leaves;
  const auto parsed = parse_json(seen.shown);
  check(parsed.has_value(), "a document of a state is JSON");
  if (!parsed->root().is_null()) {
    leaves.collect("", "", parsed->root());
  }
  for (const SeenDocument::Hidden& hidden : seen.hidden) {
    leaves.hide(hidden);
  }
  return leaves.take();
}

/// Follows a document through its history.
class Blamer {
 public:
  /// The document is `seen` after `event`.
  void follow(const SeenDocument& seen, std::size_t event) {
    auto leaves = leaves_of(seen);
    std::map<std::string, std::size_t> events;
    for (const Leaf& leaf : leaves) {
      const auto before = before_.find(leaf.key);
      const bool stays = before != before_.end() && leaves_[before->second].value == leaf.value;
      events.emplace(leaf.key, stays ? events_.at(leaf.key) : event);
    }
    before_.clear();
    for (std::size_t at = 0; at < leaves.size(); ++at) {
      before_.emplace(leaves[at].key, at);
    }
    leaves_ = std::move(leaves);
    events_ = std::move(events);
  }

  std::vector<BlamedValue> values() const {
    std::vector<BlamedValue> values;
    for (const Leaf& leaf : leaves_) {
      values.push_back(
          {leaf.pointer, leaf.hidden ? "" : leaf.value, leaf.hidden, events_.at(leaf.key)});
    }
    return values;
  }

 private:
  std::vector<Leaf> leaves_;
  std::map<std::string, std::size_t> before_;  // key to place in leaves_
  std::map<std::string, std::size_t> events_;  // key to the event that set it
};

}  // namespace

Result<Blame> blame_stream(const LogView& view,
                           StreamId stream,
                           std::uint64_t end,
                           std::string_view tenant_id,
                           bool shows_personal) {
  Blame blame;
  Blamer blamer;
  std::string newest;
  const auto visit = [&](const LoggedEvent& logged, const AnyState& after) -> Result<void> {
    blame.events.push_back(logged.header);
    std::string document = state_document(tenant_id, after);
    if (document != newest) {
      blamer.follow(seen_document(document, after, shows_personal), blame.events.size() - 1);
      newest = std::move(document);
    }
    return {};
  };
  MUSTER_TRY(blame.state, walk_stream(view, stream, end, visit));
  blame.values = blamer.values();
  return blame;
}

}  // namespace muster
