/// What a fold works with. Everything is used by several threads at once.
#pragma once

#include "engine/ports/sealer.h"
#include "engine/ports/views.h"
#include "projections/fold/row_sink.h"
#include "storage/kv.h"

namespace muster {

struct FoldPorts {
  const Kv& kv;
  Sealer& sealer;
  const Views& views;
  RowSink& sink;
  FindingSink& findings;
};

}  // namespace muster
