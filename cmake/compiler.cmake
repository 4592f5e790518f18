# Warnings, hardening, sanitizers, and the tools that keep builds quick.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug, RelWithDebInfo" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Precompiled headers need the sloppiness; see ccache's manual, "Precompiled headers".
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# Errors by preset (CMAKE_COMPILE_WARNING_AS_ERROR): a compiler that users have may warn of more.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives in inlined std::variant and std::string under -O2 (GCC bugs 105329, 105562).
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict)
  add_compile_options(-fpch-preprocess)  # lets ccache work with precompiled headers
endif()

# What users run reads what a network sends. tests/ops/hardening.bats looks for each of these in a program.
if(CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo|MinSizeRel)$")
  add_compile_options(-fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fPIE)
  add_link_options(-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()

if(NBA_SANITIZE_ADDRESS)
  # `vptr` is left out: it takes a third of the compile time (every call in CAF's templates), and what it would find, a
  # static_cast to the wrong class of a hierarchy, is nothing that this code does.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
  # These three check every access to memory, which AddressSanitizer does too. They stay where bytes are handled
  # (nba_check_every_access, and the fuzzers); in CAF's templates and the tests they are half the compile time (ADR 88).
  set(nba_access_checks null,alignment,pointer-overflow)
  if(NOT NBA_FUZZ)
    add_compile_options(-fno-sanitize=${nba_access_checks})
  endif()
endif()
function(nba_check_every_access target)
  if(NBA_SANITIZE_ADDRESS)
    target_compile_options(${target} PRIVATE -fsanitize=${nba_access_checks})
  endif()
endfunction()
if(NBA_SANITIZE_THREAD)
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()
