#include "engine/core/json_patch.h"

#include <algorithm>
#include <charconv>

namespace muster {
namespace {

using Tokens = std::vector<std::string>;

Failure refusal(Errc code, std::string_view rule, std::string pointer, std::string_view reason) {
  Failure refused = failure(code, rule, reason);
  refused.faults.push_back({std::move(pointer), std::string{rule}, std::string{reason}});
  return refused;
}

/// One reference token without its escapes; nothing for a tilde that is none.
std::optional<std::string> unescaped(std::string_view token) {
  std::string out;
  for (std::size_t at = 0; at < token.size(); ++at) {
    if (token[at] != '~') {
      out.push_back(token[at]);
      continue;
    }
    ++at;
    if (at == token.size() || (token[at] != '0' && token[at] != '1')) {
      return std::nullopt;
    }
    out.push_back(token[at] == '0' ? '~' : '/');
  }
  return out;
}

std::optional<Tokens> tokens_of(std::string_view pointer) {
  Tokens tokens;
  if (!pointer.empty() && pointer.front() != '/') {
    return std::nullopt;
  }
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto end = std::min(pointer.find('/'), pointer.size());
    auto token = unescaped(pointer.substr(0, end));
    if (!token) {
      return std::nullopt;
    }
    tokens.push_back(*std::move(token));
    pointer.remove_prefix(end);
  }
  return tokens;
}

/// RFC 6901 section 4: digits without leading zeros. Nothing from `end` on.
std::optional<std::size_t> index_of(std::string_view token, std::size_t end) {
  std::size_t index = 0;
  const auto [stopped, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool spelled = !token.empty() && (token == "0" || token.front() != '0') &&
                       token.front() >= '0' && token.front() <= '9';
  if (!spelled || error != std::errc{} || stopped != token.data() + token.size() || index >= end) {
    return std::nullopt;
  }
  return index;
}

/// One operation of a patch.
class Operation {
 public:
  Operation(JsonTree& document, std::size_t number, std::size_t& bytes_left, std::size_t depth_max)
      : document_{document},
        pointer_{"/" + std::to_string(number)},
        bytes_left_{bytes_left},
        depth_max_{depth_max} {}

  Result<void> apply(JsonValue operation) {
    const auto op = operation.find("op");
    if (!operation.is_object() || !op || !op->is_string()) {
      return invalid("/op", "must be add, remove, replace, move, copy or test");
    }
    MUSTER_TRY(const Tokens path, tokens(operation, "path"));
    const std::string_view name = op->as_string();
    if (name == "remove") {
      return remove(path, "/path");
    }
    if (name == "move" || name == "copy") {
      return name == "move" ? move(operation, path) : copy(operation, path);
    }
    if (name != "add" && name != "replace" && name != "test") {
      return invalid("/op", "must be add, remove, replace, move, copy or test");
    }
    const auto value = operation.find("value");
    if (!value) {
      return invalid("/value", "must be given");
    }
    if (name == "test") {
      return test(path, *value);
    }
    JsonTree added{value->minified()};
    MUSTER_CHECKED(spend(added.size()));
    return name == "add" ? add(path, std::move(added)) : replace(path, std::move(added));
  }

 private:
  [[nodiscard]] Failure invalid(std::string_view member, std::string_view reason) const {
    return refusal(Errc::kInvalidSyntax, "invalid_patch", pointer_ + std::string{member}, reason);
  }

  [[nodiscard]] Failure missing(std::string_view member) const {
    return refusal(Errc::kInvalid,
                   "patch_path_missing",
                   pointer_ + std::string{member},
                   "the document has nothing there");
  }

  Result<Tokens> tokens(JsonValue operation, std::string_view member) const {
    const auto text = operation.find(member);
    auto found = text && text->is_string() ? tokens_of(text->as_string()) : std::nullopt;
    if (!found) {
      return invalid("/" + std::string{member}, "must be a JSON Pointer");
    }
    return *std::move(found);
  }

  Result<void> spend(std::size_t bytes) {
    if (bytes > bytes_left_) {
      return refusal(Errc::kTooLarge,
                     "patch_too_large",
                     pointer_,
                     "the operations add, copy or compare too much");
    }
    bytes_left_ -= bytes;
    return {};
  }

  /// The value at the first `count` tokens; null when there is none.
  JsonTree* find(const Tokens& path, std::size_t count) {
    JsonTree* here = &document_;
    for (std::size_t i = 0; i < count && here != nullptr; ++i) {
      if (here->is_array()) {
        auto& elements = here->elements();
        const auto index = index_of(path[i], elements.size());
        here = index ? &elements[*index] : nullptr;
      } else {
        here = here->is_object() ? here->find(path[i]) : nullptr;
      }
    }
    return here;
  }

  Result<void> add(const Tokens& path, JsonTree value) {
    if (path.size() + value.depth() > depth_max_) {
      return refusal(Errc::kInvalid, "patch_too_deep", pointer_, "the document would be too deep");
    }
    if (path.empty()) {
      document_ = std::move(value);
      return {};
    }
    JsonTree* parent = find(path, path.size() - 1);
    const std::string& last = path.back();
    if (parent != nullptr && parent->is_object()) {
      if (JsonTree* present = parent->find(last)) {
        *present = std::move(value);
      } else {
        parent->members().emplace_back(last, std::move(value));
      }
      return {};
    }
    if (parent == nullptr || !parent->is_array()) {
      return missing("/path");
    }
    auto& elements = parent->elements();
    const auto index =
        last == "-" ? std::optional{elements.size()} : index_of(last, elements.size() + 1);
    if (!index) {
      return missing("/path");
    }
    elements.insert(elements.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    return {};
  }

  Result<void> remove(const Tokens& path, std::string_view member) {
    JsonTree* parent = path.empty() ? nullptr : find(path, path.size() - 1);
    if (parent == nullptr || find(path, path.size()) == nullptr) {
      return missing(member);  // the document as a whole cannot go either
    }
    if (parent->is_array()) {
      auto& elements = parent->elements();
      elements.erase(elements.begin() +
                     static_cast<std::ptrdiff_t>(*index_of(path.back(), elements.size())));
    } else {
      std::erase_if(parent->members(),
                    [&](const JsonTree::Member& held) { return held.first == path.back(); });
    }
    return {};
  }

  Result<void> replace(const Tokens& path, JsonTree value) {
    JsonTree* present = find(path, path.size());
    if (present == nullptr) {
      return missing("/path");
    }
    if (path.size() + value.depth() > depth_max_) {
      return refusal(Errc::kInvalid, "patch_too_deep", pointer_, "the document would be too deep");
    }
    *present = std::move(value);
    return {};
  }

  Result<void> move(JsonValue operation, const Tokens& path) {
    MUSTER_TRY(const Tokens from, tokens(operation, "from"));
    if (path.size() > from.size() && std::equal(from.begin(), from.end(), path.begin())) {
      return invalid("/path", "nothing can be moved into itself");
    }
    const JsonTree* source = find(from, from.size());
    if (source == nullptr) {
      return missing("/from");
    }
    if (from == path) {
      return {};
    }
    JsonTree value = *source;
    MUSTER_CHECKED(spend(value.size()));
    MUSTER_CHECKED(remove(from, "/from"));
    return add(path, std::move(value));
  }

  Result<void> copy(JsonValue operation, const Tokens& path) {
    MUSTER_TRY(const Tokens from, tokens(operation, "from"));
    const JsonTree* source = find(from, from.size());
    if (source == nullptr) {
      return missing("/from");
    }
    MUSTER_CHECKED(spend(source->size()));
    return add(path, *source);
  }

  Result<void> test(const Tokens& path, JsonValue value) {
    const JsonTree* present = find(path, path.size());
    if (present == nullptr) {
      return missing("/path");
    }
    MUSTER_CHECKED(spend(present->size()));
    MUSTER_TRY(const JsonDocument held, parse_json(present->text()));
    if (!json_equal(held.root(), value)) {
      return refusal(
          Errc::kInvalid, "patch_test_failed", pointer_, "the document has another value there");
    }
    return {};
  }

  JsonTree& document_;
  std::string pointer_;
  std::size_t& bytes_left_;
  std::size_t depth_max_;
};

}  // namespace

Result<void> apply_json_patch(JsonTree& document,
                              JsonValue operations,
                              const JsonPatchLimits& limits) {
  if (!operations.is_array()) {
    return refusal(Errc::kInvalidSyntax, "invalid_patch", "", "must be an array of operations");
  }
  if (operations.size() > limits.operations) {
    return refusal(Errc::kTooLarge, "patch_too_large", "", "has too many operations");
  }
  std::size_t number = 0;
  std::size_t bytes_left = limits.bytes;
  for (const JsonValue operation : operations.elements()) {
    MUSTER_CHECKED(Operation(document, number++, bytes_left, limits.depth).apply(operation));
  }
  return {};
}

}  // namespace muster
