/// Made-up users for measuring. User n depends on (seed, n, names) alone, so any of them can be
/// made again anywhere, in any order: a load client knows the id and the e-mail address of every
/// user without having seen the file they were imported from.
///
/// One row is about 900 bytes, the body that creates a user through the API (contract 4, NewUser)
/// without credentials. It satisfies the default payload schema.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/core/ids.h"
#include "engine/core/result.h"

namespace muster {

struct NameLists {
  std::vector<std::string> family;
  std::vector<std::string> given;
  std::vector<std::string> departments;
};

/// Short lists, for runs without files.
[[nodiscard]] NameLists built_in_names();

/// One name per line from `directory`/dbgen-FamilyNames, dbgen-GivenNames and, when it is there,
/// dbgen-OrgUnits. kIo when a list cannot be read or is empty.
Result<NameLists> load_names(const std::filesystem::path& directory);

/// Reading is safe from several threads.
class People {
 public:
  People(NameLists names, std::uint64_t seed);

  /// A UUID (version 8 of RFC 9562: made by a rule of our own).
  [[nodiscard]] Uuid id_of(std::uint64_t number) const;
  /// "given.family.N@example.com", in lower case, unique.
  [[nodiscard]] std::string email_of(std::uint64_t number) const;
  /// The row, without a line end. Another `edition` is the same person with another payload.
  void append_row(std::string& out, std::uint64_t number, std::uint64_t edition = 0) const;
  /// The row's payload alone.
  void append_payload(std::string& out, std::uint64_t number, std::uint64_t edition = 0) const;
  /// "Given Family".
  [[nodiscard]] std::string name_of(std::uint64_t number) const;

 private:
  struct Choice {
    const std::string& given;
    const std::string& family;
  };

  [[nodiscard]] Choice names_of(std::uint64_t number) const;

  NameLists names_;
  std::uint64_t seed_;
};

}  // namespace muster
