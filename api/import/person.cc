#include "api/import/person.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "api/import/text.h"
#include "api/import/user_ids.h"
#include "engine/core/bytes.h"
#include "engine/core/json_writer.h"
#include "engine/text/address.h"
#include "engine/text/utf8.h"

namespace muster {

namespace {

constexpr std::array<std::string_view, 3> kPersonClasses = {"person",
                                                            "organizationalperson",
                                                            "inetorgperson"};

// Password hashes, keys and their histories, of OpenLDAP, 389, FreeIPA, Samba, MIT Kerberos and
// Active Directory. userPKCS12 (RFC 2798) holds a private key.
constexpr std::array<std::string_view, 18> kNotInPayload = {"objectclass",
                                                            "userpassword",
                                                            "authpassword",
                                                            "pwdhistory",
                                                            "passwordhistory",
                                                            "sambantpassword",
                                                            "sambalmpassword",
                                                            "sambapasswordhistory",
                                                            "krbprincipalkey",
                                                            "krbmkey",
                                                            "krbpwdhistory",
                                                            "ipanthash",
                                                            "unicodepwd",
                                                            "dbcspwd",
                                                            "ntpwdhistory",
                                                            "lmpwdhistory",
                                                            "supplementalcredentials",
                                                            "userpkcs12"};

constexpr std::array<std::string_view, 12> kBinaryAttributes = {"jpegphoto",
                                                                "photo",
                                                                "audio",
                                                                "usercertificate",
                                                                "cacertificate",
                                                                "usersmimecertificate",
                                                                "thumbnailphoto",
                                                                "thumbnaillogo",
                                                                "objectguid",
                                                                "objectsid",
                                                                "x500uniqueidentifier",
                                                                "crosscertificatepair"};

template <std::size_t kCount>
bool contains(const std::array<std::string_view, kCount>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The payload member that the first value of an attribute becomes; empty for most.
std::string_view name_member(const LdifAttribute& attribute) {
  if (!attribute.options.empty()) {
    return {};
  }
  if (attribute.name == "cn") {
    return "name";
  }
  if (attribute.name == "sn") {
    return "family_name";
  }
  return attribute.name == "givenname" ? "given_name" : std::string_view{};
}

bool has_binary_option(const LdifAttribute& attribute) {
  return std::any_of(
      attribute.options.begin(), attribute.options.end(), [](const std::string& option) {
        return equal_ignoring_ascii_case(option, "binary");
      });
}

struct PayloadMember {
  std::string spelling;
  std::vector<std::string_view> values;
  bool binary = false;
};

void write_value(JsonWriter& writer, const PayloadMember& member, std::string_view value) {
  if (member.binary) {
    writer.string(to_base64(value));
  } else {
    writer.string(value);
  }
}

// Collects members under names in lower case, as LDAP ignores case, and writes them as spelled.
class PayloadBuilder {
 public:
  void add(const LdifAttribute& attribute) {
    const std::string_view name = name_member(attribute);
    if (!name.empty() && names_.try_emplace(name, attribute.value).second) {
      return;
    }
    std::string spelling = attribute.spelling;
    for (const std::string& option : attribute.options) {
      spelling.append(";").append(option);
    }
    PayloadMember& member = members_[ascii_lower(spelling)];
    if (member.values.empty()) {
      member.spelling = std::move(spelling);
    }
    member.values.push_back(attribute.value);
    member.binary = member.binary || has_binary_option(attribute) ||
                    contains(kBinaryAttributes, attribute.name) || !is_valid_utf8(attribute.value);
  }

  // An attribute spelled like one of the three names of ours gives way to it.
  [[nodiscard]] std::string json() const {
    std::map<std::string_view, const PayloadMember*> sorted;
    for (const auto& [name, value] : names_) {
      sorted.emplace(name, nullptr);
    }
    for (const auto& [lower, member] : members_) {
      sorted.emplace(member.spelling, &member);
    }
    std::string text;
    JsonWriter writer{text};
    writer.begin_object();
    for (const auto& [name, member] : sorted) {
      writer.key(name);
      if (member == nullptr) {
        writer.string(names_.at(name));
      } else {
        write_member(writer, *member);
      }
    }
    writer.end_object();
    return text;
  }

 private:
  static void write_member(JsonWriter& writer, const PayloadMember& member) {
    if (member.values.size() == 1) {
      write_value(writer, member, member.values.front());
      return;
    }
    writer.begin_array();
    for (const std::string_view value : member.values) {
      write_value(writer, member, value);
    }
    writer.end_array();
  }

  std::map<std::string_view, std::string_view> names_;
  std::map<std::string, PayloadMember> members_;
};

void add_identifier(ImportedUser& user, std::string_view type, std::string_view value) {
  // uid and mail ignore case in LDAP (RFC 4519, RFC 4524), so two spellings are one value.
  const bool known =
      std::any_of(user.identifiers.begin(), user.identifiers.end(), [&](const auto& identifier) {
        return equal_ignoring_ascii_case(identifier.value, value);
      });
  if (!value.empty() && !known) {
    user.identifiers.push_back(
        {.type = std::string{type}, .value = std::string{value}, .metadata_json = {}});
  }
}

void add_verified_address(ImportedUser& user, std::string_view type, std::string_view value) {
  const bool known =
      std::any_of(user.addresses.begin(), user.addresses.end(), [&](const auto& address) {
        return equal_ignoring_ascii_case(address.value, value);
      });
  if (!value.empty() && !known) {
    ImportedAddress address;
    address.type = type;
    address.value = value;
    address.verified = true;
    user.addresses.push_back(std::move(address));
  }
}

void add_keys(ImportedUser& user, const LdifAttribute& attribute) {
  if (!attribute.options.empty()) {
    return;
  }
  const std::string_view value = trimmed(attribute.value);
  if (attribute.name == "uid") {
    add_identifier(user, "uid", value);
  } else if (attribute.name == "mail") {
    add_identifier(user, "email", value);
    add_verified_address(user, "email", value);
  } else if (attribute.name == "mobile") {
    add_verified_address(user, "mobile", normalise_mobile(value).value_or(""));
  } else if (attribute.name == "userpassword" && !user.password && !attribute.value.empty()) {
    user.password =
        ImportedPassword{.kind = ImportedPassword::Kind::kLdap, .value = attribute.value};
  }
}

bool is_person(const LdifEntry& entry) {
  return std::any_of(entry.attributes.begin(), entry.attributes.end(), [](const auto& attribute) {
    return attribute.name == "objectclass" &&
           contains(kPersonClasses, ascii_lower(trimmed(attribute.value)));
  });
}

// Attributes that must be text, because names and keys are made of them.
bool must_be_text(const LdifAttribute& attribute) {
  return attribute.name == "uid" || attribute.name == "mail" || attribute.name == "mobile" ||
         !name_member(attribute).empty();
}

}  // namespace

PersonRecord person_from_ldif(const LdifEntry& entry) {
  if (!is_person(entry)) {
    return NotAPerson{};
  }
  const auto refuse = [&entry](std::string_view rule, std::string_view reason) {
    return RowFailure{
        .line = entry.line, .key = entry.dn, .failure = failure(Errc::kInvalid, rule, reason)};
  };
  if (entry.dn.empty()) {
    return refuse("ldif_no_dn", "a person needs a DN");
  }

  ImportedUser user;
  user.id = user_id_from_dn(entry.dn);
  user.source_key = entry.dn;
  user.line = entry.line;
  user.status = "active";
  PayloadBuilder payload;
  for (const LdifAttribute& attribute : entry.attributes) {
    if (must_be_text(attribute) && !is_valid_utf8(attribute.value)) {
      return refuse("ldif_not_utf8", "uid, mail, mobile, cn, sn and givenName must be UTF-8");
    }
    add_keys(user, attribute);
    if (!contains(kNotInPayload, attribute.name)) {
      payload.add(attribute);
    }
  }
  user.payload_json = payload.json();
  return user;
}

}  // namespace muster
