# Tests. One doctest executable per room; every executable is one CTest test.
# A test that needs the recorded seasons looks for NBA_RECORDED_DATA (or ../shared/data beside the checkout) and says when it skips.
find_package(doctest CONFIG REQUIRED)
add_library(nba_test_main STATIC tests/support/test_main.cpp)
target_link_libraries(nba_test_main PUBLIC doctest::doctest)

# ACTORLESS: everything that the program runs is built here, so every sanitizer understands it. (Debian's CAF is not
# instrumented: what its scheduler and mailboxes synchronise would be reported by ThreadSanitizer as races.)
# The target actorless_tests and the CTest label actorless stand for all of these.
# COST: CTest starts what takes longest first.
add_custom_target(actorless_tests)
function(nba_test name)
  cmake_parse_arguments(ARG "ACTORLESS" "TIMEOUT;COST" "FOLDERS;LIBRARIES" ${ARGN})
  nba_sources(sources ${ARG_FOLDERS})
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE nba_test_main nba_test_support ${ARG_LIBRARIES})
  target_precompile_headers(${name} PRIVATE <doctest/doctest.h>)
  add_test(NAME ${name} COMMAND ${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  if(NBA_SANITIZE_ADDRESS OR NBA_SANITIZE_THREAD)
    math(EXPR ARG_TIMEOUT "4 * ${ARG_TIMEOUT}")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
  if(ARG_COST)
    set_tests_properties(${name} PROPERTIES COST ${ARG_COST})
  endif()
  if(ARG_ACTORLESS)
    add_dependencies(actorless_tests ${name})
    set_property(TEST ${name} APPEND PROPERTY LABELS actorless)
  endif()
endfunction()

# Helpers shared by tests: recorded data, temporary folders, a private PostgreSQL cluster, child processes.
nba_sources(test_support_sources tests/support)
list(FILTER test_support_sources EXCLUDE REGEX "/test_main\\.cpp$")
add_library(nba_test_support STATIC ${test_support_sources})
target_compile_definitions(nba_test_support PRIVATE NBA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_include_directories(nba_test_support PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(nba_test_support PUBLIC nba_pipeline PRIVATE PkgConfig::HTTPLIB Threads::Threads)

# The whole graph of actors on the testing scheduler, with a model host and a model store around it.
nba_sources(engine_test_support_sources tests/support/engine)
add_library(nba_engine_test_support STATIC ${engine_test_support_sources})
target_link_libraries(nba_engine_test_support PUBLIC nba_test_support nba_actors)

nba_test(plan_tests      ACTORLESS FOLDERS tests/unit/pipeline tests/unit/plan LIBRARIES nba_pipeline)
# One test compares docs/log-events.md with the list of events.
target_compile_definitions(plan_tests PRIVATE NBA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
nba_test(source_tests    ACTORLESS FOLDERS tests/unit/source    LIBRARIES nba_pipeline PkgConfig::HTTPLIB)
nba_test(transform_tests ACTORLESS FOLDERS tests/unit/transform LIBRARIES nba_pipeline nlohmann_json::nlohmann_json)
# One test compares docs/documents.md with the table of fields.
target_compile_definitions(transform_tests PRIVATE NBA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
nba_test(derive_tests    ACTORLESS FOLDERS tests/unit/derive    LIBRARIES nba_fake_nba)
nba_test(league_tests    ACTORLESS FOLDERS tests/unit/league    LIBRARIES nba_fake_nba PkgConfig::HTTPLIB nlohmann_json::nlohmann_json)
nba_test(cli_tests       FOLDERS tests/unit/cli       LIBRARIES nba_cli SQLite::SQLite3 Pqxx::pqxx nlohmann_json::nlohmann_json)
# Some tests run the built program, and one compares docs/configuration.md with the table of settings.
target_compile_definitions(cli_tests PRIVATE NBA_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
  NBA_SCRAPER_BINARY="$<TARGET_FILE:nba-scraper>")
add_dependencies(cli_tests nba-scraper)
nba_test(actor_tests     FOLDERS tests/unit/actors tests/unit/actors/jobs tests/unit/actors/run LIBRARIES nba_engine_test_support)
nba_test(simulation_tests FOLDERS tests/simulation   LIBRARIES nba_engine_test_support nba_revision COST 120)
if(NBA_SANITIZE_ADDRESS)
  # Seven times slower: for at least twice as long, which is a thousand seeds.
  set_property(TEST simulation_tests APPEND PROPERTY ENVIRONMENT NBA_SIM_SECONDS=120)
endif()
nba_test(store_tests     ACTORLESS FOLDERS tests/integration/store    LIBRARIES nba_storage SQLite::SQLite3 Pqxx::pqxx TIMEOUT 600)
nba_test(pipeline_tests  FOLDERS tests/integration/pipeline tests/issues LIBRARIES nba_cli SQLite::SQLite3 Pqxx::pqxx TIMEOUT 900 COST 750)
nba_test(crash_tests     FOLDERS tests/crash LIBRARIES nba_cli SQLite::SQLite3 Pqxx::pqxx TIMEOUT 900 COST 450)
foreach(name pipeline_tests crash_tests)
  target_compile_definitions(${name} PRIVATE NBA_SCRAPER_BINARY="$<TARGET_FILE:nba-scraper>")
  add_dependencies(${name} nba-scraper)
endforeach()
target_sources(crash_tests PRIVATE tests/integration/pipeline/scene.cpp)
include(tests/fuzz/targets.cmake)
include(tests/fuzz/fuzz_test.cmake)
include(tests/ops/targets.cmake)
include(tests/sanitizers.cmake)
