#include "api/import/ldif_reader.h"

#include <algorithm>
#include <utility>

#include "api/import/text.h"
#include "engine/core/bytes.h"
#include "engine/text/utf8.h"

namespace muster {

namespace {

Failure malformed(std::string_view rule, std::string_view reason) {
  return failure(Errc::kInvalidSyntax, rule, reason);
}

Failure too_large(std::string_view reason) {
  return failure(Errc::kTooLarge, "ldif_too_large", reason);
}

bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool is_key_character(char byte) {
  return is_letter(byte) || is_digit(byte) || byte == '-';
}

// RFC 2849 AttributeType: a name or a dotted number. An underscore is not allowed by it, but
// directories with old schemas print it.
bool is_attribute_type(std::string_view text) {
  if (text.empty() || !(is_letter(text[0]) || is_digit(text[0]))) {
    return false;
  }
  const bool dotted = is_digit(text[0]);
  return std::all_of(text.begin(), text.end(), [dotted](char byte) {
    return dotted ? is_digit(byte) || byte == '.' : is_key_character(byte) || byte == '_';
  });
}

bool is_option(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_key_character);
}

Result<LdifAttribute> parse_description(std::string_view text) {
  const auto bad = [] {
    return malformed("ldif_attribute_name",
                     "an attribute name is made of letters, digits and '-', and its options "
                     "follow it after ';'");
  };
  LdifAttribute attribute;
  const auto name_end = std::min(text.find(';'), text.size());
  attribute.spelling = std::string{text.substr(0, name_end)};
  if (!is_attribute_type(attribute.spelling)) {
    return bad();
  }
  attribute.name = ascii_lower(attribute.spelling);
  std::size_t at = name_end;
  while (at < text.size()) {
    const auto end = std::min(text.find(';', at + 1), text.size());
    const std::string_view option = text.substr(at + 1, end - at - 1);
    if (!is_option(option)) {
      return bad();
    }
    attribute.options.emplace_back(option);
    at = end;
  }
  return attribute;
}

std::string_view without_leading_spaces(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

// `text` is what follows the first colon of a line.
Result<std::string> parse_value(std::string_view text) {
  if (text.starts_with('<')) {
    return failure(Errc::kInvalid,
                   "ldif_url_refused",
                   "values by URL (':<') are refused; put the value itself into the file");
  }
  if (text.starts_with(':')) {
    auto decoded = from_base64(trimmed(text.substr(1)));
    if (!decoded) {
      return malformed("ldif_base64", "the value after '::' is not base64");
    }
    return *std::move(decoded);
  }
  text = without_leading_spaces(text);
  if (!is_valid_utf8(text) || text.find('\0') != std::string_view::npos) {
    return malformed("ldif_not_utf8",
                     "a value that is not UTF-8 text must be written in base64 ('::')");
  }
  return std::string{text};
}

// RFC 2849 value-spec after an attribute description.
Result<LdifAttribute> parse_attribute(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) {
    return malformed("ldif_no_colon", "a line must be 'name: value'");
  }
  MUSTER_TRY(LdifAttribute attribute, parse_description(line.substr(0, colon)));
  MUSTER_TRY(attribute.value, parse_value(line.substr(colon + 1)));
  return attribute;
}

Result<std::string> parse_dn(std::string_view line) {
  MUSTER_TRY(LdifAttribute attribute, parse_attribute(line));
  if (attribute.name != "dn" || !attribute.options.empty()) {
    return malformed("ldif_no_dn", "an entry must begin with 'dn:'");
  }
  if (!is_valid_utf8(attribute.value)) {
    return malformed("ldif_not_utf8", "the DN is not UTF-8");
  }
  return std::move(attribute.value);
}

Result<> check_belongs(const LdifAttribute& attribute) {
  if (attribute.name == "changetype" || attribute.name == "control") {
    return failure(Errc::kInvalid,
                   "ldif_change_refused",
                   "change records are refused; export the entries themselves");
  }
  if (attribute.name == "dn") {
    return malformed("ldif_second_dn", "a second 'dn:' in one entry; a blank line is missing");
  }
  return {};
}

Result<> add_line(LdifEntry& entry, std::string_view line) {
  MUSTER_TRY(LdifAttribute attribute, parse_attribute(line));
  MUSTER_CHECKED(check_belongs(attribute));
  entry.attributes.push_back(std::move(attribute));
  return {};
}

// An entry that grows, within its bounds. The first failure stays.
struct GrowingEntry {
  LdifEntry entry;
  std::size_t bytes = 0;
  std::size_t physical_lines = 0;
  std::optional<Failure> failure;

