// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dnssec/algorithm_table.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>
#include <vector>

#include "anchorwatch/dnssec/algorithm.h"

namespace anchorwatch::dnssec {
namespace {

constexpr std::string_view kBuiltin =
#include "algorithm_table.inc"
    ;

struct Word {
  std::string_view text;
  std::size_t column = 1;
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// The words of a line up to a comment.
std::vector<Word> words_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<Word> words;
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) return words;
    const std::size_t begin = at;
    while (at < line.size() && !is_blank(line[at])) ++at;
    words.push_back({line.substr(begin, at - begin), begin + 1});
  }
}

bool is_date(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00";
  return text.size() == kForm.size() &&
         std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
           return form == '0' ? c >= '0' && c <= '9' : c == form;
         });
}

std::optional<Standing> parse_standing(std::string_view text) {
  if (text == "recommended") return Standing::kRecommended;
  if (text == "may") return Standing::kMay;
  if (text == "not-recommended") return Standing::kNotRecommended;
  if (text == "must-not") return Standing::kMustNot;
  return std::nullopt;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text.substr(0, 40)) result += c >= ' ' && c < '\x7f' ? c : '?';
  return result + "\"";
}

}  // namespace

/// Reads a table line by line; the first mistake ends it.
class AlgorithmTableReader {
 public:
  Result<AlgorithmTable> read(std::string_view text) {
    while (!text.empty() && !failed_) {
      ++line_;
      const std::size_t end = std::min(text.find('\n'), text.size());
      read_line(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!failed_ && table_.version_.empty()) fail(1, "there is no line \"version YYYY-MM-DD\"");
    if (failed_) return Error(ErrorCode::kParse, *failed_);
    return std::move(table_);
  }

 private:
  void fail(std::size_t column, const std::string& why) {
    failed_ = std::to_string(line_) + ":" + std::to_string(column) + ": " + why;
  }

  void read_line(std::string_view line) {
    const std::vector<Word> words = words_of(line);
    if (words.empty()) return;
    const std::string_view kind = words[0].text;
    if (kind == "version") return read_version(words);
    if (kind == "source") {
      line = line.substr(0, line.find('#'));
      while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
      if (words.size() > 1) table_.source_ = line.substr(words[1].column - 1);
      return;
    }
    if (kind == "algorithm") return read_row(words, table_.algorithms_, can_verify);
    if (kind == "digest") return read_row(words, table_.digests_, can_digest);
    fail(words[0].column, quoted(kind) + " is none of: version, source, algorithm, digest");
  }

  void read_version(const std::vector<Word>& words) {
    if (words.size() != 2 || !is_date(words[1].text)) {
      return fail(words[0].column, "must be a date: version YYYY-MM-DD");
    }
    if (!table_.version_.empty()) return fail(words[0].column, "version stands there twice");
    table_.version_ = words[1].text;
  }

  std::optional<bool> read_switch(const Word& word) {
    if (word.text == "yes") return true;
    if (word.text == "no") return false;
    fail(word.column, quoted(word.text) + " is neither yes nor no");
    return std::nullopt;
  }

  std::optional<std::uint8_t> read_number(const Word& word) {
    int number = 0;
    const char* const end = word.text.data() + word.text.size();
    const auto [stop, error] = std::from_chars(word.text.data(), end, number);
    if (error == std::errc{} && stop == end && number >= 0 && number <= 255) {
      return static_cast<std::uint8_t>(number);
    }
    fail(word.column, quoted(word.text) + " is not a number from 0 to 255");
    return std::nullopt;
  }

  void read_row(const std::vector<Word>& words, AlgorithmTable::Rows& rows, bool (*can)(std::uint8_t)) {
    if (words.size() != 6) {
      return fail(words[0].column, "must have five values: number, name, signing, verify, rely");
    }
    const std::string_view kind = words[0].text;
    const auto number = read_number(words[1]);
    if (!number) return;
    std::optional<AlgorithmRow>& row = rows[*number];
    if (row) return fail(words[1].column, std::string(kind) + " " + std::to_string(*number) + " stands there twice");
    const auto standing = parse_standing(words[3].text);
    if (!standing) {
      return fail(words[3].column, quoted(words[3].text) + " is none of: recommended, may, not-recommended, must-not");
    }
    const auto verify = read_switch(words[4]);
    if (!verify) return;
    const auto rely = read_switch(words[5]);
    if (!rely) return;
    if (*verify && !can(*number)) {
      return fail(words[4].column, "this build cannot verify " + std::string(kind) + " " + std::to_string(*number) +
                                       " (" + std::string(words[2].text) + ")");
    }
    if (*rely && !*verify) return fail(words[5].column, "cannot rely on what is not verified");
    row = AlgorithmRow{std::string(words[2].text), *standing, *verify, *rely};
  }

  AlgorithmTable table_;
  std::size_t line_ = 0;
  std::optional<std::string> failed_;
};

Result<AlgorithmTable> AlgorithmTable::parse(std::string_view text) { return AlgorithmTableReader().read(text); }

const std::shared_ptr<const AlgorithmTable>& AlgorithmTable::builtin() {
  static const std::shared_ptr<const AlgorithmTable> table = [] {
    Result<AlgorithmTable> parsed = parse(kBuiltin);
    // A test reads the file; a build with a bad one must not judge anything.
    if (!parsed) std::abort();
    return std::make_shared<const AlgorithmTable>(*std::move(parsed));
  }();
  return table;
}

Standing AlgorithmTable::algorithm_standing(std::uint8_t number) const {
  const AlgorithmRow* known = algorithm(number);
  if (known != nullptr) return known->standing;
  return algorithm_is_illegal(number) ? Standing::kMustNot : Standing::kUnassigned;
}

Standing AlgorithmTable::digest_standing(std::uint8_t number) const {
  const AlgorithmRow* known = digest(number);
  if (known != nullptr) return known->standing;
  return digest_is_illegal(number) ? Standing::kMustNot : Standing::kUnassigned;
}

bool AlgorithmTable::algorithm_is_illegal(std::uint8_t number) const {
  const AlgorithmRow* known = algorithm(number);
  if (known != nullptr && known->standing != Standing::kMustNot) return false;
  // 4, 9, 11 and 123–251 are reserved; 2 and 252 never signed zones; 253–255 are private or
  // reserved.
  return number == 0 || number == 2 || number == 4 || number == 9 || number == 11 || number >= 123;
}

bool AlgorithmTable::digest_is_illegal(std::uint8_t number) const {
  const AlgorithmRow* known = digest(number);
  if (known != nullptr && known->standing != Standing::kMustNot) return false;
  // 0 stands only in a CDS that asks for deletion (RFC 8078 §4); RFC 9157 reserves 128 and above.
  return number == 0 || number >= 128;
}

Digest AlgorithmTable::content() const {
  Hasher hasher;
  for (const Rows* rows : {&algorithms_, &digests_}) {
    for (std::size_t number = 0; number < rows->size(); ++number) {
      const std::optional<AlgorithmRow>& each = (*rows)[number];
      if (!each) continue;
      hasher.number(number);
      hasher.field(each->name);
      hasher.number(static_cast<std::uint64_t>(each->standing));
      hasher.number((each->verify ? 2U : 0U) + (each->rely ? 1U : 0U));
    }
    hasher.number(256);
  }
  return hasher.finish();
}

}  // namespace anchorwatch::dnssec
