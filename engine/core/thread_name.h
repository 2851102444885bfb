/// What the kernel knows of a thread: the name that `top -H` and profilers show, and its priority.
#pragma once

namespace muster {

/// Names the calling thread; the kernel takes at most 15 characters and ignores longer names.
void name_thread(const char* name);

/// Gives the calling thread a lower priority than others of the process have. Linux: nice values
/// are of threads.
void yield_to_others();

}  // namespace muster
