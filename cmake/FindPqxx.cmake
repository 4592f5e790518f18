# Finds libpqxx through pkg-config (Debian ships no CMake config).
#   find_package(Pqxx 6.4 REQUIRED)   ->   Pqxx::pqxx
include(FindPackageHandleStandardArgs)
find_package(PkgConfig QUIET)
pkg_check_modules(PQXX QUIET IMPORTED_TARGET libpqxx)
find_package_handle_standard_args(Pqxx REQUIRED_VARS PQXX_LINK_LIBRARIES VERSION_VAR PQXX_VERSION)
if(Pqxx_FOUND AND NOT TARGET Pqxx::pqxx)
  add_library(Pqxx::pqxx ALIAS PkgConfig::PQXX)
endif()
