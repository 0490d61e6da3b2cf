// Columns that may tell the rows of one time apart, and what a study of them says. Daemon; values.
#pragma once

#include <string>
#include <vector>

#include "daemon/csv/column_facts.h"
#include "daemon/csv/csv_layout.h"
#include "daemon/csv/key_study.h"

namespace fitd {

// Columns that may be (part of) an id: none of a role, no measures, no times.
std::vector<std::size_t> KeyCandidates(const CsvLayout& layout, const std::vector<ColumnFacts>& facts);

// What a study says to people: "56 of 84 rows repeat a time; column series_id tells them apart".
std::string DescribeKey(const KeyVerdict& verdict, const std::vector<std::size_t>& candidates, const CsvLayout& layout);

}  // namespace fitd
