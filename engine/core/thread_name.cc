#include "engine/core/thread_name.h"

#include <pthread.h>

namespace muster {

void name_thread(const char* name) {
  pthread_setname_np(pthread_self(), name);  // a thread without a name works as well
}

}  // namespace muster
