# fitd_embed_files(LIBRARY FOLDER NAME=FILE...): makes FOLDER/page_files.h, to be included as "FOLDER/page_files.h", with
# `inline constexpr std::string_view NAME` for each file, and adds it to the library. FOLDER is relative to the source.
set(FITD_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(fitd_embed_files library folder)
  set(header ${CMAKE_BINARY_DIR}/embedded/${folder}/page_files.h)
  set(files)
  foreach(entry ${ARGN})
    string(REGEX REPLACE "^[^=]*=" "" file ${entry})
    list(APPEND files ${CMAKE_SOURCE_DIR}/${folder}/${file})
  endforeach()
  string(REPLACE ";" "|" entries "${ARGN}")
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DHEADER=${header} -DFOLDER=${CMAKE_SOURCE_DIR}/${folder} "-DENTRIES=${entries}" -P ${FITD_EMBED_SCRIPT}
    DEPENDS ${files} ${FITD_EMBED_SCRIPT} VERBATIM)
  get_property(home GLOBAL PROPERTY fitd_home_${library})
  add_custom_target(${library}_pages DEPENDS ${header})
  add_dependencies(${home} ${library}_pages)
  target_include_directories(${home} PRIVATE ${CMAKE_BINARY_DIR}/embedded)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  set(text "// Made by common/embed_files.cmake.\n#pragma once\n\n#include <string_view>\n\nnamespace fitd {\n")
  string(REPLACE "|" ";" ENTRIES "${ENTRIES}")
  foreach(entry ${ENTRIES})
    string(REGEX MATCH "^([^=]*)=(.*)$" matched "${entry}")
    set(name ${CMAKE_MATCH_1})
    file(READ ${FOLDER}/${CMAKE_MATCH_2} bytes HEX)
    string(LENGTH "${bytes}" digits)
    math(EXPR size "${digits} / 2")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
    string(APPEND text "inline constexpr char ${name}Bytes[] = {${bytes}'\\0'};\n"
                       "inline constexpr std::string_view ${name}(${name}Bytes, ${size});\n")
  endforeach()
  string(APPEND text "}  // namespace fitd\n")
  file(WRITE ${HEADER} "${text}")
endif()
