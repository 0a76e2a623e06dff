# Every dependency is a Debian 12 package (scripts/packages.txt); nothing is downloaded.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(date REQUIRED)
find_package(pugixml REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
pkg_check_modules(HDF5 REQUIRED IMPORTED_TARGET hdf5-serial)

# SuiteSparse ships no CMake package in Debian 12.
find_path(KLU_INCLUDE_DIR klu.h PATH_SUFFIXES suitesparse REQUIRED)
find_library(KLU_LIBRARY klu REQUIRED)
find_library(BTF_LIBRARY btf REQUIRED)
find_library(AMD_LIBRARY amd REQUIRED)
find_library(COLAMD_LIBRARY colamd REQUIRED)
find_library(SUITESPARSECONFIG_LIBRARY suitesparseconfig REQUIRED)
add_library(gridtwin_klu INTERFACE)
target_include_directories(gridtwin_klu SYSTEM INTERFACE ${KLU_INCLUDE_DIR})
target_link_libraries(gridtwin_klu INTERFACE ${KLU_LIBRARY} ${BTF_LIBRARY} ${AMD_LIBRARY}
                      ${COLAMD_LIBRARY} ${SUITESPARSECONFIG_LIBRARY})

# SimGrid 3.32 ships a header and a library only.
find_path(SIMGRID_INCLUDE_DIR simgrid/s4u.hpp REQUIRED)
find_library(SIMGRID_LIBRARY simgrid REQUIRED)
add_library(gridtwin_simgrid INTERFACE)
target_include_directories(gridtwin_simgrid SYSTEM INTERFACE ${SIMGRID_INCLUDE_DIR})
target_link_libraries(gridtwin_simgrid INTERFACE ${SIMGRID_LIBRARY})

# Under a name of our own, with its header as a system's.
add_library(gridtwin_pugixml INTERFACE)
target_link_libraries(gridtwin_pugixml INTERFACE pugixml::pugixml)
