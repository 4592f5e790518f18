# Options of the sanitizers, for every test of this build and the programs it starts. To be included last.
#
# An exit code of their own: tests expect the program to end with 1 now and then, and a sanitizer's report must not pass
# for it. 86 is none of cli/exit_codes.hpp.
set(nba_sanitizer_environment)
if(NBA_SANITIZE_ADDRESS)
  list(APPEND nba_sanitizer_environment
    "ASAN_OPTIONS=exitcode=86:strict_string_checks=1"
    "LSAN_OPTIONS=exitcode=86:suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp"
    "UBSAN_OPTIONS=exitcode=86:print_stacktrace=1:halt_on_error=1")
endif()
if(NBA_SANITIZE_THREAD)
  list(APPEND nba_sanitizer_environment
    "TSAN_OPTIONS=exitcode=86:second_deadlock_stack=1:suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp")
endif()
get_property(nba_all_tests DIRECTORY PROPERTY TESTS)
foreach(name ${nba_all_tests})
  set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT ${nba_sanitizer_environment})
endforeach()
