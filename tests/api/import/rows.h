/// What tests of the readers share: the sample files, and rows by number.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "api/import/row_source.h"
#include "engine/credentials/password_hash.h"

namespace muster::test {

/// What the hashes of the sample files were made of, by python3 -m hashlib, htpasswd, argon2.
inline constexpr std::string_view kSamplePassword = "correct horse battery staple";

inline std::string sample(std::string_view name) {
  std::ifstream file{std::string{MUSTER_IMPORT_DATA} + "/" + std::string{name}, std::ios::binary};
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::vector<PersonRecord> rows_of(RowSource& source) {
  std::vector<PersonRecord> rows;
  while (auto row = source.next()) {
    rows.push_back(std::move(*row));
  }
  return rows;
}

inline std::vector<PersonRecord> rows_of(const RowSourceOptions& options, const std::string& text) {
  std::istringstream input{text};
  auto source = open_rows(options, input);
  REQUIRE(source.has_value());
  return rows_of(**source);
}

inline const ImportedUser& user_in(const std::vector<PersonRecord>& rows, std::size_t at) {
  REQUIRE(at < rows.size());
  if (const auto* refused = std::get_if<RowFailure>(&rows[at])) {
    FAIL(refused->failure.rule << ": " << refused->failure.reason);
  }
  REQUIRE(std::holds_alternative<ImportedUser>(rows[at]));
  return std::get<ImportedUser>(rows[at]);
}

inline const RowFailure& failure_in(const std::vector<PersonRecord>& rows, std::size_t at) {
  REQUIRE(at < rows.size());
  REQUIRE(std::holds_alternative<RowFailure>(rows[at]));
  return std::get<RowFailure>(rows[at]);
}

/// Whether the imported hash is one of `password`.
inline bool verifies(const ImportedUser& user, std::string_view password = kSamplePassword) {
  REQUIRE(user.password.has_value());
  REQUIRE(user.password->kind == ImportedPassword::Kind::kHashJson);
  const auto hash = parse_password_hash(std::string_view{user.password->value});
  REQUIRE(hash.has_value());
  const auto verified = verify_password(*hash, password);
  return verified && *verified;
}

}  // namespace muster::test