  void fail(Failure why) {
    failure = std::move(why);
    entry.attributes = {};
  }

  void count(std::size_t line_bytes, std::size_t lines) {
    bytes += line_bytes;
    physical_lines += lines;
    if (bytes > kLdifEntryBytesMax || physical_lines > kLdifEntryLinesMax) {
      fail(too_large("an entry may have 4 MiB and 100,000 lines"));
    }
  }

  void add(std::string_view line, bool first) {
    if (first) {
      if (auto dn = parse_dn(line); dn) {
        entry.dn = *std::move(dn);
      } else {
        fail(std::move(dn).error());
      }
    } else if (auto added = add_line(entry, line); !added) {
      fail(std::move(added).error());
    }
  }
};

}  // namespace

LdifReader::LogicalLine LdifReader::unfold(const LineSource::Line& first) {
  LogicalLine line{.text = std::string{first.text}, .number = first.number};
  bool too_long = first.too_long;
  while (lines_.next_begins_with(' ')) {
    const auto part = lines_.next();
    ++line.physical_lines;
    too_long = too_long || part->too_long;
    if (too_long || line.text.size() + part->text.size() > kImportLineBytesMax) {
      too_long = true;
      continue;
    }
    line.text.append(part->text.substr(1));
  }
  if (too_long) {
    // Kept non-empty: an empty line would end the entry.
    line.text = "-";
    line.failure = too_large("a line may have 1 MiB");
  }
  return line;
}

std::optional<LdifReader::LogicalLine> LdifReader::next_line() {
  while (const auto first = lines_.next()) {
    if (first->text.empty() && !first->too_long) {
      return LogicalLine{.text = {}, .number = first->number};
    }
    const bool comment = first->text.starts_with('#');
    // `unfold` takes every line that continues another, so this one continues none.
    const bool nothing_to_continue = first->text.starts_with(' ');
    LogicalLine line = unfold(*first);
    if (comment) {
      continue;
    }
    if (nothing_to_continue) {
      line.failure = malformed("ldif_fold", "a line that begins with a space continues no line");
    }
    return line;
  }
  return std::nullopt;
}

std::optional<LdifRecord> LdifReader::next() {
  while (!finished_) {
    auto line = next_line();
    if (!line) {
      finished_ = true;
      break;
    }
    if (line->text.empty() && !line->failure) {
      continue;
    }
    const bool version_here = std::exchange(version_possible_, false) && !line->failure &&
                              equal_ignoring_ascii_case(line->text.substr(0, 8), "version:");
    if (!version_here) {
      return read_entry(*std::move(line));
    }
    if (trimmed(std::string_view{line->text}.substr(8)) != "1") {
      finished_ = true;
      return RowFailure{
          .line = line->number,
          .key = {},
          .failure = failure(
              Errc::kInvalid, "ldif_version", "only version 1 of LDIF is known; nothing was read")};
    }
  }
  return std::nullopt;
}

std::optional<LdifRecord> LdifReader::read_entry(LogicalLine first) {
  GrowingEntry growing;
  growing.entry.line = first.number;
  std::optional<LogicalLine> line = std::move(first);
  bool is_first = true;
  while (line && !(line->text.empty() && !line->failure)) {
    if (!growing.failure) {
      growing.count(line->text.size(), line->physical_lines);
    }
    if (!growing.failure && line->failure) {
      growing.fail(*std::move(line->failure));
    }
    if (!growing.failure) {
      growing.add(line->text, is_first);
    }
    is_first = false;
    line = next_line();
  }
  finished_ = !line;
  if (growing.failure) {
    return RowFailure{.line = growing.entry.line,
                      .key = std::move(growing.entry.dn),
                      .failure = *std::move(growing.failure)};
  }
  return std::move(growing.entry);
}

}  // namespace muster
