#include "api/import/row_source.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/import/auth0_reader.h"
#include "api/import/csv_reader.h"
#include "api/import/keycloak_reader.h"
#include "api/import/ldif_groups.h"
#include "api/import/ldif_reader.h"
#include "api/import/ndjson_reader.h"

namespace muster {
namespace {

constexpr std::array<std::string_view, 5> kFormatNames{"ldif",
                                                       "ndjson",
                                                       "keycloak",
                                                       "auth0",
                                                       "csv"};

class LdifPeople final : public RowSource {
 public:
  explicit LdifPeople(std::istream& input) : reader_{input} {}

  std::optional<PersonRecord> next() override {
    auto record = reader_.next();
    auto* entry = record ? std::get_if<LdifEntry>(&*record) : nullptr;
    while (entry != nullptr && is_ldif_group(*entry)) {
      record = reader_.next();
      entry = record ? std::get_if<LdifEntry>(&*record) : nullptr;
    }
    if (!record) {
      return std::nullopt;
    }
    if (entry != nullptr) {
      return person_from_ldif(*entry);
    }
    return PersonRecord{std::get<RowFailure>(std::move(*record))};
  }

  [[nodiscard]] std::uint64_t bytes_consumed() const override { return reader_.bytes_consumed(); }

  [[nodiscard]] bool failed() const override { return reader_.failed(); }

 private:
  LdifReader reader_;
};

class NdjsonUsers final : public RowSource {
 public:
  explicit NdjsonUsers(std::istream& input) : reader_{input} {}

  std::optional<PersonRecord> next() override {
    auto record = reader_.next();
    if (!record) {
      return std::nullopt;
    }
    if (auto* user = std::get_if<ImportedUser>(&*record)) {
      return PersonRecord{std::move(*user)};
    }
    return PersonRecord{std::get<RowFailure>(std::move(*record))};
  }

  [[nodiscard]] std::uint64_t bytes_consumed() const override { return reader_.bytes_consumed(); }

  [[nodiscard]] bool failed() const override { return reader_.failed(); }

 private:
  NdjsonReader reader_;
};

}  // namespace

std::string_view name_of(ImportFormat format) {
  return kFormatNames[static_cast<std::size_t>(format)];
}

std::optional<ImportFormat> parse_import_format(std::string_view name) {
  const auto* const found = std::ranges::find(kFormatNames, name);
  return found == kFormatNames.end()
             ? std::nullopt
             : std::optional{static_cast<ImportFormat>(found - kFormatNames.begin())};
}

Result<std::unique_ptr<RowSource>> open_rows(const RowSourceOptions& options, std::istream& input) {
  switch (options.format) {
    case ImportFormat::kLdif:
      return std::unique_ptr<RowSource>{std::make_unique<LdifPeople>(input)};
    case ImportFormat::kNdjson:
      return std::unique_ptr<RowSource>{std::make_unique<NdjsonUsers>(input)};
    case ImportFormat::kKeycloak:
      return std::unique_ptr<RowSource>{std::make_unique<KeycloakReader>(input, options.foreign)};
    case ImportFormat::kAuth0:
      return std::unique_ptr<RowSource>{std::make_unique<Auth0Reader>(input, options.foreign)};
    case ImportFormat::kCsv: {
      MUSTER_TRY(CsvMapping mapping, parse_csv_mapping(options.csv_mapping));
      MUSTER_TRY(auto reader, CsvReader::open(input, options.csv_delimiter, std::move(mapping)));
      return std::unique_ptr<RowSource>{std::move(reader)};
    }
  }
  return failure(Errc::kInvalid, "unknown_format", "the format is not known");
}

}  // namespace muster
