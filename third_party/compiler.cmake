# Flags common to all targets: warnings, hardening, sanitizers, ccache and a fast linker where present.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
                    -fstack-protector-strong)
if(FIELDSEAL_WERROR)
  add_compile_options(-Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # These look at code after inlining; GCC 12 reports sound uses of std::vector and std::optional (GCC bugs 105562, 107852). Shown, not fatal.
    add_compile_options(-Wno-error=stringop-overflow -Wno-error=stringop-overread -Wno-error=array-bounds -Wno-error=maybe-uninitialized -Wno-error=restrict
                        -Wno-error=free-nonheap-object)
  endif()
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Inside libstdc++'s own stable sort, which clang takes for ours.
  add_compile_options(-Wno-error=deprecated-declarations)
endif()
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
add_link_options(-Wl,-z,relro,-z,now)

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

if(FIELDSEAL_SANITIZE)
  add_compile_options(-fsanitize=${FIELDSEAL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1)
  add_link_options(-fsanitize=${FIELDSEAL_SANITIZE})
endif()
if(FIELDSEAL_FUZZ)
  # What libFuzzer steers by; programs that are no fuzzers only count along.
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
