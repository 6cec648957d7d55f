set(R ${PROJECT_VERSION}-${PROJECT_VERSION_MAJOR}-${PROJECT_VERSION_PATCH}-${PROJECT_VERSION_TWEAK})

set(R ${demo_VERSION_MINOR}.${demo_VERSION_PATCH})

set(R ${CMAKE_PROJECT_VERSION}:${CMAKE_PROJECT_VERSION_MAJOR}:${CMAKE_PROJECT_VERSION_MINOR}:${CMAKE_PROJECT_VERSION_PATCH}:${CMAKE_PROJECT_VERSION_TWEAK})

set(R "${PROJECT_DESCRIPTION}|${demo_DESCRIPTION}|${CMAKE_PROJECT_DESCRIPTION}|${PROJECT_HOMEPAGE_URL}|${CMAKE_PROJECT_NAME}|${CMAKE_PROJECT_HOMEPAGE_URL}")

set(R ${CMAKE_PROJECT_VERSION_MAJOR})

set(R ${demo_IS_TOP_LEVEL}${PROJECT_IS_TOP_LEVEL})

set(X n)
set(X c CACHE STRING "")
set(R ${X}$CACHE{X})

set(X2 c CACHE STRING "")
set(X2 n)
set(X2 d CACHE STRING "" FORCE)
set(R ${X2}$CACHE{X2})

set(X3 n)
set(X3 d CACHE INTERNAL "")
set(R ${X3}$CACHE{X3})

set(O2 val CACHE STRING "")
option(O2 "" OFF)
set(R "${O2}|$CACHE{O2}")

option(O3 "" ON)
set(R "${O3}|$CACHE{O3}")

option(O4 "")
set(R "${O4}|$CACHE{O4}")

include(CMakeDependentOption)
option(B1 "" ON)
cmake_dependent_option(D1 "" ON "B1" OFF)
set(R ${D1})

include(CMakeDependentOption)
option(B2 "" OFF)
cmake_dependent_option(D2 "" ON "B2" OFF)
set(R ${D2})

include(CMakeDependentOption)
set(B3 ON)
cmake_dependent_option(D3 "" val "B3;NOT B2" fb)
set(R ${D3})

set(P src/a.b.c)
cmake_path(GET P STEM R)

set(P src/a.b.c)
cmake_path(GET P STEM LAST_ONLY R)

set(P src/a.b.c)
cmake_path(GET P EXTENSION R)

set(P src/a.b.c)
cmake_path(GET P EXTENSION LAST_ONLY R)

set(P src/a.b.c)
cmake_path(GET P FILENAME R)

set(P src/a.b.c)
cmake_path(GET P PARENT_PATH R)

set(P /src/a.b.c)
cmake_path(GET P RELATIVE_PART R)

set(P /src/a.b.c)
cmake_path(GET P ROOT_PATH R)

set(P /src/a.b.c)
cmake_path(GET P ROOT_NAME R)

set(P /src/a.b.c)
cmake_path(GET P ROOT_DIRECTORY R)

