# nba_actors: the concurrent engine.
nba_sources(actor_sources actors actors/jobs actors/run)
add_library(nba_actors STATIC ${actor_sources})
target_precompile_headers(nba_actors PRIVATE <caf/all.hpp>)
target_link_libraries(nba_actors PUBLIC nba_pipeline nba_storage CAF::core PRIVATE fmt::fmt)
if(NBA_SANITIZE_ADDRESS)
  # For everything that includes CAF: checks as calls compile faster than checks in line. They run slower, which actors do not
  # notice.
  target_compile_options(nba_actors PUBLIC --param=asan-instrumentation-with-call-threshold=0)
endif()
