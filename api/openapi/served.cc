#include "api/openapi/served.h"

#include <array>

#include "api/administration/operations.h"
#include "api/audit/operations.h"
#include "api/directory/operations.h"
#include "api/import/import_operation.h"
#include "api/transparency/operations.h"

namespace muster {

OperationTables served_operations() {
  static const std::array kTables{
      every_operation(),
      import_operations(),
      administration_operations(),
      audit_operations(),
      transparency_operations(),
  };
  return kTables;
}

}  // namespace muster
