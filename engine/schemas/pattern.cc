#include "engine/schemas/pattern.h"

#include <charconv>
#include <optional>
#include <utility>

#include <re2/re2.h>

namespace muster {

namespace {

constexpr std::size_t kPatternBytesMax = 1024;

// Program and state cache of one pattern. 2 MiB is the least that holds \p{L}{1,100}, which people
// write for names.
constexpr std::int64_t kPatternMemoryBytesMax = std::int64_t{2} * 1024 * 1024;

Failure cannot_run(std::string_view why) {
  return failure(Errc::kInvalid, "pattern", why);
}

/// Rewrites an expression from left to right. Escapes that both dialects read alike, and mistakes,
/// are left to RE2.
class Translator {
 public:
  explicit Translator(std::string_view spelled) : spelled_{spelled} {}

  Result<std::string> run() {
    while (at_ < spelled_.size()) {
      const char c = spelled_[at_];
      if (c == '\\') {
        MUSTER_CHECKED(escape());
      } else if (c == '[' && !in_class_) {
        MUSTER_CHECKED(open_class());
      } else if (c == ']') {
        in_class_ = false;
        copy(1);
      } else if (!in_class_ && is_named_group()) {
        out_.append("(?P<");
        at_ += 3;
      } else {
        copy(1);
      }
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] char ahead(std::size_t distance) const {
    return at_ + distance < spelled_.size() ? spelled_[at_ + distance] : '\0';
  }

  void copy(std::size_t count) {
    out_.append(spelled_.substr(at_, count));
    at_ += count;
  }

  void put_code_point(std::uint32_t code_point) {
    char digits[8];
    const auto end = std::to_chars(digits, digits + sizeof digits, code_point, 16).ptr;
    out_.append("\\x{").append(digits, end).append("}");
  }

  // (?<name> but neither (?<= nor (?<!, which RE2 refuses by itself.
  [[nodiscard]] bool is_named_group() const {
    return spelled_.substr(at_).starts_with("(?<") && ahead(3) != '=' && ahead(3) != '!';
  }

  Result<void> open_class() {
    in_class_ = true;
    const std::size_t first = ahead(1) == '^' ? 2 : 1;
    // Empty for ECMA-262, but RE2 would take the bracket for a member of the class.
    if (ahead(first) == ']') return cannot_run("an empty character class");
    copy(first);
    return {};
  }

  Result<void> escape() {
    const char escaped = ahead(1);
    if (escaped == 'u') return unicode_escape();
    if (escaped == 'c') return control_escape();
    if (escaped >= '1' && escaped <= '9') return cannot_run("a back reference");
    if (escaped == 'k') return cannot_run("a named back reference");
    // RE2 knows these two, but they would escape this translation and UTF-8.
    if (escaped == 'Q' || escaped == 'C') return cannot_run("the escapes \\Q and \\C");
    if (escaped == 'b' && in_class_) {
      put_code_point(8);
      at_ += 2;
      return {};
    }
    copy(2);
    return {};
  }

  Result<void> control_escape() {
    const char letter = ahead(2);
    const bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    if (!is_letter) return cannot_run("an escape \\c without a letter");
    put_code_point(static_cast<unsigned char>(letter) % 32U);
    at_ += 3;
    return {};
  }

  Result<void> unicode_escape() {
    if (ahead(2) == '{') {
      const std::size_t close = spelled_.find('}', at_);
      const auto digits =
          spelled_.substr(at_ + 3, close == std::string_view::npos ? 0 : close - at_ - 3);
      const auto code_point = hex(digits);
      if (!code_point || *code_point > 0x10FFFF) return cannot_run("an unfinished \\u escape");
      put_code_point(*code_point);
      at_ = close + 1;
      return {};
    }
    auto unit = unit_at(at_);
    if (!unit) return cannot_run("an unfinished \\u escape");
    at_ += 6;
    if (*unit >= 0xD800 && *unit < 0xE000) {
      const auto low = unit_at(at_);
      if (*unit >= 0xDC00 || !low || *low < 0xDC00 || *low >= 0xE000) {
        return cannot_run("half a surrogate pair");
      }
      unit = 0x10000 + ((*unit - 0xD800) << 10U) + (*low - 0xDC00);
      at_ += 6;
    }
    put_code_point(*unit);
    return {};
  }

  [[nodiscard]] std::optional<std::uint32_t> unit_at(std::size_t at) const {
    const std::string_view escape = at < spelled_.size() ? spelled_.substr(at, 6) : "";
    if (escape.size() != 6 || !escape.starts_with("\\u")) return std::nullopt;
    return hex(escape.substr(2));
  }

  static std::optional<std::uint32_t> hex(std::string_view digits) {
    std::uint32_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, number, 16);
    if (digits.empty() || error != std::errc{} || stopped != end) return std::nullopt;
    return number;
  }

  std::string_view spelled_;
  std::size_t at_ = 0;
  bool in_class_ = false;
  std::string out_;
};

}  // namespace

Result<std::string> translate_pattern(std::string_view spelled) {
  return Translator{spelled}.run();
}

Pattern::Pattern(std::shared_ptr<const re2::RE2> program)
    : program_{std::move(program)},
      instructions_{static_cast<std::uint64_t>(program_->ProgramSize())} {}

Result<Pattern> Pattern::compile(std::string_view spelled) {
  if (spelled.size() > kPatternBytesMax) return cannot_run("more than 1,024 bytes");
  MUSTER_TRY(const std::string translated, translate_pattern(spelled));
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kPatternMemoryBytesMax);
  auto program = std::make_shared<const re2::RE2>(translated, options);
  if (!program->ok()) return cannot_run(program->error());
  return Pattern{std::move(program)};
}

bool Pattern::matches(std::string_view text) const {
  const re2::StringPiece piece{text.data(), text.size()};
  return program_->Match(piece, 0, piece.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

}  // namespace muster
