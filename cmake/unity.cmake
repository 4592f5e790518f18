# Files that stay alone when a build joins several into one (presets release, test and asan: half the compile time). Each has a
# file-local name that a neighbour has too, or a class with members of file-local types; which files meet in one batch changes
# with every new file. Renaming good names for the sake of one build would be the wrong way round.
# The rules of pipeline/derive are many small files without heavy headers: nothing to gain there.
# Every actor calls its own handle self_ptr and has its own dispatch().
file(GLOB nba_alone CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/pipeline/derive/*.cpp ${PROJECT_SOURCE_DIR}/actors/*.cpp)
set(nba_alone_by_name
  bench/fake_nba/franchises.cpp
  cli/commands/status.cpp
  cli/commands/validate.cpp
  cli/config_file.cpp
  cli/http/web_server.cpp
  cli/logging.cpp
  cli/page/page.cpp
  cli/printable.cpp
  pipeline/plan/game_id.cpp
  pipeline/plan/left_out.cpp
  pipeline/plan/schedule_fields.cpp
  pipeline/source/classify.cpp
  pipeline/source/retry_after.cpp
  pipeline/source/cdn/playbyplay.cpp
  storage/sql/migrations.cpp
  storage/sql/ownership.cpp
  tests/support/dump.cpp
  tests/support/tls_server.cpp
  tests/unit/league/faults_test.cpp
  tests/unit/cli/export_files_test.cpp
  tests/unit/cli/alert_sources_test.cpp
  tests/unit/cli/alerts_test.cpp
  tests/unit/cli/http/event_stream_test.cpp
  tests/unit/cli/http/secret_file_test.cpp
  tests/unit/cli/http/serve_command_test.cpp
  tests/unit/cli/http/web_address_test.cpp
  tests/unit/cli/http/web_server_test.cpp
  tests/unit/cli/http/web_site_test.cpp
  tests/unit/cli/manual_test.cpp
  tests/unit/cli/metrics_file_test.cpp
  tests/unit/cli/metrics_test.cpp
  tests/unit/cli/password_file_test.cpp
  tests/unit/cli/run_news_test.cpp
  tests/unit/cli/terminal_test.cpp
  tests/unit/cli/watch_test.cpp
  tests/unit/plan/common_trouble_test.cpp
  tests/unit/plan/disposition_test.cpp
  tests/unit/plan/work_closing_test.cpp
  tests/unit/source/host_judge_property_test.cpp
  tests/unit/source/host_judge_test.cpp
  tests/unit/source/host_judge_answers_test.cpp
  tests/unit/source/request_book_host_test.cpp
  tests/unit/source/request_book_property_test.cpp
  tests/unit/source/request_book_test.cpp
  tests/integration/store/file_test.cpp
  tests/integration/store/identity_test.cpp
  tests/integration/store/liveness_test.cpp
  tests/unit/source/host_budget_property_test.cpp
  tests/unit/source/host_budget_test.cpp
  tests/unit/source/padded_body_test.cpp
  tests/unit/plan/holders_test.cpp
  tests/unit/plan/work_test.cpp
  tests/unit/derive/recorded_possessions_test.cpp
  tests/unit/actors/pipeline_test.cpp
  tests/unit/actors/run/schedule_finder_test.cpp
  tests/unit/cli/logging_test.cpp
  tests/issues/documents_test.cpp
  tests/issues/host_trouble_test.cpp
  tests/issues/source_kind_test.cpp
  tests/crash/disaster_test.cpp
  tests/crash/lock_test.cpp
  tests/integration/store/games_test.cpp
  tests/integration/store/url_test.cpp
  tests/integration/store/schema_test.cpp
)
list(TRANSFORM nba_alone_by_name PREPEND ${PROJECT_SOURCE_DIR}/)
list(APPEND nba_alone ${nba_alone_by_name})