cmake_path(SET R NORMALIZE src/../b//c.c)

cmake_path(SET R src/../b//c.c)

set(R src)
cmake_path(APPEND R x y.c)

set(P src)
cmake_path(APPEND P x /abs y.c OUTPUT_VARIABLE R)

set(P src/)
cmake_path(APPEND P x OUTPUT_VARIABLE R)

cmake_path(APPEND R src x)

set(R src)
cmake_path(APPEND_STRING R a b)

set(R src/a.c)
cmake_path(REMOVE_FILENAME R)

set(R src/a.c)
cmake_path(REPLACE_FILENAME R b.d)

set(R src/)
cmake_path(REPLACE_FILENAME R b.d)

set(R src/a.b.c)
cmake_path(REMOVE_EXTENSION R)

set(R src/a.b.c)
cmake_path(REMOVE_EXTENSION R LAST_ONLY)

set(R src/a.b.c)
cmake_path(REPLACE_EXTENSION R x)

set(R src/a.b.c)
cmake_path(REPLACE_EXTENSION R LAST_ONLY .x)

set(R src/a.b.c)
cmake_path(REPLACE_EXTENSION R LAST_ONLY)

set(R src/../a/./b)
cmake_path(NORMAL_PATH R)

set(R ${PROJECT_SOURCE_DIR}/src/a.c)
cmake_path(RELATIVE_PATH R)

set(P ${PROJECT_SOURCE_DIR}/src/a.c)
cmake_path(RELATIVE_PATH P BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/src/sub OUTPUT_VARIABLE R)

set(P src/../a.c)
cmake_path(ABSOLUTE_PATH P OUTPUT_VARIABLE R)

set(P src/../a.c)
cmake_path(ABSOLUTE_PATH P NORMALIZE OUTPUT_VARIABLE R)

set(P a.c)
cmake_path(ABSOLUTE_PATH P BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/src NORMALIZE OUTPUT_VARIABLE R)

set(P src/a.c)
cmake_path(HAS_EXTENSION P R)

set(P src/a)
cmake_path(HAS_EXTENSION P R)

set(P src/a.c)
cmake_path(HAS_PARENT_PATH P R)

set(P src/a.c)
cmake_path(HAS_FILENAME P R)

set(P src/a.c)
cmake_path(HAS_STEM P R)

set(P src/a.c)
cmake_path(IS_ABSOLUTE P R)

set(P src/a.c)
cmake_path(IS_RELATIVE P R)

set(P src)
cmake_path(IS_PREFIX P src/a.c R)

set(P src)
cmake_path(IS_PREFIX P srcx/a.c R)

set(P src)
cmake_path(COMPARE "${P}" EQUAL "src" R)

set(P src)
cmake_path(COMPARE "${P}" NOT_EQUAL "src/x" R)

set(P "src/a")
cmake_path(NATIVE_PATH P R)

cmake_path(CONVERT "a:b/c" TO_CMAKE_PATH_LIST R)

cmake_path(CONVERT "a;b/c" TO_NATIVE_PATH_LIST R)

file(TO_CMAKE_PATH "a:b" R)

file(READ data.json J)
string(JSON R GET "${J}" version)

file(READ data.json J)
string(JSON R GET "${J}" list 1)

file(READ data.json J)
string(JSON R GET "${J}" obj x)

file(READ data.json J)
string(JSON R GET "${J}" obj y)

file(READ data.json J)
string(JSON R GET "${J}" obj t)

file(READ data.json J)
string(JSON R LENGTH "${J}" list)

file(READ data.json J)
string(JSON R LENGTH "${J}")

file(READ data.json J)
string(JSON R TYPE "${J}" list)

file(READ data.json J)
string(JSON R TYPE "${J}" obj y)

file(READ data.json J)
string(JSON R MEMBER "${J}" 0)

file(READ data.json J)
string(JSON R MEMBER "${J}" obj 1)

file(READ data.json J)
string(JSON R ERROR_VARIABLE E GET "${J}" none)

file(READ data.json J)
string(JSON R ERROR_VARIABLE E GET "${J}" version)
set(R "${R}${E}")

file(READ data.json J)
string(JSON n LENGTH "${J}" list)
math(EXPR n "${n}-1")
foreach(i RANGE ${n})
string(JSON s GET "${J}" list ${i})
list(APPEND R ${s})
endforeach()

file(READ data.json J)
string(JSON R EQUAL "${J}" "${J}")

file(READ data.json J)
string(JSON K SET "${J}" obj z 3)
string(JSON R GET "${K}" obj z)

file(READ data.json J)
string(JSON K REMOVE "${J}" obj)
string(JSON R LENGTH "${K}")

file(READ data.json J)
string(JSON R GET "${J}" f)

string(REGEX REPLACE "^a" "b" R "a;ab")

string(REGEX REPLACE "\\." "_" R 1.2.3)

string(REGEX REPLACE "([0-9]+)\\.([0-9]+).*" "\\1\\2" R 12.34.5)

string(REGEX MATCH "[0-9]+" R "ab12c")

string(REGEX MATCH "z" R "ab12c")

string(REGEX MATCHALL "[0-9]" R "a1b2;3")

string(REGEX MATCH "v([0-9]+)\\.([0-9]+)" _ "v3.25")
set(R ${CMAKE_MATCH_1}${CMAKE_MATCH_2}${CMAKE_MATCH_COUNT})

string(REGEX MATCHALL "v([0-9]+)" _ "v3 v25")
set(R ${_}-${CMAKE_MATCH_1})

string(REGEX REPLACE "[ ]+" "," R "a  b c")

string(REGEX REPLACE "(^|,)x($|,)" "\\1y\\2" R "x,a,x")

string(REGEX REPLACE "\\\\" "/" R "a\\b")

string(REGEX REPLACE "/[^/]*$" "" R "a/b/c")

string(REGEX REPLACE "a" "\\0\\0" R "bab")

string(REGEX MATCH "[^]]+" R "ab]c")

string(REGEX MATCH "[]a]+" R "]ac")

string(REGEX MATCH "[[]+" R "[[a")

string(REGEX MATCH "[a\\.]+" R "a.b")

string(REGEX MATCH "a{2}" R "aaa a{2}")

string(REGEX MATCH "\\d+" R "d12")

string(REGEX MATCH "(foo|bar)+" R "xfoobar")

string(REGEX REPLACE "(ab)+" "<\\1>" R "xababy")

string(TOUPPER "a-b" R)

string(STRIP "  a b " R)

string(MAKE_C_IDENTIFIER "1a-b.c" R)

string(MAKE_C_IDENTIFIER "int" R)

string(LENGTH "abc" R)

string(SUBSTRING abcdef 2 3 R)

string(SUBSTRING abcdef 2 -1 R)

string(FIND abcabc b R)

string(FIND abcabc b R REVERSE)

string(REPEAT ab 3 R)

string(REPLACE a b R aXa cac)

string(REPLACE ";" " " R "a;b")

string(APPEND R a b)

set(R x)
string(PREPEND R a b)

string(CONCAT R a b c)

string(CONCAT R "a;b" c)

string(JOIN , R a b c)

string(JOIN , R "a;b" c)

string(JOIN / R a)

string(JOIN / R)

string(COMPARE LESS a b R)

string(COMPARE GREATER a b R)

string(COMPARE EQUAL a b R)

string(COMPARE NOTEQUAL a b R)

string(COMPARE LESS_EQUAL a b R)

string(COMPARE GREATER_EQUAL a b R)

string(ASCII 65 66 R)

string(HEX "ab" R)

string(MD5 R "abc")

string(SHA256 R "abc")

string(SHA1 R "a;b")

set(N a)
string(CONFIGURE "x@N@${N}y" R)

set(N a)
string(CONFIGURE "x@N@\${N}y" R)

set(N a)
string(CONFIGURE "x@N@\${N}y" R @ONLY)

set(L a b c)
list(LENGTH L R)

set(L "")
list(LENGTH L R)

set(L a b c d)
list(GET L 0 -1 R)

set(L a b c d)
list(SUBLIST L 1 2 R)

set(L a b c d)
list(SUBLIST L 1 -1 R)

set(L a b c d)
list(JOIN L - R)

set(L a b c d)
list(FIND L c R)

set(L a b c d)
list(FIND L z R)

set(R a b)
list(APPEND R c "d;e")

set(R a b)
list(PREPEND R c d)

set(R a b c)
list(INSERT R 1 x y)

set(R a b c)
list(INSERT R -1 x)

set(R a b c)
list(REMOVE_AT R 0 -1)

set(R a b a c)
list(REMOVE_ITEM R a c)

set(R a b a c)
list(REMOVE_DUPLICATES R)

set(R a b c)
list(REVERSE R)

set(R b A c a)
list(SORT R)

set(R b A c a)
list(SORT R CASE INSENSITIVE)

set(R b A c a)
list(SORT R ORDER DESCENDING)

set(R b A c a)
list(SORT R CASE INSENSITIVE ORDER DESCENDING)

set(R x/b.c y/a.c z/c.c)
list(SORT R COMPARE FILE_BASENAME)

set(R a10 a9 a1)
list(SORT R COMPARE NATURAL)

set(R a10 a9 a1)
list(SORT R COMPARE NATURAL ORDER DESCENDING)

set(R a.c b.h c.c)
list(FILTER R INCLUDE REGEX "\\.c$")

set(R a.c b.h c.c)
list(FILTER R EXCLUDE REGEX ".*\\.h")

set(R a b c)
list(TRANSFORM R APPEND .c)

set(R a b c)
list(TRANSFORM R PREPEND x/)

set(R a b c)
list(TRANSFORM R APPEND .c AT 0 2)

set(R a b c)
list(TRANSFORM R APPEND .c AT -1)

set(R a b c d e)
list(TRANSFORM R APPEND .c FOR 1 3)

set(R a b c d e)
list(TRANSFORM R APPEND .c FOR 0 -1 2)

set(R a b c)
list(TRANSFORM R TOUPPER REGEX "[ab]")

set(L a b c)
list(TRANSFORM L TOUPPER OUTPUT_VARIABLE R)

set(R " a" "b ")
list(TRANSFORM R STRIP)

set(R a.c b.c)
list(TRANSFORM R REPLACE "(.*)\\.c" "\\1.o")

set(R a.c b.c)
list(TRANSFORM R REPLACE "(.*)\\.c" "\\1.o" AT 1)

set(R a.c b.c)
list(TRANSFORM R REPLACE "^." "x" REGEX "b")

set(L a b c)
list(POP_BACK L X Y)
set(R "${L}|${X}|${Y}")

set(L a b c)
list(POP_FRONT L)
set(R "${L}")

set(A a b c)
set(B 1 2)
foreach(x y IN ZIP_LISTS A B)
list(APPEND R "${x}${y}")
endforeach()

set(A a b)
set(B 1 2)
foreach(p IN ZIP_LISTS A B)
list(APPEND R "${p_0}${p_1}")
endforeach()

foreach(i RANGE 3)
list(APPEND R ${i})
endforeach()

foreach(i RANGE 5 1 -2)
list(APPEND R ${i})
endforeach()

foreach(i RANGE 1 6 2)
list(APPEND R ${i})
endforeach()

foreach(i a b b)
string(APPEND R ${i})
endforeach()

foreach(i IN ITEMS a b b)
string(APPEND R ${i})
endforeach()

set(L a b b)
foreach(i IN LISTS L)
string(APPEND R ${i})
endforeach()

set(i x)
foreach(i a)
endforeach()
set(R ${i})

set(R n)
function(g)
set(R p PARENT_SCOPE)
set(R l)
endfunction()
g()

function(g a)
set(R "${a}|${ARGN}|${ARGV}|${ARGC}|${ARGV1}" PARENT_SCOPE)
endfunction()
g(1 "2;3" 4)

macro(g a)
set(R "${a}|${ARGN}|${ARGV}|${ARGC}|${ARGV1}")
endmacro()
g(1 "2;3" 4)

function(g)
cmake_parse_arguments(A "F;G" "S" "M" ${ARGN})
set(R "${A_F}|${A_G}|${A_S}|${A_M}|${A_UNPARSED_ARGUMENTS}|${A_KEYWORDS_MISSING_VALUES}" PARENT_SCOPE)
endfunction()
g(x F S s M a b c y)

cmake_language(EVAL CODE "set(R ev)")

cmake_language(CALL set R ca)

set(c set)
cmake_language(CALL "${c}" R cb)

cmake_language(EVAL CODE "set(R " "ev" ")")

cmake_language(EVAL CODE [[set(X q)
set(R ${X})]])

set(R a)
unset(R)
set(R "${R}x")

set(U1 a CACHE STRING "")
set(U1 b)
unset(U1)
set(R ${U1})

set(ENV{FOO_G} v)
set(R $ENV{FOO_G})

set(ENV{FOO_G} v)
unset(ENV{FOO_G})
set(R "x$ENV{FOO_G}")

set(R "a\;b")

set(R "a\\b")

set(R a\ b)

set(R [[a${R}b]])

set(R "a	b")

separate_arguments(R UNIX_COMMAND "a 'b c' \"d e\" f\\ g")

separate_arguments(R NATIVE_COMMAND "a b")

set(R "a b  c")
separate_arguments(R)

get_filename_component(R a/b.c.d NAME_WE)

get_filename_component(R a/b.c.d NAME_WLE)

get_filename_component(R a/b.c.d EXT)

get_filename_component(R a/b.c.d LAST_EXT)

get_filename_component(R a/b.c.d NAME)

get_filename_component(R a/b.c.d PATH)

get_filename_component(R a/b.c.d DIRECTORY)

get_filename_component(R x ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR}/src)

get_filename_component(R x REALPATH)

file(STRINGS lines.txt R)

file(STRINGS lines.txt R REGEX "^[^#]")

file(STRINGS lines.txt R LIMIT_COUNT 2)

file(STRINGS lines.txt L REGEX "c$")
list(GET L 0 R)

file(READ lines.txt R)

file(READ lines.txt R HEX)

file(REAL_PATH src/../a.c R)

file(REAL_PATH sub/c.c R BASE_DIRECTORY ${CMAKE_SOURCE_DIR}/src)

file(RELATIVE_PATH R ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/a.c)

file(GLOB R src/*.c)

file(GLOB R LIST_DIRECTORIES false src/*)

file(GLOB R src/*)

file(GLOB R RELATIVE ${CMAKE_SOURCE_DIR}/src src/*.c)

file(GLOB R RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS src/*.c)

file(GLOB_RECURSE R src/*.c)

file(GLOB_RECURSE R RELATIVE ${CMAKE_SOURCE_DIR}/src *.c)

file(GLOB R [ab].c)

file(GLOB R "src/*.c" "*.c")

file(GLOB R src/*.h)

math(EXPR R "1+2*3")

math(EXPR R "10/3")

math(EXPR R "255" OUTPUT_FORMAT HEXADECIMAL)

math(EXPR R "0x10")

if(EXISTS ${CMAKE_SOURCE_DIR}/a.c)
set(R 1)
else()
set(R 0)
endif()

if(IS_DIRECTORY ${CMAKE_SOURCE_DIR}/src)
set(R 1)
else()
set(R 0)
endif()

if("a" STREQUAL "a" AND NOT "b" STREQUAL "a")
set(R 1)
else()
set(R 0)
endif()

if(1.10 VERSION_GREATER 1.9)
set(R 1)
else()
set(R 0)
endif()

if("x.c" MATCHES "\\.(c|h)$")
set(R ${CMAKE_MATCH_1})
endif()

if(COMMAND set)
set(R 1)
else()
set(R 0)
endif()

if(3 GREATER 2 AND 2.5 LESS 3)
set(R 1)
else()
set(R 0)
endif()

if(a IN_LIST R)
set(R 1)
else()
set(R 0)
endif()

set(L a)
if(a IN_LIST L)
set(R 1)
else()
set(R 0)
endif()

set(R x)
block()
set(R y)
endblock()

block(PROPAGATE R)
set(R y)
endblock()

block(SCOPE_FOR POLICIES)
set(R y)
endblock()

block()
set(R y PARENT_SCOPE)
endblock()

function(g)
block(PROPAGATE X)
set(X 1)
return(PROPAGATE X)
endblock()
endfunction()
set(X 0)
g()
set(R ${X})

set_property(GLOBAL PROPERTY G1 a)
set_property(GLOBAL APPEND PROPERTY G1 b)
get_property(R GLOBAL PROPERTY G1)

set_property(GLOBAL PROPERTY G2 a)
set_property(GLOBAL APPEND_STRING PROPERTY G2 b)
get_property(R GLOBAL PROPERTY G2)

get_property(R GLOBAL PROPERTY G1 SET)

set_property(DIRECTORY PROPERTY D1 a)
get_directory_property(R D1)

set_directory_properties(PROPERTIES D2 b)
get_property(R DIRECTORY PROPERTY D2)

get_directory_property(R DEFINITION PROJECT_NAME)

add_library(ll1 OBJECT a.c b.c)
get_target_property(R ll1 SOURCES)

add_library(ll2 INTERFACE)
set_target_properties(ll2 PROPERTIES FOO bar BAZ q)
get_target_property(R ll2 BAZ)

set_source_files_properties(a.c PROPERTIES FOO x)
get_source_file_property(R a.c FOO)

set(R ${CMAKE_CURRENT_LIST_LINE})
set(R 1)

set(R ${CMAKE_CURRENT_FUNCTION})
set(R 1)

set(A B)
set(B C)
set(R ${${A}})

set(R "${CMAKE_CURRENT_SOURCE_DIR}/x/../a.c")

include(CheckCXXCompilerFlag)
set(R 1)

set(Xw "")
while(NOT Xw STREQUAL "xxx")
string(APPEND Xw x)
endwhile()
set(R ${Xw})

set(R a b)
list(APPEND R)

configure_file(lines.txt ${CMAKE_BINARY_DIR}/l.txt COPYONLY)
file(STRINGS ${CMAKE_BINARY_DIR}/l.txt R)
