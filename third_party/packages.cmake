# How each package of packages.txt is found. Nothing else in the tree calls find_package or pkg-config.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(pugixml REQUIRED IMPORTED_TARGET pugixml)
pkg_check_modules(microhttpd REQUIRED IMPORTED_TARGET libmicrohttpd)
pkg_check_modules(gnutls REQUIRED IMPORTED_TARGET gnutls)
pkg_check_modules(jpeg REQUIRED IMPORTED_TARGET libjpeg)
pkg_check_modules(png REQUIRED IMPORTED_TARGET libpng)
pkg_check_modules(exif REQUIRED IMPORTED_TARGET libexif)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(doctest REQUIRED)

# Debian's SQLiteCpp ships a static library and headers; its CMake config differs between releases.
find_library(SQLITECPP_LIBRARY SQLiteCpp REQUIRED)
add_library(fieldseal_sqlitecpp INTERFACE)
target_link_libraries(fieldseal_sqlitecpp INTERFACE ${SQLITECPP_LIBRARY} PkgConfig::sqlite)

# RapidCheck has no CMake config in Debian.
find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
add_library(fieldseal_rapidcheck INTERFACE)
target_link_libraries(fieldseal_rapidcheck INTERFACE ${RAPIDCHECK_LIBRARY})

if(FIELDSEAL_DESKTOP)
  pkg_check_modules(imgui REQUIRED IMPORTED_TARGET imgui)
  pkg_check_modules(glfw REQUIRED IMPORTED_TARGET glfw3)
  # sd-bus: the way to hear of a sleep before it comes.
  pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
  pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)
  find_package(OpenGL REQUIRED COMPONENTS OpenGL)
endif()
if(FIELDSEAL_BENCH)
  find_package(benchmark REQUIRED)
endif()
