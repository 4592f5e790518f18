# README.md's commands on a fresh machine as a test: ops/test.sh --fresh-machine. It starts first: it takes longest, and beside it
# run the tests that wait most of their time.
option(NBA_FRESH_MACHINE_TEST "Run README.md's commands in a minimal Debian as a test; needs root" OFF)
if(NBA_FRESH_MACHINE_TEST)
  add_test(NAME fresh_machine COMMAND ${PROJECT_SOURCE_DIR}/tests/ops/fresh_machine.sh)
  set_tests_properties(fresh_machine PROPERTIES TIMEOUT 3600 COST 1000 SKIP_RETURN_CODE 77)
endif()
