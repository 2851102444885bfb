#include "api/transparency/handlers.h"
#include "api/transparency/tree_heads.h"
#include "engine/core/bytes.h"
#include "engine/core/instant.h"
#include "engine/core/json_writer.h"
#include "storage/epoch_history.h"

namespace muster {

/// For whoever holds a tree head or receipt from before a restore: up to which size it is still
/// true of the log, and under which name the log goes on.
Result<Step> get_log_epochs(const Context& context) {
  MUSTER_TRY(const std::string verifier, context.services.tree_heads.verifier(context.log()));
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("epoch", raw(context.point.epoch));
  writer.member("origin", std::string_view{verifier}.substr(0, verifier.find('+')));
  writer.member("verifier", verifier);
  writer.key("ended");
  writer.begin_array();
  if (context.point.epochs) {
    for (const auto& [epoch, how] : context.point.epochs->ended()) {
      const auto end = how.logs.find(context.log());
      const LogEnd none{0, empty_tree_root()};
      const LogEnd& last = end == how.logs.end() ? none : end->second;
      writer.begin_object();
      writer.member("epoch", raw(epoch));
      writer.member("ended", to_rfc3339(how.ended));
      writer.member("size", last.size);
      writer.member("root", to_base64(as_view(last.root)));
      writer.end_object();
    }
  }
  writer.end_array();
  writer.end_object();
  Response response = json_response(std::move(json));
  response.add_header("Cache-Control", "no-cache");
  return Step{std::move(response)};
}

}  // namespace muster
