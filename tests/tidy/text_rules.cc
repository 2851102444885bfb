#include <algorithm>
#include <cctype>
#include <regex>
#include <string>
#include <string_view>

#include "tests/tidy/rules.h"

namespace tidy {

namespace {

// Calls found(line number, match) for each match in each line. Line by line, because std::regex
// recurses once per character.
template <class Found>
void search_lines(std::string_view text, const std::regex& pattern, Found found) {
  std::size_t number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    for (auto it = std::cregex_iterator(line.data(), line.data() + line.size(), pattern);
         it != std::cregex_iterator();
         ++it) {
      found(number, *it);
    }
  }
}

// Where the expression ends that an offset lies in: at the ';' of its statement or at the bracket
// that closes around it.
std::size_t end_of_expression(std::string_view code, std::size_t at) {
  int depth = 0;
  for (; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    if (depth < 0 || (depth == 0 && c == ';')) return at;
  }
  return code.size();
}

// Whether a lambda that captures stands in a piece of code: brackets with something in them, which
// follow neither a value (an index) nor a bracket (an attribute), and a parameter list or a body.
bool has_capturing_lambda(std::string_view code) {
  for (auto open = code.find('['); open != std::string_view::npos;
       open = code.find('[', open + 1)) {
    const auto close = code.find(']', open);
    if (close == std::string_view::npos) return false;
    const auto before = code.substr(0, open).find_last_not_of(" \n");
    const auto inside = code.substr(open + 1, close - open - 1);
    const auto after = code.find_first_not_of(" \n", close + 1);
    if (inside.find_first_not_of(" \n") == std::string_view::npos) continue;
    if (after == std::string_view::npos || (code[after] != '(' && code[after] != '{')) continue;
    if (before == std::string_view::npos) return true;
    const char c = code[before];
    const bool value =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ')' || c == ']';
    if (!value && c != '[') return true;
  }
  return false;
}

}  // namespace

Findings non_ascii(const Source& source) {
  if (!is_cpp(source.path)) return {};
  const bool test = source.path.starts_with("tests/");
  const auto text = test ? blanked(source.text, Blank::kStrings) : source.text;
  Findings findings;
  std::size_t number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    const bool ascii = std::all_of(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii) findings.push_back({source.path, number, "non-ascii", "write it in ASCII"});
  }
  return findings;
}

Findings leftover(const Source& source) {
  // In pieces, so that the rule does not find itself.
  static const std::regex kMarkers(
      "\\b("
      "FIX"
      "ME|X"
      "XX|HA"
      "CK|TO"
      "DO(?![( ]#[0-9]))\\b");
  Findings findings;
  search_lines(source.text, kMarkers, [&](std::size_t line, const std::cmatch& match) {
    findings.push_back({source.path, line, "leftover", match.str() + ": do it or open an issue"});
  });
  return findings;
}

Findings machine_path(const Source& source) {
  static const std::regex kPaths("(^|[^A-Za-z0-9._~*)}/-])/(work|home|root|Users)/[A-Za-z]");
  Findings findings;
  search_lines(source.text, kPaths, [&](std::size_t line, const std::cmatch&) {
    findings.push_back({source.path, line, "machine-path", "exists on one machine only"});
  });
  return findings;
}

Findings await_lambda(const Source& source) {
  if (!is_cpp(source.path)) return {};
  Findings findings;
  const auto code = blanked(source.text, Blank::kStringsAndComments);
  constexpr std::string_view kAwait = "co_await";
  for (auto at = code.find(kAwait); at != std::string::npos; at = code.find(kAwait, at + 1)) {
    // The line from its beginning, because the lambda may stand before the co_await.
    const auto begin = code.rfind('\n', at) + 1;
    const auto end = end_of_expression(code, at);
    if (has_capturing_lambda(std::string_view(code).substr(begin, end - begin))) {
      findings.push_back({source.path,
                          line_at(code, at),
                          "await-lambda",
                          "name the lambda before the expression that awaits"});
    }
  }
  return findings;
}

}  // namespace tidy
