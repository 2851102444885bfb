#include "storage/seal/signed_note.h"

#include <algorithm>

#include <openssl/evp.h>

#include "engine/core/bytes.h"
#include "engine/core/check.h"
#include "storage/seal/digest.h"

namespace muster {

namespace {

constexpr std::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // U+2014 EM DASH and a space
constexpr char kEd25519 = '\x01';                               // algorithm byte of signed-note
constexpr std::size_t kKeyHashBytes = 4;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kPublicKeyBytes = 32;
// signed-note lets a verifier limit both; no witness network comes near.
constexpr std::size_t kSignaturesMax = 100;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const std::uint8_t* as_bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string key_hash(std::string_view name, std::string_view public_key) {
  const std::string_view type{&kEd25519, 1};
  const Digest digest = Sha256{}.add(name).add("\n").add(type).add(public_key).finish();
  return std::string{as_view(digest).substr(0, kKeyHashBytes)};
}

bool is_key_name(std::string_view name) {
  return !name.empty() && std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '+' || c == '\x7F';
  });
}

// from_base64 is lenient; a note must have one spelling only.
std::optional<std::string> from_strict_base64(std::string_view text) {
  auto bytes = from_base64(text);
  if (bytes && to_base64(*bytes) != text) return std::nullopt;
  return bytes;
}

bool is_signed_by(std::string_view public_key, std::string_view text, std::string_view signature) {
  const Key key{EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, as_bytes(public_key), public_key.size())};
  const Context context{EVP_MD_CTX_new()};
  return key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(
             context.get(), as_bytes(signature), signature.size(), as_bytes(text), text.size()) ==
             1;
}

struct Verifier {
  std::string name;
  std::string hash;
  std::string public_key;
};

std::optional<Verifier> parse_verifier(std::string_view text) {
  const std::size_t first = text.find('+');
  if (first == std::string_view::npos) return std::nullopt;
  // The base64 may itself hold a plus sign, so the second one is the next.
  const std::size_t second = text.find('+', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto hash = from_hex(text.substr(first + 1, second - first - 1));
  const auto key = from_strict_base64(text.substr(second + 1));
  if (!hash || !key || key->size() != 1 + kPublicKeyBytes || key->front() != kEd25519) {
    return std::nullopt;
  }
  Verifier verifier{std::string{text.substr(0, first)}, *hash, key->substr(1)};
  if (!is_key_name(verifier.name)) return std::nullopt;
  if (verifier.hash != key_hash(verifier.name, verifier.public_key)) return std::nullopt;
  return verifier;
}

/// Takes a line off the front; nothing when none is complete.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

struct Note {
  std::string_view text;        // what is signed, its last LF included
  std::string_view signatures;  // lines
};

std::optional<Note> split_note(std::string_view note) {
  // The last blank line parts text and signatures.
  const std::size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos || !note.ends_with('\n')) return std::nullopt;
  return Note{note.substr(0, blank + 1), note.substr(blank + 2)};
}

struct Signature {
  std::string_view name;
  std::string bytes;  // key hash, then what the algorithm gives
};

std::optional<Signature> parse_signature(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix)) return std::nullopt;
  line.remove_prefix(kSignaturePrefix.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) return std::nullopt;
  auto bytes = from_strict_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= kKeyHashBytes) return std::nullopt;
  return Signature{line.substr(0, space), std::move(*bytes)};
}

Failure malformed() {
  return failure(Errc::kInvalidSyntax, "note_malformed", "This is not a signed note.");
}

// One signature of the trusted key that does not fit makes the whole note worthless, whoever else
// signed it.
Result<void> require_signature(Note note, const Verifier& trusted) {
  bool verified = false;
  for (std::size_t count = 0; !note.signatures.empty(); ++count) {
    const auto line = take_line(note.signatures);
    const auto signature = line ? parse_signature(*line) : std::nullopt;
    if (!signature || count >= kSignaturesMax) return malformed();
    const std::string_view all{signature->bytes};
    if (signature->name != trusted.name || all.substr(0, kKeyHashBytes) != trusted.hash) continue;
    const std::string_view bytes = all.substr(kKeyHashBytes);
    if (bytes.size() != kSignatureBytes || !is_signed_by(trusted.public_key, note.text, bytes)) {
      return failure(Errc::kCorrupt, "note_forged", "The signature is not of this text.");
    }
    verified = true;
  }
  if (verified) return {};
  return failure(Errc::kUnauthorized, "note_unsigned", "That key has not signed it.");
}

}  // namespace

Result<HeadKey> HeadKey::from_seed(const SecretKey& seed, std::string_view name) {
  if (!is_key_name(name)) {
    return failure(Errc::kInvalid,
                   "key_name_invalid",
                   "The name of a tree head key must not be empty nor hold spaces or a plus sign.");
  }
  HeadKey key;
  key.name_ = name;
  key.pair_ =
      Key{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), SecretKey::kBytes)};
  std::size_t bytes = key.public_key_.size();
  check(key.pair_ &&
            EVP_PKEY_get_raw_public_key(key.pair_.get(), key.public_key_.data(), &bytes) == 1,
        "OpenSSL has no Ed25519");
  return key;
}

std::string_view HeadKey::public_key() const {
  return {reinterpret_cast<const char*>(public_key_.data()), public_key_.size()};
}

std::string HeadKey::verifier() const {
  std::string typed{kEd25519};
  typed.append(public_key());
  return name_ + "+" + to_hex(key_hash(name_, public_key())) + "+" + to_base64(typed);
}

std::string HeadKey::sign(std::string_view text) const {
  std::string signature(kSignatureBytes, '\0');
  std::size_t bytes = signature.size();
  const Context context{EVP_MD_CTX_new()};
  check(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pair_.get()) == 1 &&
            EVP_DigestSign(context.get(),
                           reinterpret_cast<std::uint8_t*>(signature.data()),
                           &bytes,
                           as_bytes(text),
                           text.size()) == 1,
        "Ed25519 could not sign");
  return signature;
}

std::string sign_note(const HeadKey& key, std::string_view text) {
  check(text.ends_with('\n'), "the text of a note ends with a line end");
  const std::string signature = key_hash(key.name(), key.public_key()) + key.sign(text);
  std::string note{text};
  note.append("\n").append(kSignaturePrefix).append(key.name()).append(" ");
  note.append(to_base64(signature)).append("\n");
  return note;
}

std::optional<std::string_view> note_text(std::string_view note) {
  const auto parts = split_note(note);
  return parts ? std::optional{parts->text} : std::nullopt;
}

Result<std::string_view> open_note(std::string_view note, std::string_view verifier) {
  const auto trusted = parse_verifier(verifier);
  if (!trusted) {
    return failure(Errc::kInvalidSyntax,
                   "verifier_malformed",
                   "A verifier key reads <name>+<8 hex digits>+<base64 of an Ed25519 key>.");
  }
  const auto parts = split_note(note);
  if (!parts) return malformed();
  MUSTER_CHECKED(require_signature(*parts, *trusted));
  return parts->text;
}

}  // namespace muster
