/// FitChecker: after a schema was replaced, notes which users no longer fit it, and which do again.
///
/// A process in the background: SchemaState::version says what must be checked, ::checked what was,
/// so it goes on after a restart.
#pragma once

#include "api/server/background_thread.h"
#include "api/server/compiled_schemas.h"
#include "api/server/schema_trial.h"
#include "engine/sequencer/command.h"

namespace muster {

class FitChecker {
 public:
  FitChecker(const Published& published,
             const Directory& lists,
             const SchemaTrial& trial,
             CompiledSchemas& schemas,
             CommandSink& commands);
  FitChecker(const FitChecker&) = delete;
  FitChecker& operator=(const FitChecker&) = delete;

 private:
  void work();
  Result<void> check_all(const ReadPoint& point);
  Result<void> check(const ReadPoint& point, LogId log, const SchemaState& schema);
  /// False when it was stopped.
  Result<bool> compare_users(LogId log,
                             const SchemaState& schema,
                             const SchemaWithRevision& compiled);

  const Published& published_;
  const Directory& lists_;
  const SchemaTrial& trial_;
  CompiledSchemas& schemas_;
  CommandSink& commands_;
  BackgroundThread thread_;  // last: it uses the others
};

}  // namespace muster
