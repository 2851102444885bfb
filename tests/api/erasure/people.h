/// Somebody with values of every kind, and a search for them over every file of a data directory.
#pragma once

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/api/administration/offices.h"
#include "tests/api/directory/stack.h"

namespace muster::test {

inline constexpr std::string_view kPeoplePool = "people";

/// Where a value was found: "db/000012.sst: raw". Forms: as it is, in hexadecimal (both cases), in
/// base64 (three alignments, both alphabets), folded, and backwards as rows that are found by their
/// end have it.
std::vector<std::string> places_of(const std::filesystem::path& directory,
                                   const std::string& value);

/// A store whose values lie in files as they are.
StackOptions plain_files();

/// The pool, with a schema that asks for nothing, and whose identifiers ignore case.
void make_people_pool(Stack& stack, std::string_view more = {});

/// Makes somebody with values of every kind in that pool, changes some, and gives all of them that
/// views hold or held; `mark` is part of each. Half of them are in tables by then, half in the
/// write-ahead log.
std::vector<std::string> make_somebody(Stack& stack, const std::string& mark);

/// The id that make_somebody() chooses.
std::string id_of(const std::string& mark);

/// Calls as an administrator.
Response audit(Stack& stack, const std::string& path);
Response muster_call(Stack& stack, Method method, const std::string& path);

std::string stream_of(Stack& stack, const std::string& id);

/// Waits until the erasure is certified, and gives the certificate.
Response certificate_of(Stack& stack, const std::string& stream);

/// What muster-replay verify says of the directory, which must be stopped.
void check_verifies(const std::filesystem::path& data);

}  // namespace muster::test
