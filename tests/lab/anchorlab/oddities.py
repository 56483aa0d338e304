"""Server behaviour that only an unusual question shows: EDNS versions, flags, options, cookies, letter case, header
flags, questions for names outside, and what happens to answers on their way."""

import socket

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

_COOKIE = 10
_FLAGS_BESIDE_DO = 0x7FFF
# Octets of an answer that still pass with 'drop-large'.
_SMALL = 100
_SERVER_COOKIE = bytes(range(16))


def _options(message):
    return {option.otype: bytes(option.to_wire()) for option in message.options}


def _asks_outside(query):
    return query.question[0].name == dns.name.root


def _chaos(query):
    return query.question[0].rdclass == dns.rdataclass.CHAOS


def _bare(query, rcode=dns.rcode.NOERROR, authoritative=False):
    answer = dns.message.make_response(query)
    answer.set_rcode(rcode)
    if authoritative:
        answer.flags |= dns.flags.AA
    return answer


def _formerr(query):
    return _bare(query, dns.rcode.FORMERR)


def _root_referral(query):
    answer = _bare(query)
    answer.authority.append(dns.rrset.from_text(".", 518400, "IN", "NS", "a.root-servers.lab."))
    return answer


def _outside_answer(query):
    answer = _bare(query)
    answer.flags |= dns.flags.RA
    answer.answer.append(dns.rrset.from_text(".", 60, "IN", "SOA", "a.root-servers.lab. x.lab. 1 2 3 4 5"))
    return answer


def _version_text(query):
    answer = _bare(query, authoritative=True)
    question = query.question[0]
    answer.answer.append(dns.rrset.from_text(question.name, 0, "CH", "TXT", '"LabDNS 1.2.3"'))
    return answer


def _has_capitals(query):
    return any(letter.isupper() for letter in query.question[0].name.to_text())


# mode -> (which questions it hits, what comes instead: a function of the query, or None for silence)
REPLACES = {
    "drop-edns-version": (lambda query: query.edns > 0, None),
    "formerr-edns-version": (lambda query: query.edns > 0, _formerr),
    "drop-edns-flags": (lambda query: query.ednsflags & _FLAGS_BESIDE_DO, None),
    "formerr-edns-flags": (lambda query: query.ednsflags & _FLAGS_BESIDE_DO, _formerr),
    "drop-options": (lambda query: query.options, None),
    "formerr-unknown-option": (lambda query: any(code > 1000 for code in _options(query)), _formerr),
    "refuse-rd": (lambda query: query.flags & dns.flags.RD, lambda query: _bare(query, dns.rcode.REFUSED)),
    "drop-rd": (lambda query: query.flags & dns.flags.RD, None),
    "drop-ad-cd": (lambda query: query.flags & (dns.flags.AD | dns.flags.CD), None),
    "need-rd": (lambda query: not query.flags & dns.flags.RD, lambda query: _bare(query, dns.rcode.REFUSED)),
    "case-strict": (_has_capitals, lambda query: _bare(query, dns.rcode.REFUSED)),
    "upward-referral": (_asks_outside, _root_referral),
    "ra-open": (lambda query: _asks_outside(query) and query.flags & dns.flags.RD, _outside_answer),
    "version": (_chaos, _version_text),
}


def _ignore_version(answer, query):
    del query
    answer.use_edns(0, answer.ednsflags & _FLAGS_BESIDE_DO, answer.payload)


def _echo_flags(answer, query):
    if query.edns >= 0:
        answer.ednsflags |= query.ednsflags & _FLAGS_BESIDE_DO


def _with_options(answer, options):
    answer.use_edns(0, answer.ednsflags, answer.payload or 1232, options=options)


def _echo_options(answer, query):
    if query.edns >= 0:
        _with_options(answer, list(answer.options) + [one for one in query.options if int(one.otype) > 1000])


def _cookie(answer, query, data):
    if query.edns >= 0:
        others = [one for one in answer.options if int(one.otype) != _COOKIE]
        _with_options(answer, others + [dns.edns.GenericOption(_COOKIE, data)])


