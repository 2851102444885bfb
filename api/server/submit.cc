#include "api/server/submit.h"

#include <future>

namespace muster {

Result<Accepted> submit_and_wait(CommandSink& commands, Command command) {
  const auto promise = std::make_shared<std::promise<Result<Accepted>>>();
  auto future = promise->get_future();
  commands.submit(std::move(command),
                  [promise](Result<Accepted> outcome) { promise->set_value(std::move(outcome)); });
  return future.get();
}

Result<Accepted> submit_and_wait(CommandSink& commands, LogId log, Decide decide) {
  Command command;
  command.log = log;
  command.decide = std::move(decide);
  return submit_and_wait(commands, std::move(command));
}

}  // namespace muster
