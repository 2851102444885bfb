/// Holds requests and answers of tests to the OpenAPI document.
///
/// Checked: that path, method and status are documented, names of query parameters of requests that
/// succeeded, the required headers of answers, media types, and bodies: those of answers without a
/// member that is not documented, those of requests that succeeded with `null` for any optional
/// member. Bodies of lines are checked line by line in answers only: a request of lines may have
/// wrong ones. Not checked: values of parameters, request headers, answers to HEAD and OPTIONS.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muster::test {

/// One request and its answer.
struct Exchange {
  std::string_view method;
  std::string_view target;
  std::string_view body = {};
  int status = 0;
  std::string_view content_type = {};
  std::string_view answer = {};
  /// A header of the answer; empty when it has none of that name.
  std::function<std::string(std::string_view)> header = {};
};

/// Any thread.
class Checker {
 public:
  explicit Checker(std::string_view document);
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;
  ~Checker();

  /// What contradicts the document; nothing for paths outside the administration API.
  [[nodiscard]] std::vector<std::string> faults(const Exchange& exchange);

  /// Throws std::runtime_error with the faults, if there are any.
  void check(const Exchange& exchange);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::test
