#include <map>

#include "engine/events/event_codec.h"
#include "engine/state/state.h"
#include "tests/docs/pages.h"

namespace muster::docs {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Events

The log holds these events and nothing else; every state is made by folding them. An event is
declared once, in `engine/events/`; encoding, dispatch, tests, erasure and this page follow from the
declaration. How the bytes lie in the log is in [formats.md](formats.md).

A member that has its empty value (empty text or list, false, 0, nil id) is not written, and an
absent member has its empty value when it is read. Names and codes are on disk for ever: a name that
was used once is never used for something else, and the code of an event that is no longer written
stays retired.

*Privacy* says where a member lies. **public**: in the open part, which is hashed into the Merkle
tree, never changes and is readable by whoever holds the log. **personal**: in a segment that is
sealed under the subject's own key, and gone when that key is destroyed. **secret**: as personal,
and never printed by any tool.

*Types*: **json** is the text that the client sent, minified, numbers as spelled; **records** is a
list of the members shown below it; **integer** is below 2^53; instants are microseconds since
1970-01-01T00:00:00Z.

)";

using Words = std::map<std::string_view, std::string_view>;

template <class... Events>
void hear(EventList<Events...>, std::string_view aggregate, Words& words) {
  ((words[Events::describe().event.name] = aggregate), ...);
}

/// The aggregate that hears each event.
Words hearers() {
  Words words;
  hear(TenantState::Events{}, "tenant", words);
  hear(WorkspaceState::Events{}, "workspace", words);
  hear(ClientState::Events{}, "client", words);
  hear(SigningKeyState::Events{}, "signing key", words);
  hear(WebhookState::Events{}, "webhook", words);
  hear(SchemaState::Events{}, "schema", words);
  hear(PoolState::Events{}, "pool", words);
  hear(GroupState::Events{}, "group", words);
  hear(UserState::Events{}, "user", words);
  return words;
}

std::string_view word_of(Privacy privacy) {
  switch (privacy) {
    case Privacy::kPublic:
      return "public";
    case Privacy::kPersonal:
      return "personal";
    case Privacy::kSecret:
      return "secret";
  }
  return "";
}

/// What marks a heading of this page: GitHub's anchor for "user.created" is "usercreated".
std::string anchor_of(std::string_view name) {
  std::string anchor;
  for (const char letter : name) {
    if (letter != '.') {
      anchor.push_back(letter);
    }
  }
  return anchor;
}

void add_member(std::string& page,
                const FieldInfo& field,
                const std::string& path,
                Privacy privacy) {
  page += "| `" + path + "` | " + std::string{field.type} + " | " + std::string{word_of(privacy)} +
          " | " + std::string{field.note} + " |\n";
  for (const FieldInfo& member : field.members) {
    const std::string inner = path + (field.type == "records" ? "[]." : ".");
    add_member(page, member, inner + std::string{member.name}, privacy);
  }
}

void add_event(std::string& page, const EventInfo& info) {
  page += "### " + std::string{info.event.name} + "\n\n" + std::string{info.event.summary} +
          " Code " + std::to_string(raw(info.event.code)) + ", version " +
          std::to_string(raw(info.event.version)) + ".\n\n";
  if (info.fields.empty()) {
    page += "It has no members: its name says everything.\n\n";
    return;
  }
  page += "| member | type | privacy | |\n|---|---|---|---|\n";
  for (const FieldInfo& field : info.fields) {
    add_member(page, field, std::string{field.name}, field.privacy);
  }
  page += "\n";
}

void add_overview(std::string& page, const Words& heard_by) {
  page +=
      "## All of them\n\n| code | event | version | heard by | sealed |\n|---|---|---|---|---|\n";
  for (const EventInfo& info : every_event()) {
    const std::string name{info.event.name};
    page += "| " + std::to_string(raw(info.event.code)) + " | [" + name + "](#" + anchor_of(name) +
            ") | " + std::to_string(raw(info.event.version)) + " | " +
            std::string{heard_by.at(info.event.name)} + " | " + (info.has_sealed() ? "yes" : "") +
            " |\n";
  }
  page += "\nRetired codes:";
  for (const EventCode code : kRetiredEventCodes) {
    page += " " + std::to_string(raw(code));
  }
  page += kRetiredEventCodes.empty() ? " none.\n\n" : ".\n\n";
}

}  // namespace

std::string events_page() {
  const Words heard_by = hearers();
  std::string page = std::string{kGeneratedNote} + std::string{kIntroduction};
  add_overview(page, heard_by);
  std::string_view aggregate;
  for (const EventInfo& info : every_event()) {
    if (heard_by.at(info.event.name) != aggregate) {
      aggregate = heard_by.at(info.event.name);
      page += "## Events of a " + std::string{aggregate} + "\n\n";
    }
    add_event(page, info);
  }
  page.pop_back();
  return page;
}

}  // namespace muster::docs
