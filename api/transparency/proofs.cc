#include <algorithm>

#include "api/server/answer_budget.h"
#include "api/transparency/formats.h"
#include "api/transparency/handlers.h"
#include "api/transparency/receipts.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

/// A number of the query; the size of the newest head when it may be left out and is.
Result<std::uint64_t> number_in(const Context& context, std::string_view name, bool needed) {
  const auto text = context.request.query_parameter(name);
  if (!text && !needed) {
    MUSTER_TRY(const auto head, context.services.tree_heads.newest(context.log()));
    return head->size;
  }
  const auto number = text ? parse_decimal(*text) : std::nullopt;
  if (!number) {
    return failure_at(
        Errc::kInvalidSyntax, "invalid_parameter", name, "must be a number in decimal digits");
  }
  return *number;
}

/// Of a tree that nobody can see yet nothing is proven.
Result<void> check_published(const Context& context, std::string_view name, std::uint64_t size) {
  // The head may be newer than the point that the request reads at.
  const auto point = context.services.published.now();
  if (size > point->size_of(context.log())) {
    return failure_at(
        Errc::kInvalid, "no_such_tree", name, "the log has not grown to that size yet");
  }
  return {};
}

void write_hashes(JsonWriter& writer, const Proof& proof) {
  writer.key("hashes");
  writer.begin_array();
  for (const Digest& hash : proof) {
    writer.string(to_base64(as_view(hash)));
  }
  writer.end_array();
}

Result<Step> json_step(const Context& context, std::string json) {
  MUSTER_TRY(Response response, context.services.answers.json(std::move(json)));
  response.add_header("Cache-Control", "no-store");
  return Step{std::move(response)};
}

Result<Digest> leaf_at(KvTreeNodes& nodes, std::uint64_t position) {
  MUSTER_TRY(const std::string bytes, nodes.hashes(0, position, 1));
  Digest leaf{};
  std::ranges::copy(bytes, leaf.begin());
  return leaf;
}

}  // namespace

Result<Step> get_proof(const Context& context) {
  const auto position = parse_decimal(context.request.path_parameter("position"));
  if (!position || *position >= context.point.size_of(context.log())) {
    return failure(Errc::kNotFound, "no_such_position", "the log has no event at that position");
  }
  MUSTER_TRY(std::string proof,
             prove_position(context.services.tree_heads, context.log(), *position));
  Response response = text_response(std::move(proof));
  response.add_header("Cache-Control", "no-cache");
  response.add_header("Content-Disposition",
                      "attachment; filename=\"" + std::to_string(*position) + ".tlog-proof\"");
  return Step{std::move(response)};
}

Result<Step> prove_inclusion(const Context& context) {
  MUSTER_TRY(const std::uint64_t position, number_in(context, "position", true));
  MUSTER_TRY(const std::uint64_t size, number_in(context, "size", false));
  MUSTER_CHECKED(check_published(context, "size", size));
  if (position >= size) {
    return failure_at(
        Errc::kInvalid, "no_such_leaf", "position", "the tree ends before that position");
  }
  KvTreeNodes nodes =
      context.services.tree_heads.nodes(context.log(), *context.services.published.now());
  MUSTER_TRY(const Digest leaf, leaf_at(nodes, position));
  MUSTER_TRY(const Digest root, tree_root(nodes, size));
  MUSTER_TRY(const Proof proof, inclusion_proof(nodes, position, size));
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("position", position);
  writer.member("size", size);
  writer.member("leaf", to_base64(as_view(leaf)));
  writer.member("root", to_base64(as_view(root)));
  write_hashes(writer, proof);
  writer.end_object();
  return json_step(context, std::move(json));
}

Result<Step> prove_consistency(const Context& context) {
  MUSTER_TRY(const std::uint64_t from, number_in(context, "from", true));
  MUSTER_TRY(const std::uint64_t to, number_in(context, "to", false));
  MUSTER_CHECKED(check_published(context, "to", to));
  if (from > to) {
    return failure_at(
        Errc::kInvalid, "no_such_tree", "from", "the earlier tree is larger than the later one");
  }
  KvTreeNodes nodes =
      context.services.tree_heads.nodes(context.log(), *context.services.published.now());
  MUSTER_TRY(const Digest before, tree_root(nodes, from));
  MUSTER_TRY(const Digest after, tree_root(nodes, to));
  MUSTER_TRY(const Proof proof, consistency_proof(nodes, from, to));
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("from", from);
  writer.member("to", to);
  writer.member("from_root", to_base64(as_view(before)));
  writer.member("to_root", to_base64(as_view(after)));
  write_hashes(writer, proof);
  writer.end_object();
  return json_step(context, std::move(json));
}

}  // namespace muster
