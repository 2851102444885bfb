/// StatesAt: the states of one published point, as a Decide reads them. Lets a command be tried
/// out while it is prepared.
#pragma once

#include <memory>
#include <unordered_map>

#include "engine/sequencer/command.h"
#include "projections/published.h"

namespace muster {

/// One thread. States found stay valid as long as this object, which keeps all of them.
class StatesAt final : public StateReader {
 public:
  /// `kv` and `views` outlive this object.
  StatesAt(const Kv& kv, const Views& views, std::shared_ptr<const ReadPoint> point)
      : kv_{kv}, views_{views}, point_{std::move(point)} {}

  Result<const AnyState*> find(const StateAddress& address) override;
  Result<Counters> counters(const std::string& key) override;

  [[nodiscard]] const Views& views() const override { return views_; }

 private:
  const Kv& kv_;
  const Views& views_;
  std::shared_ptr<const ReadPoint> point_;
  std::unordered_map<StateAddress, AnyState> found_;
};

}  // namespace muster
