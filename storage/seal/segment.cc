// segment    := format:1 slot:be32 salt:32 commitment:32 ciphertext:64*n tag:16
// format     := 0x01
// ciphertext := AES-256-GCM of: plaintext 0x80 zero*   (up to the next multiple of 64 bytes)
// associated := format:1 slot:be32 log:be32 stream:16 version:be32 number:be32 type
// key:32 commitment:32 := HKDF-SHA-256(secret: subject key, salt, info: "muster segment v1")
//
// The type comes last and everything before it is of fixed length, so no two contexts give the
// same associated data. The nonce is all zero: a key encrypts exactly one segment, because every
// segment has 32 fresh random bytes of salt, so the pair (key, nonce) does not repeat. The
// commitment binds the segment to one key: GCM alone would let somebody who knows two keys build a
// segment that opens under both.
#include "storage/seal/segment.h"

#include <array>
#include <cstring>

#include "engine/core/bytes.h"
#include "storage/seal/aead.h"
#include "storage/seal/digest.h"

namespace muster {

namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kSaltAt = 5;
constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kCommitmentAt = kSaltAt + kSaltBytes;
constexpr std::size_t kCommitmentBytes = 32;
constexpr std::size_t kHeaderBytes = kCommitmentAt + kCommitmentBytes;
constexpr std::size_t kPadBytes = 64;
constexpr char kPadMark = '\x80';
constexpr std::string_view kInfo = "muster segment v1";
constexpr AeadNonce kNonce{};

struct SegmentKeys {
  SecretKey encryption;
  SecretKey commitment;
};

SegmentKeys derive_keys(const SecretKey& subject, std::string_view salt) {
  std::array<std::uint8_t, 2 * SecretKey::kBytes> both{};
  hkdf_sha256(subject.view(), salt, kInfo, both);
  SegmentKeys keys;
  std::memcpy(keys.encryption.writable().data(), both.data(), SecretKey::kBytes);
  std::memcpy(
      keys.commitment.writable().data(), both.data() + SecretKey::kBytes, SecretKey::kBytes);
  wipe(both);
  return keys;
}

std::string associated_data(std::string_view format_and_slot, const SegmentContext& context) {
  std::string out;
  out.reserve(kSaltAt + 28 + context.type.size());
  out.append(format_and_slot);
  put_big_endian_32(out, raw(context.log));
  out.append(context.stream.view());
  put_big_endian_32(out, context.version);
  put_big_endian_32(out, context.number);
  out.append(context.type);
  return out;
}

std::span<std::uint8_t> writable(std::string& text, std::size_t from, std::size_t count) {
  return std::span{reinterpret_cast<std::uint8_t*>(text.data()), text.size()}.subspan(from, count);
}

Failure damaged(std::string_view reason) {
  return failure(Errc::kCorrupt, "segment_damaged", reason);
}

}  // namespace

Result<std::string> seal_segment(const SubjectKey& key,
                                 const SegmentContext& context,
                                 std::string_view plaintext,
                                 Entropy& entropy) {
  if (plaintext.size() > kSegmentPlaintextBytesMax) {
    return failure(Errc::kTooLarge, "segment_too_large", "Personal fields of one event: 1 MiB.");
  }
  const std::size_t padded_bytes = (plaintext.size() / kPadBytes + 1) * kPadBytes;
  std::string segment;
  segment.reserve(kHeaderBytes + padded_bytes + kAeadTagBytes);
  segment.push_back(static_cast<char>(kFormat));
  put_big_endian_32(segment, raw(key.slot));
  segment.resize(kHeaderBytes, '\0');
  segment.append(plaintext);
  segment.push_back(kPadMark);
  segment.resize(kHeaderBytes + padded_bytes + kAeadTagBytes, '\0');

  entropy.fill(writable(segment, kSaltAt, kSaltBytes));
  const std::string_view whole{segment};
  const SegmentKeys keys = derive_keys(key.key, whole.substr(kSaltAt, kSaltBytes));
  std::memcpy(segment.data() + kCommitmentAt, keys.commitment.data(), kCommitmentBytes);
  const std::string associated = associated_data(whole.substr(0, kSaltAt), context);
  aead_seal({keys.encryption, kNonce, associated},
            whole.substr(kHeaderBytes, padded_bytes),
            writable(segment, kHeaderBytes, padded_bytes + kAeadTagBytes));
  return segment;
}

Result<Slot> segment_slot(std::string_view segment) {
  ByteReader reader{segment};
  const std::uint8_t format = reader.byte();
  const Slot slot{reader.big_endian_32()};
  if (!reader.ok() || segment.size() < kHeaderBytes + kPadBytes + kAeadTagBytes) {
    return damaged("The segment is too short.");
  }
  if (format != kFormat) return damaged("The segment has an unknown format.");
  if ((segment.size() - kHeaderBytes - kAeadTagBytes) % kPadBytes != 0) {
    return damaged("The segment has a length that no segment has.");
  }
  return slot;
}

Result<std::string> open_segment(const SecretKey& key,
                                 const SegmentContext& context,
                                 std::string_view segment) {
  MUSTER_CHECKED(segment_slot(segment));
  const SegmentKeys keys = derive_keys(key, segment.substr(kSaltAt, kSaltBytes));
  const std::string_view commitment = segment.substr(kCommitmentAt, kCommitmentBytes);
  if (!equal_in_constant_time(keys.commitment.view(), commitment)) {
    return damaged("The segment was not sealed under the key of its slot.");
  }
  const std::string_view sealed = segment.substr(kHeaderBytes);
  const std::string associated = associated_data(segment.substr(0, kSaltAt), context);
  std::string plaintext(sealed.size() - kAeadTagBytes, '\0');
  if (!aead_open({keys.encryption, kNonce, associated},
                 sealed,
                 writable(plaintext, 0, plaintext.size()))) {
    return damaged("The segment or the place it belongs to has been changed.");
  }
  const std::size_t mark = plaintext.find_last_not_of('\0');
  if (mark == std::string::npos || plaintext[mark] != kPadMark) {
    return damaged("The segment has no end mark.");
  }
  plaintext.resize(mark);
  return plaintext;
}

}  // namespace muster
