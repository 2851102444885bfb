/// Identifiers, addresses and credentials of users: their rules, and how they are made into
/// records.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/fold.h"
#include "engine/users/commands.h"

namespace muster {

/// Add faults. `pointer` leads to the object that holds the members: "/identifiers/0", or "".
void check_identifier(Faults& faults, const std::string& pointer, const NewIdentifier& input);
void check_address(Faults& faults, const std::string& pointer, const NewAddress& input);
void check_credential(Faults& faults, const std::string& pointer, const NewCredential& input);
void check_status(Faults& faults, std::string_view status);
void check_address_status(Faults& faults, const std::string& pointer, std::string_view status);
void check_contact_method(Faults& faults, const std::string& pointer, std::string_view method);
void check_part_metadata(Faults& faults, const std::string& pointer, const JsonText& metadata);

Identifier make_identifier(const DomainPorts& ports, NewIdentifier input);
Address make_address(const DomainPorts& ports, NewAddress input);
/// `id`: of the credential that it replaces, or empty. Passwords without an instant of their own
/// expire as `pool` says.
Credential make_credential(const DomainPorts& ports,
                           const PoolState& pool,
                           NewCredential input,
                           std::string id);

/// The form in which a pool compares identifiers and addresses (contract 3.4, N-51).
template <class Part>
const std::string& compared_form(const Part& part, const PoolState& pool) {
  return pool.identifier_case_insensitive ? folded_form(part) : part.value;
}

/// Whether a user must not have both parts in a pool that ignores case.
template <class Part>
bool differ_in_case_only(const Part& one, const Part& other) {
  return folded_form(one) == folded_form(other);
}

/// The part that `added` would repeat, null when there is none.
template <class Part>
const Part* find_repeated(const std::vector<Part>& parts,
                          const Part& added,
                          const PoolState& pool) {
  const auto found = std::ranges::find_if(parts, [&](const Part& part) {
    return tells_no_case_apart(pool) ? differ_in_case_only(part, added) : part.value == added.value;
  });
  return found == parts.end() ? nullptr : &*found;
}

/// The part of that value as the pool compares, null when there is none.
template <class Part>
const Part* find_part(const std::vector<Part>& parts,
                      std::string_view value,
                      const PoolState& pool) {
  const std::string wanted = pool.identifier_case_insensitive ? fold(value) : std::string{value};
  const auto found = std::ranges::find_if(
      parts, [&](const Part& part) { return compared_form(part, pool) == wanted; });
  return found == parts.end() ? nullptr : &*found;
}

/// Number of the table that made a folded form, 0 when nothing was folded.
template <class Part>
std::uint64_t folding_of(const Part& part) {
  return part.folded.empty() ? 0 : kFoldingTable;
}

}  // namespace muster
