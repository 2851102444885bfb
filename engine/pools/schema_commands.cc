#include "engine/pools/schema_commands.h"

#include <memory>

#include "engine/administration/begin.h"
#include "engine/schemas/compiled_schema.h"

namespace muster {
namespace {

Failure system_schema() {
  return failure(
      Errc::kConflict, "system_schema", "a system schema can neither be changed nor deleted");
}

/// Faults of fields first, then those of the schema itself, below /schema.
template <class Input>
Result<void> check_input(const Input& input) {
  Faults faults;
  check_id(faults, "/id", input.id);
  check_name(faults, "/name", input.name);
  check_description(faults, "/description", input.description);
  if (input.schema.empty()) {
    faults.add("/schema", "required", "must be given");
  }
  MUSTER_CHECKED(faults.done("invalid_request"));
  Result<std::shared_ptr<const CompiledSchema>> compiled =
      CompiledSchema::compile(input.schema.text);
  if (!compiled) {
    for (Fault& fault : compiled.error().faults) {
      fault.pointer.insert(0, "/schema");
    }
    return std::move(compiled).error();
  }
  return {};
}

bool differs(const SchemaState& schema, const SchemaReplaced& event) {
  return schema.name != event.name || schema.description != event.description ||
         schema.schema != event.schema || schema.system != event.system;
}

}  // namespace

Result<Decide> prepare_create_schema(const DomainPorts& ports, CreateSchema input) {
  const StreamId stream = make_stream(ports);
  if (input.id.empty()) {
    input.id = stream.text();
  }
  MUSTER_CHECKED(check_input(input));
  const StateAddress address{input.log, Aggregate::kSchema, {}, input.id};
  SchemaCreated event{std::move(input.id),
                      std::move(input.name),
                      std::move(input.description),
                      std::move(input.schema),
                      input.system,
                      input.created,
                      input.updated};
  MUSTER_TRY(Draft draft, make_draft(ports.sealer, input.log, stream, Slot{0}, std::move(event)));
  return begin_stream({address, stream, std::move(draft)}, "schema_id");
}

Result<Decide> prepare_replace_schema(const DomainPorts& ports, ReplaceSchema input) {
  MUSTER_CHECKED(check_input(input));
  const StateAddress address{input.log, Aggregate::kSchema, {}, input.id};
  SchemaReplaced event{
      std::move(input.name), std::move(input.description), std::move(input.schema), input.system};
  // Nothing is sealed, so the draft needs no stream yet.
  MUSTER_TRY(Draft made, make_draft(ports.sealer, input.log, {}, Slot{0}, std::move(event)));
  const auto draft = std::make_shared<const Draft>(std::move(made));
  return Decide{[address, draft, expected = input.expected_version](StateReader& states,
                                                                    Micros) -> Result<Decision> {
    MUSTER_TRY(const SchemaState* schema, states.get<SchemaState>(address));
    if (schema == nullptr) {
      return not_found("schema");
    }
    if (schema->system) {
      return system_schema();
    }
    if (expected && schema->version != *expected) {
      return failure(Errc::kConflict,
                     "plan_outdated",
                     "the schema was changed since the plan was made; make another");
    }
    if (!differs(*schema, std::get<SchemaReplaced>(draft->event))) {
      return Decision{{}, address, {}};
    }
    return Decision{{Fact{address, schema->head.stream, *draft}}, address, {}};
  }};
}

Result<Decide> prepare_finish_fit_check(FinishFitCheck input) {
  const StateAddress address{input.log, Aggregate::kSchema, {}, std::move(input.id)};
  return Decide{
      [address, version = input.version](StateReader& states, Micros) -> Result<Decision> {
        MUSTER_TRY(const SchemaState* schema, states.get<SchemaState>(address));
        if (schema == nullptr || schema->version != version || schema->checked == version) {
          return Decision{{}, address, {}};
        }
        Fact fact{address, schema->head.stream, open_draft(SchemaFitChecked{version})};
        return Decision{{std::move(fact)}, address, {}};
      }};
}

Result<Decide> prepare_delete_schema(DeleteSchema input) {
  const StateAddress address{input.log, Aggregate::kSchema, {}, std::move(input.id)};
  return Decide{[address](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const SchemaState* schema, states.get<SchemaState>(address));
    if (schema == nullptr) {
      return not_found("schema");
    }
    if (schema->system) {
      return system_schema();
    }
    const std::string key = states.views().schema_use_key(address.log, address.id);
    MUSTER_TRY(const Counters uses, states.counters(key));
    if (uses != Counters{}) {
      return failure(Errc::kConflict, "schema_in_use", "a pool or a user has this schema");
    }
    Fact fact{address, schema->head.stream, open_draft(SchemaDeleted{})};
    return Decision{{std::move(fact)}, address, {}};
  }};
}

}  // namespace muster
