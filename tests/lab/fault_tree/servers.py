"""Servers that answer wrongly, partly, or not at all; copies that differ."""

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from .damage import flip, resign
from .rows import Area, Recipe, Row
from .signatures import OLD
from .spoil import always, asked, at_apex, put, rcode, silence, when, without_signatures

ODD = ("odd1", "odd2")
ONE = ("odd1", "east")


def sound(label, how, codes, spoil, worst=None, **options):
    """A sound zone of which one server misbehaves."""
    return Row(label, how, codes, "secure", "validated", worst, recipe=Recipe(), servers=ONE, spoil=spoil, **options)


def everywhere(label, how, codes, reason, spoil, status="bogus", **options):
    """A sound zone whose servers all misbehave."""
    return Row(label, how, codes, status, reason, recipe=Recipe(), servers=ODD, spoil=spoil, **options)


def upward(case, row):
    """A referral to the root."""
    for section in (case.answer.answer, case.answer.authority, case.answer.additional):
        section.clear()
    case.answer.flags &= ~dns.flags.AA
    put(case.answer.authority, dns.rrset.from_text(".", 300, "IN", "NS", "ns1.root-servers.lab."))
    return case.answer


def garbage(case, row):
    """A header and a question that fit, and an answer that is cut short."""
    wire = bytearray(dns.message.make_response(case.query).to_wire())
    wire[2] |= 0x84
    wire[7] = 3  # So many records are announced.
    return bytes(wire[:-4])


def wrong_owner(case, row):
    """The right data under another name."""
    other = dns.name.from_text("other", dns.name.from_text(row.zone))
    for index, rrset in enumerate(case.answer.answer):
        case.answer.answer[index] = dns.rrset.from_rdata(other, rrset.ttl, *rrset)
    return case.answer


def nothing(case, row):
    """NOERROR without any record."""
    for section in (case.answer.answer, case.answer.authority, case.answer.additional):
        section.clear()
    return case.answer


def truncated(case, row):
    """An empty answer with TC over UDP, silence over TCP."""
    if case.proto == "tcp":
        return None
    nothing(case, row)
    case.answer.flags |= dns.flags.TC
    return case.answer


def no_edns(case, row):
    """As a server that never heard of EDNS."""
    without_signatures(case, row)
    case.answer.use_edns(False)
    return case.answer


def edns_formerr(case, row):
    """FORMERR to every question with EDNS."""
    if case.query.edns < 0:
        return no_edns(case, row)
    nothing(case, row)
    case.answer.use_edns(False)
    case.answer.set_rcode(dns.rcode.FORMERR)
    return case.answer


def not_authoritative(case, row):
    """Clear AA."""
    case.answer.flags &= ~dns.flags.AA
    return case.answer


def later(**fields):
    """A copy with another SOA, signed: serial, refresh, retry, expire, minimum."""
    def damage(draft):
        soa = draft.get("@", "SOA")
        draft.put("@", soa.ttl, "SOA", soa[0].replace(**{name: change(getattr(soa[0], name))
                                                          for name, change in fields.items()}))
        draft.resign("@", "SOA")
    return damage


def old_copy(draft):
    """A copy that was not transferred for weeks: old serial, old signatures."""
    later(serial=lambda serial: serial - 10)(draft)
    for owner, rrtype in list(draft.signatures):
        if rrtype != dns.rdatatype.DNSKEY:
            resign(dns.rdatatype.to_text(rrtype), owner, **OLD)(draft)


def flooded(draft):
    """Sixty bad signatures beside the good one, which comes last: servers and validators put the lowest octets first."""
    for _ in range(6):
        at = (draft.origin, dns.rdatatype.SOA)
        good = draft.signatures[at][:1]
        for shift in range(10):
            draft.signatures[at] = draft.signatures[at] + [
                (ttl, rrsig.replace(signature=bytes([0, 0, shift, _]) + rrsig.signature[4:])) for ttl, rrsig in good]


