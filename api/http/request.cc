#include "api/http/request.h"

#include <algorithm>
#include <array>
#include <functional>

#include "api/http/percent.h"
#include "engine/text/utf8.h"

namespace muster {
namespace {

// Capacity that a connection keeps between requests; more belongs to a rare large body.
constexpr std::size_t kKeptBodyBytes = 64U * 1024;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Takes the next pair of `rest`; nothing when there is none left.
std::optional<std::pair<std::string_view, std::string_view>> next_pair(std::string_view& rest) {
  while (!rest.empty()) {
    const auto end = std::min(rest.find('&'), rest.size());
    const auto pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return std::pair{pair, std::string_view{}};
    return std::pair{pair.substr(0, equals), pair.substr(equals + 1)};
  }
  return std::nullopt;
}

std::string form_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_percent_decoded(out, text, Plus::kIsSpace);
  return out;
}

bool names_are_equal(std::string_view encoded, std::string_view name) {
  if (encoded.find_first_of("%+") == std::string_view::npos) return encoded == name;
  return form_decoded(encoded) == name;
}

bool is_percent_encoded_utf8(std::string_view target) {
  const bool plain = std::ranges::all_of(
      target, [](char c) { return c != '%' && static_cast<unsigned char>(c) < 0x80; });
  if (plain) return true;
  if (!percent_well_formed(target)) return false;
  std::string decoded;
  append_percent_decoded(decoded, target, Plus::kIsPlus);
  return is_valid_utf8(decoded);
}

// What follows scheme and authority of an absolute form (RFC 9112 section 3.2.2); nothing when
// `target` is not one.
std::optional<std::string_view> behind_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() > scheme.size() &&
        equal_ignoring_case(target.substr(0, scheme.size()), scheme)) {
      target.remove_prefix(scheme.size());
      return target.substr(std::min(target.find_first_of("/?"), target.size()));
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Method method) {
  constexpr std::array<std::string_view, kMethodCount> kNames{
      "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"};
  return kNames.at(static_cast<std::size_t>(method));
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) {
           return a == b || lower(a) == lower(b);
         });
}

std::string media_type_of(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (!content_type.empty() && (content_type.back() == ' ' || content_type.back() == '\t')) {
    content_type.remove_suffix(1);
  }
  std::string type{content_type};
  std::ranges::transform(type, type.begin(), lower);
  return type;
}

Request::Span Request::keep(std::string_view text) {
  // What already lies in the arena is not copied: an undecoded path segment.
  const auto* begin = arena_.data();
  if (!std::less<>{}(text.data(), begin) && std::less<>{}(text.data(), begin + arena_.size())) {
    return {static_cast<std::uint32_t>(text.data() - begin),
            static_cast<std::uint32_t>(text.size())};
  }
  const Span span{static_cast<std::uint32_t>(arena_.size()),
                  static_cast<std::uint32_t>(text.size())};
  arena_.append(text);
  return span;
}

void Request::clear() {
  method = Method::kGet;
  if (body.capacity() > kKeptBodyBytes) {
    body = std::string{};
  } else {
    body.clear();
  }
  request_id.clear();
  deadline = std::chrono::steady_clock::time_point::max();
  arena_.clear();
  target_ = path_ = query_ = Span{};
  fields_.clear();
  parameters_.clear();
}

Result<> Request::set_target(std::string_view target) {
  if (const auto rest = behind_authority(target)) target = *rest;
  std::string rooted;
  if (target.empty() || target.front() == '?') {
    rooted = "/";
    target = rooted.append(target);
  }
  if (target.front() != '/' && target != "*") {
    return failure(Errc::kInvalidSyntax, "bad_target", "The request target is not a path.");
  }
  if (target.find('#') != std::string_view::npos || !is_percent_encoded_utf8(target)) {
    // As far as it can be read it says whose error object the answer is to be.
    target_ = keep(target.substr(0, target.find_first_of("%?#")));
    path_ = target_;
    return failure(Errc::kInvalidSyntax,
                   "bad_target",
                   target.find('#') != std::string_view::npos
                       ? "The request target has a fragment."
                       : "The request target is not UTF-8 in percent-encoding.");
  }
  target_ = keep(target);
  const auto mark = static_cast<std::uint32_t>(std::min(target.find('?'), target.size()));
  path_ = Span{target_.at, mark};
  query_ = mark == target.size() ? Span{} : Span{target_.at + mark + 1, target_.size - mark - 1};
  return {};
}

void Request::add_header(std::string_view name, std::string_view value) {
  const auto name_span = keep(name);
  fields_.push_back(Field{name_span, keep(value)});
}

void Request::begin_path_parameters() {
  parameters_.clear();
  arena_.reserve(arena_.size() + path_.size);
}

void Request::add_path_parameter(std::string_view name, std::string_view decoded) {
  parameters_.push_back(Parameter{name, keep(decoded)});
}

std::string_view Request::path_parameter(std::string_view name) const {
  for (const auto& parameter : parameters_) {
    if (parameter.name == name) return view(parameter.value);
  }
  return {};
}

std::optional<std::string> Request::query_parameter(std::string_view name) const {
  auto rest = query();
  while (const auto pair = next_pair(rest)) {
    if (names_are_equal(pair->first, name)) return form_decoded(pair->second);
  }
  return std::nullopt;
}

bool Request::query_parameter_repeated(std::string_view name) const {
  auto rest = query();
  int times = 0;
  while (const auto pair = next_pair(rest)) {
    if (names_are_equal(pair->first, name)) ++times;
  }
  return times > 1;
}

std::vector<std::pair<std::string, std::string>> Request::query_parameters() const {
  std::vector<std::pair<std::string, std::string>> all;
  auto rest = query();
  while (const auto pair = next_pair(rest)) {
    all.emplace_back(form_decoded(pair->first), form_decoded(pair->second));
  }
  return all;
}

std::string_view Request::header(std::string_view name) const {
  for (const auto& field : fields_) {
    if (field.name.size == name.size() && equal_ignoring_case(view(field.name), name)) {
      return view(field.value);
    }
  }
  return {};
}

bool Request::has_header(std::string_view name) const {
  return std::ranges::any_of(
      fields_, [&](const Field& field) { return equal_ignoring_case(view(field.name), name); });
}

std::string Request::joined_header(std::string_view name) const {
  std::string joined;
  bool first = true;
  for (const auto& field : fields_) {
    if (!equal_ignoring_case(view(field.name), name)) continue;
    if (!first) joined.append(", ");
    joined.append(view(field.value));
    first = false;
  }
  return joined;
}

std::string_view Request::client_request_id() const {
  const auto id = header("X-Request-Id");
  const bool clean =
      id.size() <= 128 && std::ranges::all_of(id, [](char c) { return c > ' ' && c < 127; });
  return clean ? id : std::string_view{};
}

}  // namespace muster
