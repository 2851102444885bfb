/// application/x-www-form-urlencoded bodies (WHATWG URL, section 5.1).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

/// `+` is a space, `%xx` a byte; other percent signs stand for themselves.
std::string decode_form_value(std::string_view text);

class Form {
 public:
  explicit Form(std::string_view body);
  [[nodiscard]] bool has(std::string_view name) const;
  /// Of several with one name the first; empty when there is none.
  [[nodiscard]] std::string value(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> members_;
};

}  // namespace muster
