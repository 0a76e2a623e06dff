include(GNUInstallDirs)
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # GCC's precompiled headers are cacheable only so (ccache's manual, "Precompiled headers").
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${CCACHE_PROGRAM} CACHE STRING "" FORCE)
    add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endif()

# One place for what every target is compiled with.
add_library(gridtwin_options INTERFACE)
target_compile_features(gridtwin_options INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)
target_compile_options(gridtwin_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
    -ffp-contract=off      # the same bits whatever the compiler would like to fuse
    -fno-math-errno)
target_include_directories(gridtwin_options INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
foreach(sanitizer IN LISTS GRIDTWIN_SANITIZE)
    target_compile_options(gridtwin_options INTERFACE -fsanitize=${sanitizer} -fno-omit-frame-pointer)
    target_link_options(gridtwin_options INTERFACE -fsanitize=${sanitizer})
    target_compile_definitions(gridtwin_options INTERFACE _GLIBCXX_ASSERTIONS)
endforeach()
if(GRIDTWIN_SANITIZE)
    # GCC 12's own warnings misfire under instrumentation.
    target_compile_options(gridtwin_options INTERFACE -Wno-maybe-uninitialized)
endif()

# One precompiled header for the standard library and {fmt}, shared by every library.
add_library(gridtwin_pch OBJECT "${PROJECT_SOURCE_DIR}/cmake/pch.cpp")
target_link_libraries(gridtwin_pch PUBLIC gridtwin_options fmt::fmt Threads::Threads)
target_precompile_headers(gridtwin_pch PRIVATE "${PROJECT_SOURCE_DIR}/cmake/pch.hpp")

# gridtwin_library(NAME SOURCES a.cpp ... DEPS gridtwin_core ... [PRIVATE_DEPS ...])
function(gridtwin_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC gridtwin_options fmt::fmt Threads::Threads ${arg_DEPS}
                          PRIVATE ${arg_PRIVATE_DEPS})
    target_precompile_headers(${name} REUSE_FROM gridtwin_pch)
endfunction()
