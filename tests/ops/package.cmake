# The Debian packages in a minimal root as a test: ops/nightly.sh runs it too. It builds the release preset where it is not
# built, which takes minutes.
option(NBA_PACKAGE_TEST "Build the Debian packages and try them in a minimal Debian as a test; needs root" OFF)
if(NBA_PACKAGE_TEST)
  add_test(NAME package COMMAND ${PROJECT_SOURCE_DIR}/tests/ops/package.sh)
  set_tests_properties(package PROPERTIES TIMEOUT 3600 COST 900 SKIP_RETURN_CODE 77)
endif()
