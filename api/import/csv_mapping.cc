#include "api/import/csv_mapping.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>

#include <toml++/toml.h>

namespace muster {
namespace {

using Kind = CsvRule::Kind;

constexpr std::size_t kRulesOfColumnMax = 16;

Failure invalid(const toml::source_region& at, const std::string& what) {
  return failure(Errc::kInvalid,
                 "invalid_mapping",
                 "line " + std::to_string(at.begin.line) + " of the mapping: " + what);
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, text) != names.end();
}

struct NamedKind {
  std::string_view name;
  Kind kind;
};

// What a plain text may say, and the key that says what a table is.
constexpr std::array<NamedKind, 5> kPlainKinds{{{"id", Kind::kId},
                                                {"status", Kind::kStatus},
                                                {"password", Kind::kPassword},
                                                {"password_hash", Kind::kPasswordHash},
                                                {"ignore", Kind::kIgnore}}};
constexpr std::array<NamedKind, 5> kTableKinds{{{"identifier", Kind::kIdentifier},
                                                {"address", Kind::kAddress},
                                                {"payload", Kind::kPayload},
                                                {"metadata", Kind::kMetadata},
                                                {"status", Kind::kStatus}}};

template <std::size_t kCount>
const NamedKind* find_kind(const std::array<NamedKind, kCount>& kinds, std::string_view name) {
  const auto* const found = std::ranges::find(kinds, name, &NamedKind::name);
  return found == kinds.end() ? nullptr : found;
}

bool is_status(std::string_view text) {
  return is_one_of(text, {"new", "active", "inactive", "deleted"});
}

Result<void> read_type(const toml::node& value, CsvRule& rule) {
  constexpr std::array<std::string_view, 4> kTypes{"string", "number", "boolean", "list"};
  const auto* const found =
      std::ranges::find(kTypes, value.value_exact<std::string>().value_or(""));
  if (found == kTypes.end()) {
    return invalid(value.source(), "type is string, number, boolean or list");
  }
  rule.type = static_cast<CsvRule::Type>(found - kTypes.begin());
  return {};
}

Result<void> read_verified(const toml::node& value, CsvRule& rule) {
  rule.verified = value.value_exact<bool>().value_or(false);
  rule.verified_column = value.value_exact<std::string>().value_or("");
  if (!value.is_boolean() && rule.verified_column.empty()) {
    return invalid(value.source(), "verified is true, false or the name of a column");
  }
  return {};
}

Result<void> read_split(const toml::node& value, CsvRule& rule) {
  rule.split = value.value_exact<std::string>().value_or("");
  if (rule.split.empty()) {
    return invalid(value.source(), "split is the text between the values of a list");
  }
  return {};
}

Result<void> read_option(std::string_view name, const toml::node& value, CsvRule& rule) {
  const bool is_member = rule.kind == Kind::kPayload || rule.kind == Kind::kMetadata;
  if (name == "type" && is_member) {
    return read_type(value, rule);
  }
  if (name == "split" && is_member) {
    return read_split(value, rule);
  }
  if (name == "verified" && rule.kind == Kind::kAddress) {
    return read_verified(value, rule);
  }
  return invalid(value.source(), "'" + std::string{name} + "' is not known here");
}

Result<void> read_statuses(const toml::node& value, CsvRule& rule) {
  const toml::table* statuses = value.as_table();
  if (statuses == nullptr || statuses->empty()) {
    return invalid(value.source(), "status is a table of values and what they mean");
  }
  for (const auto& [text, status] : *statuses) {
    const auto meaning = status.value_exact<std::string>().value_or("");
    if (!is_status(meaning)) {
      return invalid(status.source(), "a status is new, active, inactive or deleted");
    }
    rule.statuses.emplace(text.str(), meaning);
  }
  return {};
}

Result<void> read_name(const toml::node& value, CsvRule& rule) {
  rule.name = value.value_exact<std::string>().value_or("");
  if (rule.kind == Kind::kIdentifier &&
      !is_one_of(rule.name, {"uid", "email", "mobile", "external", "federated"})) {
    return invalid(value.source(), "an identifier is uid, email, mobile, external or federated");
  }
  if (rule.kind == Kind::kAddress && !is_one_of(rule.name, {"email", "mobile"})) {
    return invalid(value.source(), "an address is email or mobile");
  }
  return rule.name.empty() ? invalid(value.source(), "the name of a member is missing")
                           : Result<void>{};
}

Result<CsvRule> read_table(const toml::table& table) {
  CsvRule rule;
  const toml::node* target = nullptr;
  for (const auto& [name, value] : table) {
    const NamedKind* kind = find_kind(kTableKinds, name.str());
    if (kind != nullptr && target != nullptr) {
      return invalid(value.source(), "say one thing in one table, and more in a list of tables");
    }
    if (kind != nullptr) {
      rule.kind = kind->kind;
      target = &value;
    }
  }
  if (target == nullptr) {
    return invalid(table.source(),
                   "a table needs one of identifier, address, payload, metadata and status");
  }
  MUSTER_CHECKED(rule.kind == Kind::kStatus ? read_statuses(*target, rule)
                                            : read_name(*target, rule));
  for (const auto& [name, value] : table) {
    if (&value != target) {
      MUSTER_CHECKED(read_option(name.str(), value, rule));
    }
  }
  return rule;
}

Result<CsvRule> read_rule(const toml::node& value) {
  if (const toml::table* table = value.as_table()) {
    return read_table(*table);
  }
  const NamedKind* kind = find_kind(kPlainKinds, value.value_exact<std::string>().value_or(""));
  if (kind == nullptr) {
    return invalid(
        value.source(),
        "a column is \"id\", \"status\", \"password\", \"password_hash\", \"ignore\", or "
        "a table as { payload = \"name\" }");
  }
  CsvRule rule;
  rule.kind = kind->kind;
  return rule;
}

Result<std::vector<CsvRule>> read_rules(const toml::node& value) {
  std::vector<CsvRule> rules;
  if (const toml::array* list = value.as_array()) {
    if (list->empty() || list->size() > kRulesOfColumnMax) {
      return invalid(value.source(), "a list has 1 to 16 things that a column becomes");
    }
    for (const toml::node& element : *list) {
      MUSTER_TRY(CsvRule rule, read_rule(element));
      rules.push_back(std::move(rule));
    }
    return rules;
  }
  MUSTER_TRY(CsvRule rule, read_rule(value));
  rules.push_back(std::move(rule));
  return rules;
}

/// What only one column may become; empty for what several may.
std::string single(const CsvRule& rule) {
  switch (rule.kind) {
    case Kind::kPayload:
      return "payload member '" + rule.name + "'";
    case Kind::kMetadata:
      return "metadata member '" + rule.name + "'";
    case Kind::kId:
      return "id";
    case Kind::kStatus:
      return "status";
    case Kind::kPassword:
    case Kind::kPasswordHash:
      return "password";
    case Kind::kIdentifier:
    case Kind::kAddress:
    case Kind::kIgnore:
      break;
  }
  return {};
}

Result<void> read_columns(const toml::node& value, CsvMapping& mapping) {
  const toml::table* columns = value.as_table();
  if (columns == nullptr) {
    return invalid(value.source(), "[columns] is a table");
  }
  std::set<std::string> taken;
  bool is_keyed = false;
  for (const auto& [name, rules_node] : *columns) {
    MUSTER_TRY(std::vector<CsvRule> rules, read_rules(rules_node));
    for (const CsvRule& rule : rules) {
      const std::string target = single(rule);
      if (!target.empty() && !taken.insert(target).second) {
        return invalid(rules_node.source(), "two columns become the " + target);
      }
      is_keyed = is_keyed || rule.kind == Kind::kId || rule.kind == Kind::kIdentifier;
    }
    mapping.columns.emplace(name.str(), std::move(rules));
  }
  return is_keyed ? Result<void>{}
                  : invalid(value.source(), "no column becomes an id or an identifier");
}

Result<void> read_key(std::string_view name, const toml::node& value, CsvMapping& mapping) {
  if (name == "columns") {
    return read_columns(value, mapping);
  }
  if (name == "must_be_changed" && value.is_boolean()) {
    mapping.must_be_changed = *value.value_exact<bool>();
    return {};
  }
  const auto text = value.value_exact<std::string>().value_or("");
  if (name == "status" && is_status(text)) {
    mapping.status = text;
    return {};
  }
  if (name == "unmapped" && is_one_of(text, {"refuse", "ignore"})) {
    mapping.ignore_unmapped = text == "ignore";
    return {};
  }
  return invalid(value.source(), "'" + std::string{name} + "' is not known, or has a wrong value");
}

}  // namespace

Result<CsvMapping> parse_csv_mapping(std::string_view text) {
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return invalid(error.source(), std::string{error.description()});
  }
  CsvMapping mapping;
  for (const auto& [name, value] : table) {
    MUSTER_CHECKED(read_key(name.str(), value, mapping));
  }
  if (mapping.columns.empty()) {
    return failure(Errc::kInvalid, "invalid_mapping", "the mapping has no [columns]");
  }
  return mapping;
}

}  // namespace muster
