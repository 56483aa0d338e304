// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "anchorwatch/inventory/inventory_builder.h"

namespace anchorwatch::inventory {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

Error system_error(int number) {
  const ErrorCode code = number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  return {code, std::string("cannot read the file: ") + std::strerror(number)};
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, std::size_t max_size) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return system_error(errno);
  std::string text;
  std::array<char, 65536> block{};
  while (true) {
    const std::size_t count = std::fread(block.data(), 1, block.size(), file.get());
    const int number = errno;
    text.append(block.data(), count);
    if (text.size() > max_size) {
      return Error(ErrorCode::kLimitExceeded,
                   "the file is longer than " + std::to_string(max_size) + " octets");
    }
    if (count == block.size()) continue;
    if (std::ferror(file.get()) != 0) return system_error(number);
    return text;
  }
}

}  // namespace anchorwatch::inventory
