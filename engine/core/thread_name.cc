#include "engine/core/thread_name.h"

#include <pthread.h>
#include <sys/resource.h>

namespace muster {

void name_thread(const char* name) {
  pthread_setname_np(pthread_self(), name);  // a thread without a name works as well
}

void yield_to_others() {
  constexpr int kNice = 10;
  ::setpriority(PRIO_PROCESS, 0, kNice);  // refused: it only competes more
}

}  // namespace muster
