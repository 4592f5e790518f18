# Tests of the scripts in ops/, and the two checks over all sources. One CTest test per file.
# A test whose tool is missing is reported as skipped, with the reason in its output.
set(nba_ops_tests ${PROJECT_SOURCE_DIR}/tests/ops)

function(nba_script_test name)
  cmake_parse_arguments(ARG "" "TOOL;TIMEOUT" "COMMAND" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${nba_ops_tests}/with_tool.sh ${ARG_TOOL} ${ARG_COMMAND})
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT ${ARG_TIMEOUT})
endfunction()

foreach(part console packages env_file run_daily arguments install fuzz revision adr_index rooms links reading_list contract mutants)
  nba_script_test(ops_${part} TOOL bats COMMAND bats ${nba_ops_tests}/${part}.bats)
endforeach()
nba_script_test(ops_systemd TOOL systemd-analyze COMMAND bats ${nba_ops_tests}/systemd.bats)
nba_script_test(shellcheck TOOL shellcheck COMMAND ${nba_ops_tests}/check_scripts.sh)
nba_script_test(clang_format TOOL clang-format-14 COMMAND ${nba_ops_tests}/check_format.sh)

# The scripts with the real program, against the synthetic league.
nba_script_test(ops_end_to_end TOOL bats TIMEOUT 600 COMMAND bats ${nba_ops_tests}/end_to_end.bats)
set_tests_properties(ops_end_to_end PROPERTIES ENVIRONMENT "NBA_SCRAPER_TESTED=$<TARGET_FILE:nba-scraper>")
# What Prometheus, its textfile collector and the dashboard make of the metrics.
nba_script_test(ops_prometheus TOOL prometheus TIMEOUT 300 COMMAND bats ${nba_ops_tests}/prometheus.bats)
set_tests_properties(ops_prometheus PROPERTIES ENVIRONMENT "NBA_SCRAPER_TESTED=$<TARGET_FILE:nba-scraper>")
# What loads an export, where there is something to load it with.
foreach(loader pandas duckdb)
  nba_script_test(ops_load_${loader} TOOL sqlite3 COMMAND ${nba_ops_tests}/load_${loader}.sh $<TARGET_FILE:nba-scraper>)
endforeach()

# Man pages and completion in the programs that read them.
nba_script_test(ops_manual TOOL bats COMMAND bats ${nba_ops_tests}/manual.bats)
set_tests_properties(ops_manual PROPERTIES ENVIRONMENT "NBA_MANUAL=${CMAKE_BINARY_DIR}/manual")
# The units' command lines as their user.
nba_script_test(ops_units TOOL bats COMMAND bats ${nba_ops_tests}/units.bats)
set_tests_properties(ops_units PROPERTIES ENVIRONMENT "NBA_SCRAPER_TESTED=$<TARGET_FILE:nba-scraper>")
# A job of one's own against the installed library: compiled as this build is.
nba_script_test(ops_library TOOL bats TIMEOUT 300 COMMAND bats ${nba_ops_tests}/library.bats)
set(nba_flags_of_build ${CMAKE_CXX_FLAGS})
if(NBA_SANITIZE_ADDRESS)
  string(APPEND nba_flags_of_build " -fsanitize=address,undefined -fno-sanitize=vptr")
elseif(NBA_SANITIZE_THREAD)
  string(APPEND nba_flags_of_build " -fsanitize=thread")
endif()
set_tests_properties(ops_library PROPERTIES ENVIRONMENT
  "NBA_BUILD=${CMAKE_BINARY_DIR};NBA_BUILD_FLAGS=${nba_flags_of_build};NBA_SCRAPER_TESTED=$<TARGET_FILE:nba-scraper>")

nba_script_test(ops_hardening TOOL readelf COMMAND bats ${nba_ops_tests}/hardening.bats)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set_tests_properties(ops_hardening PROPERTIES ENVIRONMENT "NBA_RELEASE_PROGRAM=$<TARGET_FILE:nba-scraper>")
endif()
include(${CMAKE_CURRENT_LIST_DIR}/fresh_machine.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/package.cmake)
