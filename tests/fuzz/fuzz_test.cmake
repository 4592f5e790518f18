# Fuzzing as a test: ops/test.sh --fuzz, which builds the preset fuzz beforehand. It takes every core.
option(NBA_FUZZ_TEST "Run the fuzzers of the preset fuzz as a test, six seconds each" OFF)
if(NBA_FUZZ_TEST)
  add_test(NAME fuzz COMMAND ${PROJECT_SOURCE_DIR}/ops/fuzz.sh --no-install --no-build --seconds 6)
  set_tests_properties(fuzz PROPERTIES TIMEOUT 900 PROCESSORS 2 LABELS fuzz)
endif()
