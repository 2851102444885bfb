#include "api/import/user_ids.h"

#include <algorithm>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

#include "api/import/text.h"

namespace muster {

Uuid uuid_v5(const Uuid& name_space, std::string_view name) {
  boost::uuids::uuid base{};
  std::copy(name_space.bytes.begin(), name_space.bytes.end(), base.begin());
  const boost::uuids::name_generator_sha1 generate{base};
  const boost::uuids::uuid made = generate(name.data(), name.size());
  Uuid result;
  std::copy(made.begin(), made.end(), result.bytes.begin());
  return result;
}

std::string normalized_dn(std::string_view dn) {
  const std::string text = ascii_lower(trimmed(dn));
  std::string result;
  result.reserve(text.size());
  std::size_t kept = 0;  // bytes of the result that are no trailing spaces
  bool in_type = true;   // before the '=' of a part
  bool escaped = false;
  bool skip_spaces = false;
  for (const char byte : text) {
    if (skip_spaces && byte == ' ') {
      continue;
    }
    skip_spaces = false;
    const bool separator = !escaped && (byte == ',' || byte == '+' || (byte == '=' && in_type));
    if (separator) {
      result.resize(kept);
      in_type = byte != '=';
      skip_spaces = true;
    }
    result.push_back(byte);
    if (escaped || byte != ' ') {
      kept = result.size();
    }
    escaped = !escaped && byte == '\\';
  }
  return result;
}

std::string user_id_from_dn(std::string_view dn) {
  return uuid_v5(kDnNamespace, normalized_dn(dn)).text();
}

std::string user_id_from_given_id(std::string_view id) {
  if (const auto uuid = Uuid::parse(ascii_lower(id))) {
    return uuid->text();
  }
  return uuid_v5(kGivenIdNamespace, id).text();
}

std::string user_id_from_identifier(std::string_view type, std::string_view value) {
  std::string name{type};
  name.push_back(':');
  name.append(value);
  return uuid_v5(kIdentifierNamespace, name).text();
}

}  // namespace muster
