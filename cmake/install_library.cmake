# Installs nba::pipeline, nba::storage and nba::actors for programs of one's own: headers, static libraries and
#   find_package(nba-scraper REQUIRED)   ->   nba::actors, which brings the other two
# Component `dev`; the program itself is component `program`.
include(CMakePackageConfigHelpers)
set(nba_config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/nba-scraper)
foreach(room pipeline storage actors)
  set_target_properties(nba_${room} PROPERTIES EXPORT_NAME ${room})
  target_compile_features(nba_${room} PUBLIC cxx_std_20)
  install(TARGETS nba_${room} EXPORT nba-scraper-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${room}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/nba-scraper/${room}
    COMPONENT dev FILES_MATCHING PATTERN "*.hpp" PATTERN migrations EXCLUDE)
endforeach()
install(EXPORT nba-scraper-targets NAMESPACE nba:: DESTINATION ${nba_config_folder} COMPONENT dev)
configure_file(${CMAKE_CURRENT_LIST_DIR}/nba-scraper-config.cmake ${CMAKE_BINARY_DIR}/generated/nba-scraper-config.cmake COPYONLY)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/generated/nba-scraper-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/generated/nba-scraper-config.cmake
              ${CMAKE_BINARY_DIR}/generated/nba-scraper-config-version.cmake
              ${CMAKE_CURRENT_LIST_DIR}/FindCAF.cmake ${CMAKE_CURRENT_LIST_DIR}/FindPqxx.cmake
  DESTINATION ${nba_config_folder} COMPONENT dev)
