#include "daemon/store/store_columns.h"

namespace fitd {

std::string CreateTable(std::string_view table, std::span<const StoreColumn> columns, std::string_view constraints,
                        std::string_view options) {
  std::string text = "CREATE TABLE " + std::string(table) + "(";
  for (const StoreColumn& column : columns) {
    if (&column != columns.data()) text += ", ";
    text += std::string(column.name) + " " + std::string(column.declaration);
  }
  if (!constraints.empty()) text += ", " + std::string(constraints);
  return text + ")" + std::string(options);
}

std::string ListColumns(std::span<const StoreColumn> columns, bool version1) {
  std::string text;
  for (const StoreColumn& column : columns) {
    if (!text.empty()) text += ", ";
    text += version1 && !column.in_version1.empty() ? column.in_version1 : column.name;
  }
  return text;
}

std::string InsertInto(std::string_view table, std::span<const StoreColumn> columns, std::size_t rows,
                       std::string_view verb) {
  std::string row = "(?";
  for (std::size_t i = 1; i < columns.size(); ++i) row += ",?";
  row += ')';
  std::string text = std::string(verb) + " INTO " + std::string(table) + "(" + ListColumns(columns) + ") VALUES" + row;
  for (std::size_t i = 1; i < rows; ++i) text += "," + row;
  return text;
}

std::string AddColumnsOfVersion2(std::string_view table, std::span<const StoreColumn> columns) {
  std::string text;
  for (const StoreColumn& column : columns) {
    if (column.in_version1.empty()) continue;
    text += "ALTER TABLE " + std::string(table) + " ADD COLUMN " + std::string(column.name) + " " +
            std::string(column.declaration) + ";\n";
  }
  return text;
}

}  // namespace fitd