ANSWER_ROWS = [
    sound("refused", "one server refuses", ["SERVER_LAME:error"], when(always, rcode("REFUSED"))),
    sound("upward", "one server refers to the root", ["SERVER_LAME:error"], when(always, upward)),
    everywhere("not-authoritative", "the servers answer without AA", ["SERVER_LAME:error"], "validated",
               when(always, not_authoritative), "secure"),
    sound("servfail", "one server fails at everything", ["BAD_RCODE:error"], when(always, rcode("SERVFAIL"))),
    sound("nxdomain", "one server says that the zone does not exist", ["BAD_RCODE:error"],
          when(always, rcode("NXDOMAIN")), "bogus"),
    everywhere("nxdomain-everywhere", "every server says that the zone does not exist", ["BAD_RCODE:error"],
               "dnskey_missing", when(always, rcode("NXDOMAIN"))),
    sound("servfail-mx", "one server fails at MX", ["BAD_RCODE:error"], when(at_apex("MX"), rcode("SERVFAIL"))),
    sound("notimp-caa", "one server does not know CAA", ["BAD_RCODE:error"], when(at_apex("CAA"), rcode("NOTIMP"))),
    sound("formerr-txt", "one server takes TXT for malformed", ["BAD_RCODE:error"],
          when(at_apex("TXT"), rcode("FORMERR"))),
    sound("aaaa-servfail", "one server fails at AAAA", ["AAAA_BROKEN:error"], when(at_apex("AAAA"), rcode("SERVFAIL"))),
    sound("aaaa-silent", "one server never answers AAAA", ["AAAA_BROKEN:error"], when(at_apex("AAAA"), silence)),
    everywhere("wrong-owner", "SOA has another owner name", ["RESPONSE_WRONG_OWNER:error"], "denial_missing",
               when(at_apex("SOA"), wrong_owner)),
    everywhere("no-ns", "the answer for NS is empty", ["RESPONSE_MISSING:error"], "denial_missing",
               when(at_apex("NS"), nothing)),
    sound("garbage", "one server sends no DNS", ["RESPONSE_MALFORMED:error"], when(always, garbage)),
    sound("garbage-txt", "one server sends no DNS for TXT", ["RESPONSE_MALFORMED:error"],
          when(at_apex("TXT"), garbage)),
    sound("silent", "one server does not answer", ["TRANSPORT_UDP_DEAD:error"], when(always, silence)),
    sound("tcp-dead", "one server truncates TXT and is silent over TCP", ["TRANSPORT_TCP_DEAD:error"],
          when(at_apex("TXT"), truncated)),
    everywhere("tcp-dead-dnskey", "every server truncates DNSKEY and is silent over TCP",
               ["TRANSPORT_TCP_DEAD:error"], "unreachable", when(asked("DNSKEY"), truncated), "indeterminate"),
    everywhere("no-edns", "every server ignores EDNS", ["EDNS_BROKEN:error"], "signature_missing",
               when(always, no_edns)),
    sound("no-edns-on-one", "one server ignores EDNS", ["EDNS_BROKEN:error"], when(always, no_edns), "bogus"),
    everywhere("edns-formerr", "every server answers only without EDNS", ["DNSSEC_DOWNGRADED:error"],
               "signature_missing", when(always, edns_formerr)),
    sound("edns-formerr-on-one", "one server answers only without EDNS", ["DNSSEC_DOWNGRADED:error"],
          when(always, edns_formerr), "bogus"),
]

COPY_ROWS = [
    Row("serial", "one server has an older serial", ["SOA_SERIAL_SPREAD:info"], "secure", "validated",
        recipe=Recipe(after=[later(serial=lambda serial: serial - 10)], only={"east"})),
    Row("fields", "one server has another SOA with the same serial", ["SOA_FIELDS_DIFFER:notice"], "secure",
        "validated", recipe=Recipe(after=[later(expire=lambda expire: expire + 1)], only={"east"})),
    Row("timers", "retry is longer than refresh", ["SOA_TIMERS_ODD:notice"], "secure", "validated", recipe=Recipe(),
        soa="900 7200 604800 300"),
    Row("old-copy", "one server has an old copy whose signatures have expired", ["SIG_EXPIRED:error"], "secure",
        "validated", "bogus", recipe=Recipe(after=[old_copy], only={"east"})),
    Row("damaged-copy", "one server's copy has damaged signatures", ["SIG_INVALID:error"], "secure", "validated",
        "bogus", recipe=Recipe(after=[flip("A"), flip("MX"), flip("TXT")], only={"east"})),
    Row("flood", "sixty bad signatures beside a good one", ["WORK_LIMIT:error"], "indeterminate", "limit",
        recipe=Recipe(after=[flooded])),
]

AREAS = [Area("answers.test.", ANSWER_ROWS), Area("copy.test.", COPY_ROWS)]