def _good_cookie(answer, query):
    """Take every cookie, also those of a length that none has."""
    sent = _options(query).get(_COOKIE)
    if sent is not None:
        _cookie(answer, query, sent[:8] + _SERVER_COOKIE)


def _cookie_unasked(answer, query):
    if _COOKIE not in _options(query):
        _cookie(answer, query, bytes(8) + _SERVER_COOKIE)


def _cookie_wrong_client(answer, query):
    if _COOKIE in _options(query):
        _cookie(answer, query, bytes(8) + _SERVER_COOKIE)


def _cookie_short(answer, query):
    sent = _options(query).get(_COOKIE)
    if sent is not None:
        _cookie(answer, query, sent[:8] + _SERVER_COOKIE[:4])


def _bad_cookie(answer, query):
    """Call every cookie bad, the one that was given before too."""
    _good_cookie(answer, query)
    if len(_options(query).get(_COOKIE, b"")) > 8:
        answer.answer.clear()
        answer.set_rcode(dns.rcode.BADCOOKIE)


def _case_fold(answer, query):
    del query
    question = answer.question[0]
    name = dns.name.Name([label.lower() for label in question.name.labels])
    answer.question[0] = dns.rrset.RRset(name, question.rdclass, question.rdtype)


def _wrong_class(answer, query):
    answer.additional.append(dns.rrset.from_text(query.question[0].name, 1, "CH", "TXT", '"odd"'))


def _nsid(answer, query):
    if 3 in _options(query):
        _with_options(answer, list(answer.options) + [dns.edns.GenericOption(3, b"lab-instance-7")])


# mode -> changes the genuine answer to a query
CHANGES = {
    "ignore-edns-version": _ignore_version,
    "echo-flags": _echo_flags,
    "echo-option": _echo_options,
    "cookie-lax": _good_cookie,
    "cookie-unasked": _cookie_unasked,
    "cookie-wrong-client": _cookie_wrong_client,
    "cookie-short": _cookie_short,
    "badcookie": _bad_cookie,
    "case-fold": _case_fold,
    "wrong-class": _wrong_class,
    "nsid": _nsid,
}

# What happens to an answer on its way; 'axfr-open' needs the zone.
ON_THE_WAY = ("drop-large", "other-source")
MODES = (*REPLACES, *CHANGES, *ON_THE_WAY, "axfr-open")


def instead(mode, query):
    """Return (True, message or None for silence) if the mode replaces the answer to this query."""
    if mode == "axfr-open" and query.question[0].rdtype == dns.rdatatype.AXFR:
        answer = _bare(query, authoritative=True)
        answer.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "SOA", "ns. x. 1 2 3 4 5"))
        return True, answer
    hits, make = REPLACES.get(mode, (lambda query: False, None))
    return (True, make(query) if make else None) if hits(query) else (False, None)


def hides(modes, query):
    """True if a mode wants the upstream server to see an ordinary question instead of this one."""
    cookies = any("cookie" in mode for mode in modes) and _COOKIE in _options(query)
    return cookies or ("ignore-edns-version" in modes and query.edns > 0)


def ordinary(query):
    """Return the query without what the upstream server has an answer of its own to."""
    plain = dns.message.make_query(query.question[0].name, query.question[0].rdtype, query.question[0].rdclass,
                                   want_dnssec=query.edns >= 0, use_edns=0 if query.edns >= 0 else -1, payload=1232)
    plain.id, plain.flags = query.id, 0
    return plain


def changed(mode, wire, query):
    """Return a genuine answer as the mode changes it."""
    answer = dns.message.from_wire(wire)
    CHANGES[mode](answer, query)
    return answer.to_wire(max_size=65535)


def lost(mode, wire, proto, payload):
    """True if the answer does not arrive: it is large, and the client allowed that."""
    return mode == "drop-large" and proto == "udp" and len(wire) > _SMALL and payload > 512


def send_from_elsewhere(wire, client):
    """Send a datagram from an address that was not asked."""
    family = socket.AF_INET6 if ":" in client[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as other:
        other.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        other.sendto(wire, client)
