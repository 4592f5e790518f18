# The page in a real browser. page_scenes writes what a browser is to look at when no server is wanted.
add_executable(page_scenes ${PROJECT_SOURCE_DIR}/tests/page/write_scenes.cpp ${PROJECT_SOURCE_DIR}/tests/unit/cli/page_scenes.cpp)
target_link_libraries(page_scenes PRIVATE nba::cli fmt::fmt)
target_include_directories(page_scenes PRIVATE ${PROJECT_SOURCE_DIR})
