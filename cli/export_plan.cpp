#include "cli/export_plan.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
#include <sstream>

namespace nba::cli {
namespace {

constexpr const char* list_name = ".nba-export";

bool is_of_season(const dictionary_table& table) { return has_column(table, "game_id") || has_column(table, "season"); }

// "games.csv", "2024-25/games.jsonl.gz", "duckdb.sql".
bool is_name_of_export(std::string_view name) {
  if (name == duckdb_script_name || name == pandas_script_name) return true;
  if (const auto slash = name.find('/'); slash != std::string_view::npos) {
    if (!parse_season(name.substr(0, slash))) return false;
    name.remove_prefix(slash + 1);
  }
  const auto dot = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_");
  if (dot == std::string_view::npos || dot == 0) return false;
  constexpr std::array<std::string_view, 4> endings{".csv", ".jsonl", ".csv.gz", ".jsonl.gz"};
  return std::find(endings.begin(), endings.end(), name.substr(dot)) != endings.end();
}

void add_name(file_names& names, const nlohmann::json& name) {
  if (name.is_string() && is_name_of_export(name.get_ref<const std::string&>())) names.insert(name.get<std::string>());
}

}  // namespace

bool has_column(const dictionary_table& table, std::string_view name) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& each) { return each.name == name; });
}

std::vector<planned_file> plan_files(std::span<const dictionary_table* const> tables,
                                     std::span<const nba::season> seasons, const export_style& style) {
  const std::string ending = fmt::format(".{}{}", style.format == export_format::csv ? "csv" : "jsonl",  //
                                         style.gzip ? ".gz" : "");
  std::vector<planned_file> files;
  for (const auto* table : tables)
    if (!is_of_season(*table)) files.push_back({table, std::nullopt, fmt::format("{}{}", table->name, ending)});
  for (const auto season : seasons)
    for (const auto* table : tables)
      if (is_of_season(*table))
        files.push_back({table, season, fmt::format("{}/{}{}", to_string(season), table->name, ending)});
  return files;
}

file_names files_of_earlier_exports(const export_folder& folder) {
  file_names names;
  const auto manifest = nlohmann::json::parse(folder.read(manifest_name), nullptr, false);
  if (manifest.is_object()) {
    if (const auto files = manifest.find("files"); files != manifest.end() && files->is_array())
      for (const auto& file : *files)
        if (file.is_object() && file.contains("file")) add_name(names, file["file"]);
    if (const auto loaders = manifest.find("loaders"); loaders != manifest.end() && loaders->is_array())
      for (const auto& name : *loaders) add_name(names, name);
  }
  std::istringstream list{folder.read(list_name)};
  for (std::string name; std::getline(list, name);)
    if (is_name_of_export(name)) names.insert(name);
  return names;
}

export_list::export_list(const export_folder& folder, file_names names) : folder_(folder), names_(std::move(names)) {
  std::string text;
  for (const auto& name : names_) text += name + '\n';
  write_text(folder_, list_name, text);
}

export_list::~export_list() {
  try {
    if (!done_ && std::none_of(names_.begin(), names_.end(), [&](const auto& name) { return folder_.has(name); }))
      folder_.remove(list_name);
  } catch (const std::exception&) {  // the next export finds it
  }
}

void export_list::remove_others(const file_names& kept) const {
  for (const auto& name : names_)
    if (!kept.contains(name)) folder_.remove(name);
  for (const auto& name : folder_.names())
    if (const auto of = finished_name(name);
        !of.empty() && (names_.contains(of) || of == manifest_name || of == list_name))
      folder_.remove(name);
}

void export_list::done() {
  folder_.remove(list_name);
  done_ = true;
}

void write_text(const export_folder& folder, const std::string& name, std::string_view text) {
  const auto part = folder.create(name);
  compressed_file out{part.file.get(), false, (folder.path() / name).string()};
  out.write(text);
  out.close();
  folder.publish(part, name);
}

}  // namespace nba::cli
