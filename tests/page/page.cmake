# The page in a real browser: headless Chromium over the scenes that page_scenes writes. Pictures of every state lie in
# build/.../page-screenshots afterwards; whoever changes the page looks at them.
# A test whose browser is missing is reported as skipped, with the reason in its output.
add_executable(page_scenes ${PROJECT_SOURCE_DIR}/tests/page/write_scenes.cpp
  ${PROJECT_SOURCE_DIR}/tests/unit/cli/page_scenes.cpp)
target_include_directories(page_scenes PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(page_scenes PRIVATE nba::cli fmt::fmt)

# Debian's Python: that is where python3-selenium is.
function(nba_page_test name script program)
  add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/ops/with_tool.sh chromium /usr/bin/python3 -B
    ${PROJECT_SOURCE_DIR}/tests/page/${script} ${program} ${PROJECT_BINARY_DIR}/page-screenshots)
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 240)
endfunction()
nba_page_test(page_scenes_in_browser scenes_test.py $<TARGET_FILE:page_scenes>)
nba_page_test(page_streams_in_browser streams_test.py $<TARGET_FILE:page_scenes>)
# A real run over loopback, and `serve` after it.
nba_page_test(page_live_in_browser live_test.py $<TARGET_FILE:nba-scraper>)
