/// What `top -H` and profilers show of a thread.
#pragma once

namespace muster {

/// Names the calling thread; the kernel takes at most 15 characters and ignores longer names.
void name_thread(const char* name);

}  // namespace muster
