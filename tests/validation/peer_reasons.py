"""Why a tool says otherwise of a zone: for the reader of the table. A verdict without a reason here shows as a dash."""

import re

DNSVIZ_ERRORS_ONLY = "What DNSViz calls a warning is left out."

_SHA1 = ("SHA-1: Debian's peers still rely on it; RFC 9905 does not "
         "(`validation.sha1 = \"rely\"` is their rule)")
_KEYS_UNSEEN = ("nobody serves the keys or the DS: a resolver fails, which looks like bogus from outside; "
                "from silence anchorwatch concludes nothing")
_REVOKED = ("RFC 5011 §2.1 forbids a revoked key for all but its own revocation; resolvers that look at the REVOKE bit "
            "only while they follow anchors still use it")
_ONE_BAD_KEY = "BIND fails because of one idle key that it cannot read: real for its users, which the finding tells"
_FIRST_BAD = ("any one valid signature is enough (RFC 4035 §5.3.3); BIND stops at the first that fails "
              "(since CVE-2023-50387)")
_FIRST_SIGNER = "any one valid signature is enough (RFC 4035 §5.3.3); Unbound takes the signer's name from the first"
_DIGEST_ZERO = "DNSViz takes digest type 0 for broken; an unknown digest makes a zone insecure (RFC 4035 §5.2)"
_ITERATIONS = ("RFC 9276 §3.2 leaves the limit to the validator: 50 here as in today's resolvers, 150 in Debian's; "
               "DNSViz has none")
_ABSENT = ("the proof that the name does not exist is secure; there is no zone that could be, and `DELEGATION_ABSENT` "
           "says so")
_OWN_CNAME = ("the resolver makes its own CNAME from the DNAME and drops the wrong one; RFC 6672 §5.3.1 has the "
              "validator check it")
_FLOOD = ("a limit of work: the good signature is one of sixty-one. Who checks it before the others is content; "
          "anchorwatch does not let the order decide")
_UNSIGNED_CUT = "Unbound takes the NSEC for that of an unsigned delegation: insecure"
_HALF_PROOF = ("delv asks for the DS of the empty name too, for which the server, BIND's named, sends half a proof; "
               "others do not ask (RFC 5155 §7.1)")
_RCODE = "BIND refuses a proof that does not fit the RCODE; Unbound and anchorwatch take what it proves"

# (tools, zones as a regular expression, reason); the first that fits. No tools: all.
RULES = [
    ("", r"digest-sha1\.ds|sha1(-nsec3)?\.algorithm", _SHA1),
    ("unbound", r"digest-sha1-alone-right", "Unbound takes any DS that fits; RFC 4509 §3 ignores SHA-1 beside SHA-256"),
    ("dnsviz", r"digest-zero", _DIGEST_ZERO),
    ("", r"revoked-key\.", _REVOKED),
    ("dnsviz", r"not-zone-key", "DNSViz does not judge signatures by a key that is no zone key (RFC 4034 §2.1.1)"),
    ("delv", r"not-zone-key|wrong-protocol", "BIND does not look at this field of the key; RFC 4034 §2.1 does"),
    ("delv", r"private\.algorithm|exponent-long", _ONE_BAD_KEY),
    ("delv", r"below-apex", "BIND expects a DS for a DNSKEY that is not at an apex; RFC 4034 §2.1 forbids the record"),
    ("", r"short-entry", "the tool does not end well with a key that is too short"),
    ("", r"no-answer\.copies|odd-parent|(silent|refused|servfail)\.delegation|no-glue-at-all", _KEYS_UNSEEN),
    ("", r"silent-parent|dead-dnskey", _KEYS_UNSEEN),
    ("", r"flood\.copy", _FLOOD),
    ("dnsviz", r"\.alias\.", "DNSViz was asked about the zone, and not about the alias"),
    ("dnsviz", r"\.cds|csync", "DNSViz does not ask for this type"),
    ("dnsviz", r"unknown|forged-tag", "DNSViz lists no error of a signature whose key is not published"),
    ("unbound", r"other-signer-beside", _FIRST_SIGNER),
    ("delv", r"-beside|collision", _FIRST_BAD),
    ("unbound", r"skew-future", "Unbound allows for clocks that are wrong by up to an hour (`val-sig-skew-min`)"),
    ("unbound", r"apex-as-delegation|ancestor", _UNSIGNED_CUT),
    ("delv", r"name-error-for", _RCODE),
    ("delv", r"flags\.nsec3", "BIND uses an NSEC3 with unassigned flags; RFC 5155 §8.2 ignores it"),
    ("delv", r"bad-owner\.nsec3", "BIND takes an answer with such an owner name for malformed"),
    ("delv", r"deep\.empty\.optout", _HALF_PROOF),
    ("", r"iterations", _ITERATIONS),
    ("", r"delete-malformed", "the tool does not parse this CDS, and does not answer that one question"),
    ("", r"absent", _ABSENT),
    ("", r"loop\.alias|long-chain", "the tools go on for longer or less long, or answer with what they have"),
    ("", r"wrong-target", _OWN_CNAME),
    ("delv", r"no-soa|other-soa", "BIND takes a negative answer without the right SOA for malformed (RFC 2308 §5)"),
    ("", r"\.answers\.test|other-signer-on-one", "the tool waits for the odd server, or cannot use its answers"),
    ("dnsviz", r"nsec3?\.test", "DNSViz reports no error of this proof, or did not ask for it"),
]


def reason(zone, tool, told):
    """Return why a tool's verdict of a zone is not the expected one, or None."""
    if told.get(tool, {}).get("verdict") in (None, "not asked"):
        return None
    return next((text for tools, zones, text in RULES
                 if (not tools or tool in tools) and re.search(zones, zone)), None)
