# The examples of docs/: compiled with everything else, so that they stay true.
add_executable(recheck_week docs/examples/recheck_week.cpp)
target_link_libraries(recheck_week PRIVATE nba_actors)
