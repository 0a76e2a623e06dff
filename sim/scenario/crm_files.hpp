#pragma once
// The files of what the customer database is told, by the one that crm.out names.
#include <cstddef>
#include <filesystem>

namespace gridtwin::scenario {

/// Of the documents that the database is told, the one of a number from 1: `file`, then with -2,
/// -3, ... before its extension.
[[nodiscard]] std::filesystem::path crm_document_file(std::filesystem::path const& file,
                                                      std::size_t number);
/// Whether `other` is the file of one of them, as many as there may be.
[[nodiscard]] bool may_be_crm_document(std::filesystem::path const& file,
                                       std::filesystem::path const& other);

} // namespace gridtwin::scenario
