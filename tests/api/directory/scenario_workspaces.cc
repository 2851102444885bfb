#include "tests/api/directory/scenario.h"

namespace muster::test {
namespace {

constexpr std::string_view kWrongTag = R"("0.999")";

/// Only the admin family has it.
Scene admin(Scene scene) {
  scene.admin_only = true;
  return scene;
}

}  // namespace

// A scene reads best on few lines.
// clang-format off

std::vector<Scene> workspace_scenes() {
  return {
      {"listWorkspacePools", 200, "pools of a workspace are listed", Method::kGet,
       "/workspace/default/pools"},
      {"listWorkspacePools", 400, "the limit is no number", Method::kGet,
       "/workspace/default/pools?limit=many"},
      {"listWorkspacePools", 404, "there is no such workspace", Method::kGet,
       "/workspace/nowhere/pools"},
      admin({"createWorkspacePool", 201, "a pool is created in a workspace and connected with it",
       Method::kPost, "/workspace/default/pools?with_idp=true",
       R"({"tenant_id":"default","id":"{p}W","name":"{p}W"})"}),
      admin({"createWorkspacePool", 409, "its id is taken", Method::kPost,
       "/workspace/default/pools", R"({"tenant_id":"default","id":"{p}W","name":"{p}X"})"}),
      admin({"createWorkspacePool", 404, "there is no such workspace", Method::kPost,
       "/workspace/nowhere/pools", R"({"tenant_id":"default","name":"{p}X"})"}),
      admin({"createWorkspacePool", 422, "its name has a space", Method::kPost,
       "/workspace/default/pools", R"({"name":"a b"})"}),
      admin({"listUserWorkspacePools", 200, "pools whose users sign in to the workspace are listed",
       Method::kGet, "/workspace/default/user/pools"}),
      admin({"listUserWorkspacePools", 400, "it is no cursor of ours", Method::kGet,
       "/workspace/default/user/pools?cursor=%21"}),
      admin({"listWorkspaceSchemas", 200, "schemas that its pools use are listed", Method::kGet,
       "/workspace/default/schemas"}),
      admin({"getWorkspaceSchema", 200, "a schema that its pools use is read", Method::kGet,
       "/workspace/default/schemas/default_payload"}),
      admin({"getWorkspaceSchema", 404, "none of its pools uses the schema", Method::kGet,
       "/workspace/default/schemas/nowhere"}),
      admin({"deleteWorkspacePool", 404, "the pool belongs to no workspace", Method::kDelete,
       "/workspace/default/pools/{p}"}),
      admin({"deleteWorkspacePool", 412, "it is not the version asked for", Method::kDelete,
       "/workspace/default/pools/{p}W", {}, "If-Match", kWrongTag}),
      admin({"deleteWorkspacePool", 204, "a pool of the workspace is deleted", Method::kDelete,
       "/workspace/default/pools/{p}W?with_idp=true"}),
  };
}

std::vector<Scene> delegated_scenes() {
  constexpr std::string_view kUsers = "/b2b/pools/{p}/users";
  constexpr std::string_view kAda = "/b2b/pools/{p}/users/ada";
  constexpr std::string_view kAdmin = "/pools/{p}/users/bob/metadata/admin";
  return {
      admin({"checkPoolPermissions", 200, "the caller learns what it may do", Method::kGet,
       "/pools/{p}/permissions"}),
      admin({"checkPoolPermissions", 412, "it is not the answer asked for", Method::kGet,
       "/pools/{p}/permissions", {}, "If-Match", kWrongTag}),
      admin({"setUserMetadata", 200, "metadata is replaced", Method::kPut, kAdmin,
       R"({"metadata":{"team":"blue"}})"}),
      admin({"setUserMetadata", 400, "the metadata is no object", Method::kPut, kAdmin,
       R"({"metadata":7})"}),
      admin({"setUserMetadata", 404, "there is no such user", Method::kPut,
       "/pools/{p}/users/nobody/metadata/admin", R"({"metadata":{}})"}),
      admin({"setUserMetadata", 412, "somebody else was first", Method::kPut, kAdmin,
       R"({"metadata":{}})", "If-Match", kWrongTag}),
      admin({"setUserMetadata", 422, "the metadata is missing", Method::kPut, kAdmin, "{}"}),
      admin({"getUserMetadata", 200, "metadata is read", Method::kGet, kAdmin}),
      admin({"getUserMetadata", 400, "there is no such kind of metadata", Method::kGet,
       "/pools/{p}/users/bob/metadata/other"}),
      admin({"getUserMetadata", 404, "there is no such user", Method::kGet,
       "/pools/{p}/users/nobody/metadata/admin"}),
      admin({"getUserMetadata", 412, "it is not the version asked for", Method::kGet, kAdmin, {},
       "If-Match", kWrongTag}),
      admin({"createB2BUser", 201, "a user is created without metadata", Method::kPost, kUsers,
       R"({"status":"active","id":"ada","payload":{"given_name":"A","family_name":"B","name":"C"}})"}),
      admin({"createB2BUser", 409, "its id is taken", Method::kPost, kUsers,
       R"({"status":"new","id":"ada"})"}),
      admin({"createB2BUser", 422, "a status is needed", Method::kPost, kUsers, "{}"}),
      admin({"listUsersB2B", 200, "users are listed without metadata", Method::kGet, kUsers}),
      admin({"listUsersB2B", 400, "the query is no JSON", Method::kGet,
       "/b2b/pools/{p}/users?query=x"}),
      admin({"getB2BUser", 200, "a user is read without metadata", Method::kGet, kAda}),
      admin({"getB2BUser", 404, "there is no such user", Method::kGet,
       "/b2b/pools/{p}/users/nobody"}),
      admin({"updateB2BUser", 200, "a user is changed", Method::kPut, kAda,
       R"({"status":"inactive"})"}),
      admin({"updateB2BUser", 404, "there is no such user", Method::kPut,
       "/b2b/pools/{p}/users/nobody", R"({"status":"active"})"}),
      admin({"updateB2BUser", 412, "somebody else was first", Method::kPut, kAda,
       R"({"status":"active"})", "If-Match", kWrongTag}),
      admin({"updateB2BUser", 422, "there is no such status", Method::kPut, kAda,
       R"({"status":"asleep"})"}),
      admin({"deleteB2BUser", 412, "it is not the version asked for", Method::kDelete, kAda, {},
       "If-Match", kWrongTag}),
      admin({"deleteB2BUser", 204, "a user is deleted", Method::kDelete, kAda}),
      admin({"deleteB2BUser", 404, "there is no such user", Method::kDelete, kAda}),
  };
}

// clang-format on

}  // namespace muster::test
