# nba::revision: a header with the project's version and the git revision, rewritten only when they change.
set(NBA_REVISION_DIR ${CMAKE_BINARY_DIR}/generated)
add_custom_target(nba_revision_header
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUTPUT=${NBA_REVISION_DIR}/revision.hpp
          -DVERSION=${PROJECT_VERSION} -P ${CMAKE_CURRENT_LIST_DIR}/write_revision.cmake
  BYPRODUCTS ${NBA_REVISION_DIR}/revision.hpp
  COMMENT "Noting the git revision")
add_library(nba_revision INTERFACE)
add_library(nba::revision ALIAS nba_revision)
add_dependencies(nba_revision nba_revision_header)
target_include_directories(nba_revision INTERFACE ${NBA_REVISION_DIR})
