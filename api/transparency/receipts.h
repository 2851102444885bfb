/// Receipts: what a writer who asks for one takes away (RFC 7240, `Prefer: receipt`).
///
///   Preference-Applied: receipt
///   Muster-Receipt: base64 of a tlog-proof of the command's last event
///   Muster-Receipt-Leaves: 15=<leaf hash, base64>, 16=...   the newest kReceiptLeavesMax
///   Link: </log/{tid}/proof/16>; rel="https://c2sp.org/tlog-proof"
#pragma once

#include <string>
#include <string_view>

#include "api/http/request.h"
#include "api/http/response.h"
#include "api/transparency/tree_heads.h"

namespace muster {

/// Of a command with more events the others can be asked for.
inline constexpr std::uint64_t kReceiptLeavesMax = 16;

bool asks_for_receipt(const Request& request);

/// The events of one command.
struct ReceiptSubject {
  LogId log{};
  std::string_view tenant;
  std::uint64_t first = 0;  // position
  std::uint64_t count = 0;  // at least one
};

/// All positions must be published.
Result<void> add_receipt(TreeHeads& heads, const ReceiptSubject& subject, Response& response);

/// That the event at a position is in a log, as a tlog-proof.
Result<std::string> prove_position(TreeHeads& heads, LogId log, std::uint64_t position);

}  // namespace muster
