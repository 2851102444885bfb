#include <algorithm>

#include "api/server/answer_budget.h"
#include "api/transparency/formats.h"
#include "api/transparency/handlers.h"
#include "api/transparency/tree_heads.h"

namespace muster {
namespace {

/// What a name says never changes. For the client's own cache only: the token says who may read.
constexpr std::string_view kForEver = "private, max-age=31536000, immutable";
/// What a tree's node is asked for at once; see TreeNodes.
constexpr std::uint64_t kHashesAtOnce = 128;

Failure no_such_tile() {
  return failure(Errc::kNotFound, "no_such_tile", "the log has no tile of that name");
}

/// The tile of the path, when a tree with `available` hashes at its level has it.
Result<TileName> tile_of(const Context& context, std::uint64_t available) {
  const auto name = parse_tile_name(context.request.path_parameter("tile"));
  if (!name || name->first() + name->width > available) {
    return no_such_tile();
  }
  return *name;
}

Result<Step> immutable_bytes(const Context& context, std::string bytes) {
  MUSTER_TRY(Response response, context.services.answers.json(std::move(bytes)));
  response.content_type = "application/octet-stream";
  response.add_header("Cache-Control", kForEver);
  return Step{std::move(response)};
}

}  // namespace

Result<Step> get_checkpoint(const Context& context) {
  MUSTER_TRY(const auto head, context.services.tree_heads.newest(context.log()));
  Response response = text_response(head->checkpoint);
  response.add_header("Cache-Control", "no-cache");
  return Step{std::move(response)};
}

Result<Step> get_log_key(const Context& context) {
  MUSTER_TRY(const std::string verifier, context.services.tree_heads.verifier(context.log()));
  Response response = text_response(verifier + "\n");
  response.add_header("Cache-Control", "no-cache");
  return Step{std::move(response)};
}

Result<Step> get_tile(const Context& context) {
  const auto level = parse_decimal(context.request.path_parameter("level"));
  if (!level || *level > kTileLevelMax) {
    return no_such_tile();
  }
  const auto height = static_cast<std::uint32_t>(*level * 8);
  MUSTER_TRY(const TileName tile, tile_of(context, context.point.size_of(context.log()) >> height));
  KvTreeNodes nodes = context.services.tree_heads.nodes(context.log(), context.point);
  std::string bytes;
  for (std::uint64_t done = 0; done < tile.width; done += kHashesAtOnce) {
    MUSTER_TRY(
        const std::string hashes,
        nodes.hashes(height, tile.first() + done, std::min(kHashesAtOnce, tile.width - done)));
    bytes += hashes;
  }
  return immutable_bytes(context, std::move(bytes));
}

Result<Step> get_entries(const Context& context) {
  MUSTER_TRY(const TileName tile, tile_of(context, context.point.size_of(context.log())));
  std::string bundle;
  std::uint64_t left = tile.width;
  MUSTER_CHECKED(context.services.log.each_open_part(
      context.log(),
      Position{tile.first()},
      [&](Position, std::string_view open_part) -> Result<bool> {
        append_bundled(bundle, open_part);
        return --left > 0;
      }));
  if (left > 0) {
    return failure(Errc::kCorrupt, "log_incomplete", "entries of the log are missing");
  }
  return immutable_bytes(context, std::move(bundle));
}

}  // namespace muster
