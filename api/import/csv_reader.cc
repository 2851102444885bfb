#include "api/import/csv_reader.h"

#include <algorithm>
#include <utility>

#include "api/import/foreign_credentials.h"
#include "api/import/json_parts.h"
#include "api/import/text.h"
#include "api/import/user_ids.h"
#include "engine/text/address.h"

namespace muster {
namespace {

using Kind = CsvRule::Kind;

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string lower = ascii_lower(trimmed(text));
  if (lower == "true" || lower == "yes" || lower == "1") return true;
  if (lower == "false" || lower == "no" || lower == "0") return false;
  return std::nullopt;
}

std::string json_list(std::string_view text, std::string_view split) {
  std::string out = "[";
  while (true) {
    const auto end = text.find(split);
    if (const auto value = trimmed(text.substr(0, end)); !value.empty()) {
      out += (out.size() > 1 ? "," : "") + json_string(value);
    }
    if (end == std::string_view::npos) {
      return out + "]";
    }
    text.remove_prefix(end + split.size());
  }
}

/// The JSON of a field; nothing when it is not of the type.
std::optional<std::string> json_of(const CsvRule& rule, std::string_view field) {
  switch (rule.type) {
    case CsvRule::Type::kString:
      return json_string(field);
    case CsvRule::Type::kNumber: {
      const auto number = parse_json(trimmed(field));
      return number && number->root().is_number() ? std::optional{number->root().minified()}
                                                  : std::nullopt;
    }
    case CsvRule::Type::kBoolean: {
      const auto flag = parse_boolean(field);
      return flag ? std::optional<std::string>{*flag ? "true" : "false"} : std::nullopt;
    }
    case CsvRule::Type::kList:
      return json_list(field, rule.split);
  }
  return std::nullopt;
}

/// A user that is put together from fields, and what is wrong with them. Faults point at columns.
class GrowingUser {
 public:
  GrowingUser(const std::vector<std::string>& header, bool must_be_changed)
      : header_{header}, must_be_changed_{must_be_changed} {}

  void add(const CsvRule& rule, std::size_t column, const std::string& field) {
    switch (rule.kind) {
      case Kind::kIgnore:
      case Kind::kAddress:
        return;
      case Kind::kId:
        given_id_ = field;
        return;
      case Kind::kIdentifier:
        user.identifiers.push_back({rule.name, field, {}});
        return;
      case Kind::kPayload:
        return add_member(payload_, rule, column, field);
      case Kind::kMetadata:
        return add_member(metadata_, rule, column, field);
      case Kind::kStatus:
        return set_status(rule, column, field);
      case Kind::kPassword:
        set_password({.kind = ImportedPassword::Kind::kClearText, .value = field});
        return;
      case Kind::kPasswordHash:
        return set_hash(column, field);
    }
  }

  void add_address(const CsvRule& rule, const std::string& field, bool verified) {
    ImportedAddress address;
    address.type = rule.name;
    // What is no number is for the directory to refuse.
    address.value = rule.name == "mobile" ? normalise_mobile(field).value_or(field) : field;
    address.verified = verified;
    user.addresses.push_back(std::move(address));
  }

  void wrong(std::size_t column, std::string_view rule, std::string_view reason) {
    std::string pointer;
    append_pointer_token(pointer, header_[column]);
    faults.push_back({std::move(pointer), std::string{rule}, std::string{reason}});
  }

  void finish() {
    user.payload_json = json_object(payload_);
    user.metadata_json = json_object(metadata_);
    if (!given_id_.empty()) {
      user.id = user_id_from_given_id(given_id_);
      user.source_key = given_id_;
    } else if (!user.identifiers.empty()) {
      const ImportedIdentifier& first = user.identifiers.front();
      user.id = user_id_from_identifier(first.type, first.value);
      user.source_key = first.value;
    } else {
      faults.push_back({"", "required", "the row has neither an id nor an identifier"});
    }
  }

  ImportedUser user;
  std::vector<Fault> faults;

 private:
  void add_member(JsonMemberTexts& members,
                  const CsvRule& rule,
                  std::size_t column,
                  const std::string& field) {
    if (auto json = json_of(rule, field)) {
      members[rule.name] = std::move(*json);
    } else {
      wrong(column,
            "type",
            rule.type == CsvRule::Type::kNumber ? "must be a number as JSON writes it"
                                                : "must be true or false, yes or no, 1 or 0");
    }
  }

  void set_status(const CsvRule& rule, std::size_t column, const std::string& field) {
    const auto found = rule.statuses.find(field);
    if (found != rule.statuses.end()) {
      user.status = found->second;
    } else if (!rule.statuses.empty()) {
      wrong(column, "enum", "is a status that the mapping does not know");
    } else if (field == "new" || field == "active" || field == "inactive" || field == "deleted") {
      user.status = field;
    } else {
      wrong(column, "enum", "must be new, active, inactive or deleted");
    }
  }

