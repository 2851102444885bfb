# Compiler cache, linker and where programs are put.

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(MUSTER_CCACHE ccache)
  mark_as_advanced(MUSTER_CCACHE)
  if(MUSTER_CCACHE)
    set(CMAKE_C_COMPILER_LAUNCHER ${MUSTER_CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${MUSTER_CCACHE})
  endif()
endif()

# mold links a test binary in a fraction of a second, lld in a few; without either, ld does.
find_program(MUSTER_MOLD mold)
find_program(MUSTER_LLD ld.lld)
mark_as_advanced(MUSTER_MOLD MUSTER_LLD)
if(MUSTER_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(MUSTER_LLD)
  add_link_options(-fuse-ld=lld)
endif()

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
