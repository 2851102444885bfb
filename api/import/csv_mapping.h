/// What each column of a CSV file becomes, as an operator writes it in TOML:
///
///   status = "active"           # of rows without one; default active
///   must_be_changed = false     # passwords
///   unmapped = "refuse"         # or "ignore": columns that are not named below
///
///   [columns]
///   Number = "id"
///   Login  = { identifier = "uid" }
///   Mail   = [ { identifier = "email" }, { address = "email", verified = true } ]
///   Phone  = { address = "mobile", verified = "Phone checked" }    # another column says
///   Age    = { payload = "age", type = "number" }                  # string, number, boolean, list
///   Tags   = { metadata = "tags", type = "list", split = "|" }     # default ;
///   State  = { status = { yes = "active", no = "inactive" } }      # or "status", as spelled
///   Secret = "password"         # clear text
///   Hash   = "password_hash"    # crypt(3), PHC, {SCHEME}, or the JSON of a hash object
///   Note   = "ignore"
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"

namespace muster {

struct CsvRule {
  enum class Kind : std::uint8_t {
    kIgnore,
    kId,
    kIdentifier,
    kAddress,
    kPayload,
    kMetadata,
    kStatus,
    kPassword,
    kPasswordHash
  };
  enum class Type : std::uint8_t { kString, kNumber, kBoolean, kList };

  Kind kind = Kind::kIgnore;
  std::string name;  // type of identifier or address, or member
  Type type = Type::kString;
  std::string split = ";";
  bool verified = false;
  std::string verified_column;                  // empty: `verified` holds for all rows
  std::map<std::string, std::string> statuses;  // empty: as spelled
};

struct CsvMapping {
  std::string status = "active";
  bool must_be_changed = false;
  bool ignore_unmapped = false;
  std::map<std::string, std::vector<CsvRule>> columns;
};

/// kInvalid, rule "invalid_mapping": what is wrong and in which line.
Result<CsvMapping> parse_csv_mapping(std::string_view toml);

}  // namespace muster
