#include <catch2/catch.hpp>

#include "engine/administration/commands.h"
#include "tests/engine/support/story.h"

using namespace muster;

namespace {

/// As many four-byte characters as a name may have: more bytes than the open part takes.
std::string long_name() {
  std::string name;
  for (int count = 0; count < 256; ++count) {
    name += "\xF0\x9F\x98\x80";
  }
  return name;
}

}  // namespace

TEST_CASE("a tenant comes into being in the system log", "[administration]") {
  Story story;
  CHECK(story.when(prepare_create_tenant(story.ports(), {"default", "", LogId{1}})) ==
        "tenant.created");
  CHECK(story.decided.subject.log == kSystemLog);
  const auto& event = story.fact<TenantCreated>(0);
  CHECK(event.name == "default");
  CHECK(event.log == 1);
}

TEST_CASE("a tenant's id is given once", "[administration]") {
  Story story;
  story.given(prepare_create_tenant(story.ports(), {"default", "", LogId{1}}));
  CHECK(story.when(prepare_create_tenant(story.ports(), {"default", "", LogId{2}})) ==
        "refused: tenant_id_taken");
}

TEST_CASE("a tenant needs an id and a log of its own", "[administration]") {
  Story story;
  CHECK(story.when(prepare_create_tenant(story.ports(), {"", "", kSystemLog})) ==
        "refused: invalid_request /id:id /name:required /log:minimum");
}

TEST_CASE("names of any allowed length are taken", "[administration]") {
  Story story;
  CHECK(story.when(prepare_create_tenant(story.ports(), {"a", long_name(), LogId{1}})) ==
        "tenant.created");
  CHECK(story.when(prepare_create_workspace(story.ports(), {Story::log, "a", long_name()})) ==
        "workspace.created");
  CHECK(story.when(prepare_create_workspace(story.ports(), {Story::log, "b", long_name() + "x"})) ==
        "refused: invalid_request /name:text");
}

TEST_CASE("a workspace's id is given once", "[administration]") {
  Story story;
  CHECK(story.when(prepare_create_workspace(story.ports(), {Story::log, "admin", "Admins"})) ==
        "workspace.created");
  CHECK(story.when(prepare_create_workspace(story.ports(), {Story::log, "admin", ""})) ==
        "refused: workspace_id_taken");
  CHECK(story.read<WorkspaceState>(Aggregate::kWorkspace, "admin").name == "Admins");
}

TEST_CASE("a workspace needs a well-formed id", "[administration]") {
  Story story;
  CHECK(story.when(prepare_create_workspace(story.ports(), {Story::log, "a/b", ""})) ==
        "refused: invalid_request /id:id");
}
