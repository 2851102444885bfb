#include "api/server/answer_budget.h"

#include <utility>

namespace muster {
namespace {

/// The text of an answer, counted for as long as it lives.
struct Held {
  Held(std::string given, std::shared_ptr<std::atomic<std::size_t>> counter)
      : text{std::move(given)}, bytes{std::move(counter)} {}

  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  ~Held() { *bytes -= text.size(); }

  std::string text;
  std::shared_ptr<std::atomic<std::size_t>> bytes;
};

}  // namespace

Result<Response> AnswerBudget::json(std::string text) {
  if (text.size() < kCountedBytesMin) {
    return json_response(std::move(text));
  }
  const std::size_t size = text.size();
  const std::size_t before = held_bytes_->fetch_add(size);
  auto held = std::make_shared<const Held>(std::move(text), held_bytes_);
  if (before > 0 && before + size > kHeldBytesMax) {
    return failure(Errc::kUnavailable,
                   "server_busy",
                   "too many large answers wait to be read; try again, with a smaller limit");
  }
  const std::string_view body = held->text;
  return shared_json_response(std::move(held), body);
}

}  // namespace muster
