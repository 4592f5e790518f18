// What a document about a game says of itself: whether there is a game in it, and which one.
//
// Purpose: a host, or a cache in front of it, may answer with a whole and valid document that is not the one asked for.
// Where answers are classified this is seen at the price of the document's first few hundred bytes; what is inside is
// for the parser (pipeline/transform).
// Threads: pure functions. Cost: linear in what stands before `gameId`; nothing is copied, nothing recurses.
#pragma once

#include <string_view>

namespace nba {

// The rule that a document of another game than the one asked for breaks, here or in transform.
inline constexpr std::string_view as_asked_rule = "game_as_asked";

struct document_head {
  enum class part {
    unreadable,  // no JSON up to the place where it would have to be
    missing,     // the key is not there, or null
    wrong,       // `game`: no object, or one without a key; `gameId`: no text, or an empty one
    there,
  };
  part game = part::unreadable;
  part id = part::unreadable;     // `game.gameId`; says something only when `game` is there
  std::string_view game_id = {};  // as it stands in the document, without white space around it; set when `id` is there
};

// `document`: without white space or a byte order mark in front. Of a key that is there twice the first one counts.
document_head read_document_head(std::string_view document);

}  // namespace nba
