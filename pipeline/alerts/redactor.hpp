// Takes secrets out of texts.
//
// Purpose: the address of a webhook is its secret, and libraries, receivers and logs quote it. One redactor is in front
// of the log, the table, the JSON and every payload. Threads: const members from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nba {

class redactor {
 public:
  redactor() = default;
  // Whole secrets: URLs, DSNs, keys. Of a URL all its parts that can be secret are, too: the user part, the path, long
  // segments of it, the query and its values. The host is not.
  explicit redactor(const std::vector<std::string>& secrets);

  // `***` instead of each.
  std::string operator()(std::string_view text) const;
  bool empty() const noexcept { return words_.empty(); }
  const std::vector<std::string>& words() const noexcept { return words_; }

 private:
  std::vector<std::string> words_;  // the longest first
};

// "https://hooks.slack.com/***": what may be shown of a secret address.
std::string shown_address(std::string_view url);

}  // namespace nba
