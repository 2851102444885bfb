/// check(): an assertion that stays on in release. It guards against our own bugs and is never
/// reached by user input; when it fails the process says where and aborts, because a directory
/// that is wrong must not go on answering.
#pragma once

#include <string_view>

namespace muster {

/// Where a check stands. Not std::source_location, which clang 14 does not know.
struct CodePlace {
  const char* file;
  int line;
  const char* function;
};

[[noreturn]] void check_failed(std::string_view what, const CodePlace& place);

inline void check(bool condition,
                  std::string_view what,
                  const char* file = __builtin_FILE(),
                  int line = __builtin_LINE(),
                  const char* function = __builtin_FUNCTION()) {
  if (!condition) [[unlikely]] {
    check_failed(what, {file, line, function});
  }
}

}  // namespace muster
