// SPDX-License-Identifier: Apache-2.0
#include "anchorwatch/dns/rr_type.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace anchorwatch::dns {
namespace {

struct Mnemonic {
  int code;
  std::string_view name;
};

// IANA "Domain Name System (DNS) Parameters", sorted by code.
constexpr std::array kTypes = std::to_array<Mnemonic>({
    {1, "A"},           {2, "NS"},        {3, "MD"},        {4, "MF"},       {5, "CNAME"},
    {6, "SOA"},         {7, "MB"},        {8, "MG"},        {9, "MR"},       {10, "NULL"},
    {11, "WKS"},        {12, "PTR"},      {13, "HINFO"},    {14, "MINFO"},   {15, "MX"},
    {16, "TXT"},        {17, "RP"},       {18, "AFSDB"},    {19, "X25"},     {20, "ISDN"},
    {21, "RT"},         {22, "NSAP"},     {23, "NSAP-PTR"}, {24, "SIG"},     {25, "KEY"},
    {26, "PX"},         {27, "GPOS"},     {28, "AAAA"},     {29, "LOC"},     {30, "NXT"},
    {31, "EID"},        {32, "NIMLOC"},   {33, "SRV"},      {34, "ATMA"},    {35, "NAPTR"},
    {36, "KX"},         {37, "CERT"},     {38, "A6"},       {39, "DNAME"},   {40, "SINK"},
    {41, "OPT"},        {42, "APL"},      {43, "DS"},       {44, "SSHFP"},   {45, "IPSECKEY"},
    {46, "RRSIG"},      {47, "NSEC"},     {48, "DNSKEY"},   {49, "DHCID"},   {50, "NSEC3"},
    {51, "NSEC3PARAM"}, {52, "TLSA"},     {53, "SMIMEA"},   {55, "HIP"},     {56, "NINFO"},
    {57, "RKEY"},       {58, "TALINK"},   {59, "CDS"},      {60, "CDNSKEY"}, {61, "OPENPGPKEY"},
    {62, "CSYNC"},      {63, "ZONEMD"},   {64, "SVCB"},     {65, "HTTPS"},   {66, "DSYNC"},
    {67, "HHIT"},       {68, "BRID"},     {99, "SPF"},      {100, "UINFO"},  {101, "UID"},
    {102, "GID"},       {103, "UNSPEC"},  {104, "NID"},     {105, "L32"},    {106, "L64"},
    {107, "LP"},        {108, "EUI48"},   {109, "EUI64"},   {128, "NXNAME"}, {249, "TKEY"},
    {250, "TSIG"},      {251, "IXFR"},    {252, "AXFR"},    {253, "MAILB"},  {254, "MAILA"},
    {255, "ANY"},       {256, "URI"},     {257, "CAA"},     {258, "AVC"},    {259, "DOA"},
    {260, "AMTRELAY"},  {261, "RESINFO"}, {262, "WALLET"},  {263, "CLA"},    {264, "IPN"},
    {32768, "TA"},      {32769, "DLV"},
});

constexpr std::array kRcodes = std::to_array<Mnemonic>({
    {0, "NOERROR"},  {1, "FORMERR"},    {2, "SERVFAIL"}, {3, "NXDOMAIN"},  {4, "NOTIMP"},
    {5, "REFUSED"},  {6, "YXDOMAIN"},   {7, "YXRRSET"},  {8, "NXRRSET"},   {9, "NOTAUTH"},
    {10, "NOTZONE"}, {11, "DSOTYPENI"}, {16, "BADVERS"}, {17, "BADKEY"},   {18, "BADTIME"},
    {19, "BADMODE"}, {20, "BADNAME"},   {21, "BADALG"},  {22, "BADTRUNC"}, {23, "BADCOOKIE"},
});

template <std::size_t N>
const Mnemonic* find_code(const std::array<Mnemonic, N>& table, int code) {
  const auto found = std::lower_bound(table.begin(), table.end(), code,
                                      [](const Mnemonic& m, int value) { return m.code < value; });
  return found != table.end() && found->code == code ? &*found : nullptr;
}

char to_upper(char c) { return (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c; }

bool equals_upper(std::string_view text, std::string_view upper) {
  return text.size() == upper.size() && std::equal(text.begin(), text.end(), upper.begin(),
                                                   [](char a, char b) { return to_upper(a) == b; });
}

}  // namespace

std::string to_string(RrType type) {
  const int code = static_cast<int>(type);
  if (const Mnemonic* known = find_code(kTypes, code)) return std::string(known->name);
  return "TYPE" + std::to_string(code);
}

std::optional<RrType> parse_rr_type(std::string_view text) {
  for (const Mnemonic& known : kTypes) {
    if (equals_upper(text, known.name)) return RrType{static_cast<std::uint16_t>(known.code)};
  }
  constexpr std::string_view kPrefix = "TYPE";
  if (text.size() <= kPrefix.size() || !equals_upper(text.substr(0, kPrefix.size()), kPrefix)) {
    return std::nullopt;
  }
  std::uint16_t code = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data() + kPrefix.size(), end, code);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  return RrType{code};
}

std::string rcode_to_string(int rcode) {
  if (const Mnemonic* known = find_code(kRcodes, rcode)) return std::string(known->name);
  return "RCODE" + std::to_string(rcode);
}

}  // namespace anchorwatch::dns
