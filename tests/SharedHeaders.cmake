# SPDX-License-Identifier: Apache-2.0
# Headers that nearly every test program reads, compiled once: reading them is half of what compiling a test takes.
# Only other projects' headers, so that a change to ours compiles no test that does not include it.

# add_shared_headers(NAME LIBRARIES... HEADERS...): `headers` as the programs that link `libraries` read them.
function(add_shared_headers name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBRARIES;HEADERS")
    file(CONFIGURE OUTPUT ${name}.cpp CONTENT "")
    add_library(${name} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
    # A program's code is position-independent in another way than a library's, and the headers' must be the same.
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${name} PRIVATE ${CMAKE_CXX_COMPILE_OPTIONS_PIE})
    target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
endfunction()

# share_headers(NAME FOLDERS...): all test programs of these folders and the ones below them read those headers.
function(share_headers name)
    foreach(folder IN LISTS ARGN)
        get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
        foreach(target IN LISTS targets)
            get_target_property(type ${target} TYPE)
            if(type STREQUAL "EXECUTABLE" AND target MATCHES "_test$")
                target_precompile_headers(${target} REUSE_FROM ${name})
            endif()
        endforeach()
        get_property(below DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
        share_headers(${name} ${below})
    endforeach()
endfunction()
