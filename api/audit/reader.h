/// Who reads, what of it may be shown, and what was.
#pragma once

#include <map>
#include <set>
#include <string>

#include "api/directory/operation.h"

namespace muster {

/// One request for history.
class HistoryReader {
 public:
  static Result<HistoryReader> of(const Context& context);

  /// Whether personal values may be shown.
  [[nodiscard]] bool shows_personal() const { return shows_personal_; }

  /// Personal values of this stream are part of the answer.
  void shown(StreamId person) { persons_.insert(person); }

  /// Writes down that `operation` was answered, and gives the answer. Nothing is shown to whom
  /// cannot be recorded.
  Result<Step> answer(std::string_view operation, std::string json) const;

  /// Writes down that `operation` was answered; answer() does it too.
  [[nodiscard]] Result<void> note(std::string_view operation) const;

  /// The id of a client as it was made; empty when there is no such stream.
  Result<std::string> client_id(StreamId client);

 private:
  explicit HistoryReader(const Context& context) : context_{context} {}

  const Context& context_;
  bool shows_personal_ = false;
  std::set<StreamId> persons_;
  std::map<StreamId, std::string> client_ids_;
};

}  // namespace muster
