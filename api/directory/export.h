/// A tenant's configuration as an answer of any size.
#pragma once

#include "api/http/response.h"
#include "api/server/services.h"
#include "engine/core/json_tree.h"

namespace muster {

/// The document, sent while it is read: a piece at a time, made on the scanning pool. All of it is
/// the directory as it was when the answer began.
Result<Response> export_response(const Services& services, LogId log, std::string tenant_id);

/// What fits into memory: as much as an import takes.
inline constexpr std::size_t kExportTreeBytesMax = std::size_t{16} * 1024 * 1024;

/// The document at `point`. kTooLarge "configuration_too_large" beyond kExportTreeBytesMax.
Result<JsonTree> export_tree(const Services& services,
                             std::shared_ptr<const ReadPoint> point,
                             LogId log,
                             std::string tenant_id);

}  // namespace muster