  void set_hash(std::size_t column, const std::string& field) {
    const auto hash = read_foreign_hash(field);
    if (hash) {
      set_password(muster::password_of(*hash));
      return;
    }
    const auto& found = hash.error().faults;
    wrong(column, "unsupported_hash", found.empty() ? hash.error().reason : found[0].reason);
  }

  void set_password(ImportedPassword password) {
    password.must_be_changed = must_be_changed_;
    user.password = std::move(password);
  }

  const std::vector<std::string>& header_;
  bool must_be_changed_;
  std::string given_id_;
  JsonMemberTexts payload_;
  JsonMemberTexts metadata_;
};

Failure unknown_column(const std::string& reason) {
  return failure(Errc::kInvalid, "unknown_column", reason);
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    out += (out.empty() ? "'" : ", '") + name + "'";
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<CsvReader>> CsvReader::open(std::istream& input,
                                                   char delimiter,
                                                   CsvMapping mapping) {
  std::unique_ptr<CsvReader> reader{new CsvReader{input, delimiter}};
  auto header = reader->records_.next();
  if (!header) {
    return failure(Errc::kInvalid, "no_header", "the file is empty; its first row names columns");
  }
  if (auto* refused = std::get_if<RowFailure>(&*header)) {
    return std::move(refused->failure);
  }
  MUSTER_CHECKED(reader->place(std::get<CsvRecord>(*header), std::move(mapping)));
  return reader;
}

Result<void> CsvReader::place(const CsvRecord& header, CsvMapping mapping) {
  header_ = header.fields;
  status_ = std::move(mapping.status);
  must_be_changed_ = mapping.must_be_changed;
  const auto column_of = [&](const std::string& name) {
    return static_cast<std::size_t>(std::ranges::find(header_, name) - header_.begin());
  };
  std::vector<bool> used(header_.size(), mapping.ignore_unmapped);
  for (const auto& [name, rules] : mapping.columns) {
    for (const CsvRule& rule : rules) {
      PlacedRule placed{column_of(name), kNoColumn, rule};
      if (placed.column == header_.size()) {
        return unknown_column("the mapping names the column '" + name +
                              "', which the file does not have; it has " + listed(header_));
      }
      used[placed.column] = true;
      if (!rule.verified_column.empty()) {
        placed.verified_column = column_of(rule.verified_column);
        if (placed.verified_column == header_.size()) {
          return unknown_column("'" + name + "' is verified by the column '" +
                                rule.verified_column + "', which the file does not have");
        }
        used[placed.verified_column] = true;
      }
      rules_.push_back(std::move(placed));
    }
  }
  for (std::size_t i = 0; i < header_.size(); ++i) {
    if (column_of(header_[i]) != i) {
      return failure(Errc::kInvalid, "duplicate_column", "two columns are '" + header_[i] + "'");
    }
    if (!used[i]) {
      return unknown_column("the mapping says nothing of the column '" + header_[i] +
                            "'; map it to \"ignore\", or set unmapped = \"ignore\"");
    }
  }
  std::ranges::stable_sort(rules_, {}, &PlacedRule::column);
  return {};
}

PersonRecord CsvReader::read_user(const CsvRecord& record) const {
  GrowingUser growing{header_, must_be_changed_};
  growing.user.line = record.line;
  growing.user.status = status_;
  for (const PlacedRule& placed : rules_) {
    const std::string& field = record.fields[placed.column];
    if (field.empty()) {
      continue;
    }
    if (placed.rule.kind != Kind::kAddress) {
      growing.add(placed.rule, placed.column, field);
      continue;
    }
    bool verified = placed.rule.verified;
    if (placed.verified_column != kNoColumn && !record.fields[placed.verified_column].empty()) {
      const auto flag = parse_boolean(record.fields[placed.verified_column]);
      if (!flag) {
        growing.wrong(placed.verified_column, "type", "must be true or false, yes or no, 1 or 0");
      }
      verified = flag.value_or(false);
    }
    growing.add_address(placed.rule, field, verified);
  }
  growing.finish();
  if (!growing.faults.empty()) {
    return refused_row(record.line, std::move(growing.user.source_key), std::move(growing.faults));
  }
  return std::move(growing.user);
}

std::optional<PersonRecord> CsvReader::next() {
  auto record = records_.next();
  if (!record) {
    return std::nullopt;
  }
  if (auto* refused = std::get_if<RowFailure>(&*record)) {
    return PersonRecord{std::move(*refused)};
  }
  const auto& row = std::get<CsvRecord>(*record);
  if (row.fields.size() != header_.size()) {
    const std::string reason = "the row has " + std::to_string(row.fields.size()) +
                               " fields, the header " + std::to_string(header_.size());
    return RowFailure{.line = row.line,
                      .key = {},
                      .failure = failure(Errc::kInvalidSyntax, "csv_ragged", reason)};
  }
  return read_user(row);
}

}  // namespace muster
