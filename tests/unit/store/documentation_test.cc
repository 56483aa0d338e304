// SPDX-License-Identifier: Apache-2.0
// docs/database.md names every view with every column, docs/events.md every type of event.
#include <fstream>
#include <sstream>

#include "unit/store/store_fixture.h"

namespace anchorwatch::store {
namespace {

std::string read_document(const std::string& name) {
  std::ifstream file(std::string(ANCHORWATCH_SOURCE_DIR) + "/docs/" + name);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class DocumentationTest : public StoreFixture {};

TEST_F(DocumentationTest, DatabasePageListsViewsAndColumns) {
  open();
  const std::string page = read_document("database.md");
  for (const std::string& view : query("SELECT name FROM sqlite_schema WHERE type = 'view'", 1)) {
    const std::size_t begin = page.find("## `" + view + "`");
    ASSERT_NE(begin, std::string::npos) << view;
    const std::string section = page.substr(begin, page.find("\n## ", begin + 1) - begin);
    for (const std::string& column :
         query("SELECT name FROM pragma_table_info('" + view + "')", 1)) {
      if (column.size() > 4 && column.substr(column.size() - 4) == "_utc") continue;
      EXPECT_NE(section.find("`" + column + "`"), std::string::npos) << view << "." << column;
    }
  }
}

TEST_F(DocumentationTest, EventsPageListsTypes) {
  const std::string page = read_document("events.md");
  const std::string schema = read_document("event.schema.json");
  for (int i = 0; i <= static_cast<int>(change::EventType::kMonitorStore); ++i) {
    const std::string type = change::to_string(static_cast<change::EventType>(i));
    EXPECT_NE(page.find("`" + type + "`"), std::string::npos) << type;
    EXPECT_NE(schema.find("\"" + type + "\""), std::string::npos) << type;
  }
}

}  // namespace
}  // namespace anchorwatch::store
