// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/probe/zone_file.h"

#include <filesystem>
#include <fstream>
#include <vector>

#include "anchorwatch/dns/zone_text.h"

namespace anchorwatch::probe {
namespace {

constexpr std::size_t kPiece = std::size_t{256} * 1024;
constexpr std::uintmax_t kMaxFileSize = std::uintmax_t{4} << 30U;

Result<std::vector<dns::RRset>> read_sets(const std::string& path, const dns::Name& origin) {
  std::error_code problem;
  // A pipe or a device would hold the worker for as long as it likes.
  if (!std::filesystem::is_regular_file(path, problem)) {
    return Error{ErrorCode::kNotFound, problem ? problem.message() : "not a regular file"};
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::kIo, "cannot be opened for reading"};
  dns::ZoneTextReader reader(origin);
  std::vector<char> piece(kPiece);
  std::uintmax_t size = 0;
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto got = static_cast<std::size_t>(file.gcount());
    size += got;
    if (size > kMaxFileSize) return Error{ErrorCode::kLimitExceeded, "longer than 4 GiB"};
    Result<void> read = reader.feed(std::string_view(piece.data(), got));
    if (!read) return std::move(read).error();
  }
  if (file.bad()) return Error{ErrorCode::kIo, "cannot be read to its end"};
  return reader.finish();
}

}  // namespace

evidence::WholeZoneLook read_zone_file(const std::string& path, const dns::Name& origin) {
  evidence::WholeZoneLook look;
  look.source = "zone file " + path;
  Result<std::vector<dns::RRset>> sets = read_sets(path, origin);
  if (!sets) {
    look.failure = sets.error().message();
    return look;
  }
  Result<evidence::ZoneContent> content = evidence::make_zone_content(origin, *std::move(sets));
  if (!content) {
    look.failure = content.error().message();
    return look;
  }
  look.content = std::make_shared<const evidence::ZoneContent>(*std::move(content));
  return look;
}

}  // namespace anchorwatch::probe
