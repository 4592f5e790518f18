// A source of games: which documents one has, where they lie, and how they are read.
//
// Purpose: everything between the schedule and the rows that is another thing for another source. One implementation is
// one folder (pipeline/source/cdn/); engine, storage and commands ask it and know no document by name.
// Threads: a source is immutable and shared by all threads; a parser keeps buffers and is used by one thread at a time.
#pragma once

#include "pipeline/game_payloads.hpp"
#include "pipeline/result.hpp"
#include "pipeline/source/document.hpp"
#include "pipeline/transform/odd_values.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nba {

class game_parser {
 public:
  virtual ~game_parser() = default;
  // Fills all rows of the game but `origin`, from all of its documents. Errors: contract_drift with the JSON path;
  // rejected (rule game_as_asked) when a document is of another game; not_final when the game is not over. What is odd
  // and decorative is added to `odd`.
  virtual result<void> parse(const game_payloads& payloads, game_rows& rows, odd_values& odd) = 0;
};

class game_source {
 public:
  virtual ~game_source() = default;

  // The documents of a game, in the order in which they are asked for. The first one says whether there is such a game.
  virtual std::vector<wanted_document> documents_of(const game_id& id) const = 0;
  virtual std::unique_ptr<game_parser> make_parser() const = 0;
  // How documents that gave no rows show all the same that their game was played ("the box score is final, 110-101");
  // empty when nothing shows it, or they are of another game. A game that any document shows to have been played is
  // never cancelled (docs/adr/0092-closings.md), and its documents may be stale, contradict each other, or be of
  // another shape. So this asks for little and believes little.
  virtual std::string evidence_of_play(const game_payloads& payloads) const = 0;

  // The same document of another game. Throws std::logic_error when its games have none such.
  wanted_document document_of(const game_id& id, endpoint what) const;
  // Whether no document is missing.
  bool is_whole(const game_payloads& payloads) const;
};

}  // namespace nba
