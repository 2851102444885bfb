#include "api/transparency/receipts.h"

#include <algorithm>

#include "api/transparency/formats.h"

namespace muster {
namespace {

constexpr std::string_view kPreference = "receipt";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Result<std::string> leaves_of(TreeHeads& heads, const ReceiptSubject& subject) {
  const std::uint64_t count = std::min(subject.count, kReceiptLeavesMax);
  const std::uint64_t first = subject.first + subject.count - count;
  KvTreeNodes nodes = heads.nodes(subject.log, *heads.published().now());
  MUSTER_TRY(const std::string hashes, nodes.hashes(0, first, count));
  std::string list;
  for (std::uint64_t i = 0; i < count; ++i) {
    list += (i == 0 ? "" : ", ") + std::to_string(first + i) + "=" +
            to_base64(std::string_view{hashes}.substr(i * sizeof(Digest), sizeof(Digest)));
  }
  return list;
}

}  // namespace

bool asks_for_receipt(const Request& request) {
  if (!request.has_header("prefer")) {
    return false;
  }
  const std::string joined = request.joined_header("prefer");
  for (std::string_view rest = joined; !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    const std::string_view preference = rest.substr(0, comma);
    if (equal_ignoring_case(trimmed(preference.substr(0, preference.find(';'))), kPreference)) {
      return true;
    }
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

Result<std::string> prove_position(TreeHeads& heads, LogId log, std::uint64_t position) {
  MUSTER_TRY(const auto head, heads.covering(log, position));
  KvTreeNodes nodes = heads.nodes(log, *heads.published().now());
  MUSTER_TRY(const Proof hashes, inclusion_proof(nodes, position, head->size));
  return write_tlog_proof(position, hashes, head->checkpoint);
}

Result<void> add_receipt(TreeHeads& heads, const ReceiptSubject& subject, Response& response) {
  const std::uint64_t last = subject.first + subject.count - 1;
  MUSTER_TRY(const std::string proof, prove_position(heads, subject.log, last));
  MUSTER_TRY(const std::string leaves, leaves_of(heads, subject));
  response.add_header("Preference-Applied", kPreference);
  response.add_header("Muster-Receipt", to_base64(proof));
  response.add_header("Muster-Receipt-Leaves", leaves);
  response.add_header("Link",
                      "</log/" + std::string{subject.tenant} + "/proof/" + std::to_string(last) +
                          ">; rel=\"https://c2sp.org/tlog-proof\"");
  return {};
}

}  // namespace muster
