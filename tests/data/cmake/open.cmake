set(O1 ON)
option(O1 "" OFF)
set(R "${O1}|$CACHE{O1}")

set(O5 "")
option(O5 "" ON)
set(R "${O5}|$CACHE{O5}")

string(REGEX REPLACE "^a" "b" R "aaa")

string(UUID R NAMESPACE 6ba7b810-9dad-11d1-80b4-00c04fd430c8 NAME x TYPE SHA1)

string(CONFIGURE "x@NOPE@y" R)

foreach(i IN ITEMS a b LISTS R)
list(APPEND R ${i})
endforeach()

function(g)
cmake_parse_arguments(A "" "S" "M" ${ARGN})
if(DEFINED A_S)
set(R defined PARENT_SCOPE)
else()
set(R undefined PARENT_SCOPE)
endif()
endfunction()
g(x)

cmake_language(GET_MESSAGE_LOG_LEVEL R)

get_filename_component(R ../x ABSOLUTE)

get_filename_component(R ${CMAKE_CURRENT_LIST_DIR} NAME)

get_filename_component(R ${CMAKE_CURRENT_SOURCE_DIR}/.. ABSOLUTE)

if(EXISTS ${CMAKE_SOURCE_DIR}/zz.c)
set(R 1)
else()
set(R 0)
endif()

if(DEFINED NOPE)
set(R 1)
else()
set(R 0)
endif()

if(COMMAND nope_g)
set(R 1)
else()
set(R 0)
endif()

if(TARGET nope)
set(R 1)
else()
set(R 0)
endif()

if(POLICY CMP0048)
set(R 1)
else()
set(R 0)
endif()

if("${NOPE}" STREQUAL "")
set(R 1)
else()
set(R 0)
endif()

if(NOPE)
set(R 1)
else()
set(R 0)
endif()

get_property(R GLOBAL PROPERTY G3)

get_property(R GLOBAL PROPERTY G4 SET)

add_custom_target(tt1 SOURCES a.c)
get_target_property(R tt1 SOURCES)

add_library(ll3 INTERFACE)
get_target_property(R ll3 NOPROP)

add_library(ll4 INTERFACE)
get_target_property(R ll4 TYPE)

add_library(ll5 INTERFACE)
add_library(al::ll5 ALIAS ll5)
get_target_property(R al::ll5 ALIASED_TARGET)

include(nope OPTIONAL RESULT_VARIABLE R)

set(R "${CMAKE_VERSION}")
if(R VERSION_GREATER 3.1)
set(R 1)
endif()

file(CONFIGURE OUTPUT x.txt CONTENT "a@PROJECT_NAME@" @ONLY)
file(READ ${CMAKE_CURRENT_BINARY_DIR}/x.txt R)

file(WRITE ${CMAKE_BINARY_DIR}/w.txt "a.c;b.c")
file(READ ${CMAKE_BINARY_DIR}/w.txt R)

file(WRITE ${CMAKE_BINARY_DIR}/w2.txt "a.c")
file(APPEND ${CMAKE_BINARY_DIR}/w2.txt ";b.c")
file(STRINGS ${CMAKE_BINARY_DIR}/w2.txt R)

configure_file(lines.txt l2.txt)
file(READ ${CMAKE_CURRENT_BINARY_DIR}/l2.txt R)
