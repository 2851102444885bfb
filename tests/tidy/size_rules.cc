#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/tidy/rules.h"

namespace tidy {

namespace {

struct Function {
  std::size_t first_line;
  std::size_t last_line;
};

// Finds function bodies by counting braces. A brace opens a function when what stands before it,
// back to the last statement, has parameters and is no initializer. Lambdas and local classes
// belong to the function around them.
class FunctionFinder {
 public:
  explicit FunctionFinder(std::string_view code) : code_(code) {}

  std::vector<Function> run() {
    for (at_ = 0; at_ < code_.size(); ++at_) {
      step(code_[at_]);
    }
    return std::move(functions_);
  }

 private:
  enum class Scope { kNames, kFunction, kInitializer };

  void step(char c) {
    if (c == '\n') {
      ++line_;
      if (head_.starts_with('#') && !head_.ends_with('\\')) head_.clear();
    }
    if (c == '{') {
      open();
    } else if (c == '}') {
      close();
    } else if (c == ';' && parens() == 0) {
      head_.clear();
    } else if (!head_.empty() || std::isspace(static_cast<unsigned char>(c)) == 0) {
      head_ += c;
    }
  }

  void open() {
    const bool inside = !scopes_.empty() && scopes_.back() != Scope::kNames;
    const auto scope = inside ? scopes_.back() : scope_of_head();
    scopes_.push_back(scope);
    if (scope == Scope::kFunction && !inside) first_line_ = line_;
    // What follows an initializer may be the rest of the same head: Foo() : a_{1}, b_{2} {
    if (scope != Scope::kInitializer) head_.clear();
  }

  void close() {
    if (scopes_.empty()) return;
    const auto scope = scopes_.back();
    scopes_.pop_back();
    const bool outermost = scopes_.empty() || scopes_.back() == Scope::kNames;
    if (scope == Scope::kFunction && outermost) functions_.push_back({first_line_, line_});
    if (scope != Scope::kInitializer) head_.clear();
  }

  Scope scope_of_head() const {
    const auto end = head_.find_last_not_of(" \n");
    if (end == std::string::npos) return Scope::kNames;
    // An initializer inside an argument list, a default argument for example.
    if (parens() > 0) return Scope::kInitializer;
    const auto paren = head_.find('(');
    if (paren == std::string::npos) {
      return head_.find('=') == std::string::npos ? Scope::kNames : Scope::kInitializer;
    }
    if (is_type_or_namespace(without_template(head_))) return Scope::kNames;
    if (head_[end] == ')' || head_[end] == '}') return Scope::kFunction;
    return is_initializer(end) ? Scope::kInitializer : Scope::kFunction;
  }

  static bool is_type_or_namespace(std::string_view head) {
    constexpr std::array<std::string_view, 5> kWords{
        "namespace", "class", "struct", "union", "enum"};
    return std::any_of(kWords.begin(), kWords.end(), [head](std::string_view word) {
      return head.starts_with(word);
    });
  }

  // The head behind its "template <...>", which may hold words and signs of any kind.
  static std::string_view without_template(std::string_view head) {
    while (head.starts_with("template")) {
      int depth = 0;
      std::size_t at = 0;
      for (; at < head.size(); ++at) {
        if (head[at] == '<') ++depth;
        if (head[at] == '>' && --depth == 0) break;
      }
      head.remove_prefix(std::min(at + 1, head.size()));
      head.remove_prefix(std::min(head.find_first_not_of(" \n"), head.size()));
    }
    return head;
  }

  // `Foo() : a_` and `auto x = f(1) + A` are followed by an initializer; `f() const` and
  // `f() -> T` are not.
  bool is_initializer(std::size_t end) const {
    const auto head = without_template(head_);
    const bool is_operator = head.find("operator") != std::string_view::npos;
    if (!is_operator && head.find('=') < head.find('(')) return true;
    const auto tail = std::string_view(head_).substr(head_.rfind(')', end) + 1);
    if (tail.find("->") != std::string_view::npos) return false;
    for (std::size_t i = 0; i < tail.size(); ++i) {
      if (tail.substr(i).starts_with("::")) {
        ++i;
      } else if (tail[i] == ':' || tail[i] == ',' || tail[i] == '=') {
        return true;
      }
    }
    return false;
  }

  std::ptrdiff_t parens() const {
    return std::count(head_.begin(), head_.end(), '(') -
           std::count(head_.begin(), head_.end(), ')');
  }

  std::string_view code_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t first_line_ = 1;
  std::string head_;
  std::vector<Scope> scopes_;
  std::vector<Function> functions_;
};

bool is_test(const Source& source) {
  return source.path.starts_with("tests/");
}

}  // namespace

Findings file_length(const Source& source) {
  // 400 lines are what one reads in a sitting; a test file lists many small stories.
  const std::size_t lines_max = is_test(source) ? 600 : 400;
  if (!is_cpp(source.path) || is_generated(source)) return {};
  const auto lines = lines_of(source.text).size();
  if (lines <= lines_max) return {};
  return {{source.path,
           lines_max + 1,
           "file-length",
           std::to_string(lines) + " lines, at most " + std::to_string(lines_max)}};
}

Findings function_length(const Source& source) {
  const std::size_t lines_max = is_test(source) ? 100 : 70;
  if (!is_cpp(source.path) || is_generated(source)) return {};
  Findings findings;
  const auto code = blanked(source.text, Blank::kStringsAndComments);
  for (const auto& function : FunctionFinder(code).run()) {
    const auto lines = function.last_line - function.first_line + 1;
    if (lines <= lines_max) continue;
    findings.push_back({source.path,
                        function.first_line,
                        "function-length",
                        std::to_string(lines) + " lines, at most " + std::to_string(lines_max)});
  }
  return findings;
}

}  // namespace tidy
