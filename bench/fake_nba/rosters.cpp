#include "bench/fake_nba/rosters.hpp"

#include "pipeline/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace nba::fake {
namespace {

// Accents, apostrophes, hyphens and suffixes are there on purpose: real rosters have all of them.
constexpr std::array<std::string_view, 64> first_names{
    "Abel",   "Adrik",  "Alaric", "Amadou", "Anselm", "Asa",   "Bastien", "Benno",  "Bram",  "Calder", "Caspian",
    "Cedrik", "Cosmo",  "Dario",  "De'von", "Delroy", "Dimas", "Edvin",   "Eliot",  "Emeka", "Ewan",   "Fabrice",
    "Falk",   "Gideon", "Goran",  "Hale",   "Hugo",   "Idris", "Ilya",    "Imre",   "Ivo",   "Jabez",  "Jarek",
    "Jóan",   "Kai",    "Kofi",   "Leif",   "Lorcan", "Luc",   "Maël",    "Magnus", "Mateo", "Milo",   "Nils",
    "Obi",    "Odell",  "Oskar",  "Pascal", "Quill",  "Rafe",  "Remy",    "Rhys",   "Rurik", "Sacha",  "Séamus",
    "Silas",  "Soren",  "Tadeo",  "Tariq",  "Théo",   "Ulric", "Vasco",   "Wendel", "Zeke"};

constexpr std::array<std::string_view, 96> family_names{
    "Abernethy", "Adeyinka",    "Alderman",    "Ashgrove",   "Aubelin",   "Balogun",    "Barrowby",  "Bełza",
    "Birchall",  "Blackmoor",   "Bramwell",    "Brightly",   "Calloway",  "Cardozo",    "Castellan", "Chisholm",
    "Colfax",    "Corbière",    "Cresswell",   "D'Aubrey",   "Dalgaard",  "Davenport",  "Delacour",  "Dembry",
    "Drăgan",    "Driscoll",    "Dunmore",     "Eastlake",   "Eberhart",  "Ekström",    "Ellsworth", "Falconer",
    "Farrow",    "Fenwick",     "Fortescue",   "Gantt",      "Garrick",   "Greenhalgh", "Grimaldi",  "Hadley",
    "Halvorsen", "Hargrave",    "Hawthorn",    "Hollis",     "Ibarra",    "Ingersoll",  "Jansky",    "Jessup",
    "Kavanagh",  "Kessler",     "Kingsley",    "Kovářík",    "Langley",   "Larkspur",   "Ledger",    "Lindqvist",
    "Lockhart",  "Mabry",       "Marchetti",   "Mbeki-Rowe", "Mercer",    "Montrose",   "Nakamoto",  "Nightingale",
    "Norwood",   "O'Hanlon",    "Okafor-Lee",  "Ormsby",     "Ostrander", "Pemberton",  "Petrović",  "Pickering",
    "Quarles",   "Radcliffe",   "Ravensworth", "Redfern",    "Rosewood",  "Rutledge",   "Sandoval",  "Šarić-Holt",
    "Selwyn",    "Shackleford", "Stirling",    "Sørby",      "Tamblyn",   "Thackeray",  "Thornbury", "Tillman",
    "Underhay",  "Vandermeer",  "Vögel",       "Wainwright", "Westbury",  "Whitlock",   "Yarrow",    "Zelenka"};

constexpr std::array<std::string_view, 4> suffixes{" Jr.", " III", " II", " Sr."};
// Suffixes are rare, and so are players who are called "00".
constexpr double suffix_probability = 0.06;

// Above every id the NBA has given out, so that an invented person is never taken for a real one.
constexpr std::int64_t player_id_first = 9'100'001;
constexpr std::int64_t official_id_first = 9'000'001;

// The first character of a UTF-8 string, whole.
std::string_view initial_of(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && continues_utf8(text[end])) ++end;
  return text.substr(0, end);
}

// A name nobody else in `taken` has: a random combination, or the next free one after it. There are thousands.
void name_person(person& who, random_stream& random, std::set<std::string>& taken, bool may_have_suffix) {
  const auto suffix =
      may_have_suffix && random.chance(suffix_probability) ? suffixes[random.below(suffixes.size())] : "";
  constexpr std::size_t combinations = first_names.size() * family_names.size();
  static_assert(combinations > officials_count && combinations > roster_size);
  for (std::size_t at = random.below(combinations);; at = (at + 1) % combinations) {
    who.first_name = first_names[at % first_names.size()];
    who.family_name = family_names[at / first_names.size()];
    who.family_name += suffix;
    who.name = who.first_name + ' ' + who.family_name;
    if (taken.insert(who.name).second) break;
  }
  who.initial = fmt::format("{}. {}", initial_of(who.first_name), who.family_name);
}

// "00", "0" ... "77" in random order.
std::vector<std::string> shuffled_jerseys(random_stream& random) {
  std::vector<std::string> jerseys{"00"};
  for (int number = 0; number <= 77; ++number) jerseys.push_back(std::to_string(number));
  random.shuffle(jerseys);
  return jerseys;
}

// Better players shoot more; a big man rebounds and blocks, a guard passes and steals.
ability draw_ability(random_stream& random, std::size_t rank) {
  const double size = random.uniform();  // 0 guard ... 1 centre
  const double level = 1.25 - 0.045 * static_cast<double>(rank);
  ability out;
  out.shooting = std::max(0.35, level * level * random.uniform(0.7, 1.3));
  out.three_rate = std::clamp(1.45 - size + 0.15 * random.bell(), 0.1, 1.6);
  out.accuracy = std::clamp(1 + 0.02 * (level - 1) + 0.03 * random.bell(), 0.88, 1.12);
  out.free_throw = std::clamp(0.825 - 0.08 * size + 0.06 * random.bell(), 0.45, 0.93);
  out.rebounding = 0.5 + 1.3 * size;
  out.passing = (1.7 - 1.2 * size) * level;
  out.stealing = 1.3 - 0.6 * size;
  out.blocking = 0.3 + 1.6 * size * size;
  return out;
}

}  // namespace

std::vector<player> make_roster(std::uint64_t seed, std::size_t position) {
  random_stream random(seed, fmt::format("roster {}", position));
  std::vector<player> players(roster_size);
  const auto jerseys = shuffled_jerseys(random);
  std::set<std::string> names;
  for (std::size_t i = 0; i < roster_size; ++i) {
    auto& player = players[i];
    player.person_id = player_id_first + static_cast<std::int64_t>(position * 100 + i);
    name_person(player, random, names, true);
    player.jersey = jerseys[i];
    player.ability = draw_ability(random, i);
  }
  return players;
}

std::vector<person> make_officials(std::uint64_t seed) {
  random_stream random(seed, "officials");
  std::vector<person> officials(officials_count);
  const auto jerseys = shuffled_jerseys(random);
  std::set<std::string> names;
  for (std::size_t i = 0; i < officials_count; ++i) {
    officials[i].person_id = official_id_first + static_cast<std::int64_t>(i);
    name_person(officials[i], random, names, false);
    officials[i].jersey = jerseys[i];
  }
  return officials;
}

}  // namespace nba::fake
