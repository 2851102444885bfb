/// The views of the directory: which rows follow from which state. Keys: projections/keys.h;
/// values: projections/rows.h and projections/user_row.h.
#pragma once

#include "engine/ports/views.h"
#include "projections/keys.h"
#include "projections/rows.h"
#include "projections/user_row.h"

namespace muster {

class DirectoryViews final : public Views {
 public:
  [[nodiscard]] RowKey row_of(const StateAddress& address) const override;
  [[nodiscard]] Result<AnyState> decode(const StateAddress& address,
                                        std::string_view value) const override;
  void rows(const AnyState& state, const RowContext& context, RowSet& out) const override;
  void past_rows(const std::vector<Row>& rows,
                 const AnyState& before,
                 const RowsEnd& how,
                 std::vector<Row>& out) const override;
  [[nodiscard]] std::string past_leads(LogId log, StreamId stream) const override;
  void erase_past(const Row& lead, std::vector<RowKey>& gone, std::vector<Row>& out) const override;
  [[nodiscard]] Failure taken(const Row& wanted) const override;
  [[nodiscard]] std::string pool_count_key(LogId log, StreamId pool) const override;
  [[nodiscard]] std::string schema_use_key(LogId log, std::string_view schema_id) const override;
  [[nodiscard]] std::string workspace_use_key(LogId log,
                                              std::string_view workspace_id) const override;
  [[nodiscard]] std::string pool_groups_key(LogId log, StreamId pool) const override;
  [[nodiscard]] std::string pool_folded_key(LogId log, StreamId pool) const override;
  [[nodiscard]] std::string group_content_key(LogId log, StreamId group) const override;
};

/// The form in which identifiers and addresses of a pool are compared, and the rows that hold it.
std::string comparison_form(const PoolState& pool, std::string_view value);
KeyRows compared_rows(const PoolState& pool);

}  // namespace muster
