/// Decides whether an instance fits a schema; the fast path of every write. The decision is
/// valijson's, through our adapter, with constraints of ours for the keywords that valijson 1.0
/// would get wrong. It says yes or no and nothing else: explainer.h says why not.
#pragma once

#include <memory>

#include "engine/core/json.h"
#include "engine/schemas/schema_node.h"
#include "engine/schemas/work.h"

namespace muster {

/// Immutable; deciding is safe from several threads at once.
class Decider {
 public:
  /// `root` must outlive this.
  explicit Decider(const SchemaNode& root);
  ~Decider();
  Decider(const Decider&) = delete;
  Decider& operator=(const Decider&) = delete;

  /// False also when the budget does not suffice; `work` says so then.
  [[nodiscard]] bool accepts(JsonValue instance, Work& work) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace muster
