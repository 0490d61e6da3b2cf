# Writes IN (a Python file) as a C++ string constant to OUT.
file(READ ${IN} text)
file(WRITE ${OUT}.tmp "// Made from ${NAME} by embed_source.cmake.\n#pragma once\n#include <string_view>\nnamespace fitd {\ninline constexpr std::string_view kFitdHostSource = R\"PYTHON(${text})PYTHON\";\n}\n")
configure_file(${OUT}.tmp ${OUT} COPYONLY)
