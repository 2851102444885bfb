#include "api/http/reply.h"

#include "engine/core/check.h"

namespace muster {
namespace {

class FunctionSink final : public ReplySink {
 public:
  explicit FunctionSink(std::function<void(Response)> answer) : answer_{std::move(answer)} {}

  void deliver(Response response) override { answer_(std::move(response)); }

  void abandoned() override { answer_(empty_response(500)); }

 private:
  std::function<void(Response)> answer_;
};

}  // namespace

Reply Reply::to(std::function<void(Response)> answer) {
  return Reply{std::make_shared<FunctionSink>(std::move(answer))};
}

Reply::~Reply() {
  if (sink_) sink_->abandoned();
}

void Reply::operator()(Response response) {
  check(sink_ != nullptr, "a request was answered twice");
  // Let go of it first: the sink may destroy this object.
  const auto sink = std::move(sink_);
  sink->deliver(std::move(response));
}

}  // namespace muster
