// Which files an export is made of, and which of those that lie in its folder are an earlier one's.
//
// Names: SEASON/TABLE.csv of what belongs to a season, TABLE.csv of the rest (teams and players). Beside them the
// manifest, and scripts that load the files (cli/export_loaders.hpp).
// Threads: pure functions, and functions on a folder. Errors: std::runtime_error (the file system).
#pragma once

#include "cli/export_file.hpp"
#include "cli/export_folder.hpp"
#include "pipeline/plan/game_id.hpp"
#include "storage/dictionary.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

inline constexpr const char* manifest_name = "manifest.json";
inline constexpr const char* duckdb_script_name = "duckdb.sql";
inline constexpr const char* pandas_script_name = "load_pandas.py";

struct planned_file {
  const dictionary_table* table = nullptr;
  std::optional<nba::season> season;  // nullopt: not of one
  std::string name;
};
bool has_column(const dictionary_table& table, std::string_view name);
std::vector<planned_file> plan_files(std::span<const dictionary_table* const> tables,
                                     std::span<const nba::season> seasons, const export_style& style);

// What earlier exports have put there, by the manifest, or by the list of one that was broken off. Names that no export
// uses are left out, whatever the manifest says.
file_names files_of_earlier_exports(const export_folder& folder);

// The names of all files that exports have in a folder, written down there while one is at work: whoever comes after a
// killed export knows what is whose.
class export_list {
 public:
  export_list(const export_folder& folder, file_names names);
  // Of an export that has failed: the list goes when it names nothing any more.
  ~export_list();
  export_list(const export_list&) = delete;
  export_list& operator=(const export_list&) = delete;

  // Removes what an earlier export had and `kept` does not name, and what a killed one left unfinished.
  void remove_others(const file_names& kept) const;
  // The export is complete: the manifest has the names.
  void done();

 private:
  const export_folder& folder_;
  const file_names names_;
  bool done_ = false;
};

// A small file of the folder, whole or not at all.
void write_text(const export_folder& folder, const std::string& name, std::string_view text);

}  // namespace nba::cli
