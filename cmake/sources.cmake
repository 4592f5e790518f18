# nba_sources(OUT FOLDER...): every .cpp of folders, named from the project's top; a new file needs no edit anywhere.
include(unity)  # nba_alone
function(nba_sources out)
  set(all)
  foreach(folder ${ARGN})
    file(GLOB found CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
    list(APPEND all ${found})
  endforeach()
  # Of sources each room has properties of its own.
  set_source_files_properties(${nba_alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set(${out} ${all} PARENT_SCOPE)
endfunction()

# nba_library(NAME SOURCE...): the library nba_NAME; others link nba::NAME, which must be there.
function(nba_library name)
  add_library(nba_${name} STATIC ${ARGN})
  add_library(nba::${name} ALIAS nba_${name})
endfunction()
