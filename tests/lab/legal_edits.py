"""How zones and answers of the legal corpus are changed after signing: what a signer or server may do."""

import random

import dns.dnssec
import dns.edns
import dns.message
import dns.name
import dns.rdata
import dns.renderer
import dns.rrset

from anchorlab.faults import split_record


def half_signed(signed, job, again):
    """Every other RRset is signed by the second ZSK, as a signer leaves it that works through its zone."""
    old, new = [key for key in job.signing if key.role == "zsk"]
    return _alternate(again(signing=[key for key in job.signing if key is not new]),
                      again(signing=[key for key in job.signing if key is not old]))


def jittered(signed, job, again):
    """Signatures end at different times, so that the signer's work is spread."""
    return _alternate(signed, again(expiration=job.expiration - 3 * 86400))


def own_serial(signed, job, again):
    """The second signer counts its serials by itself."""
    if job.label != "signed-two":
        return signed
    lines = job.text.splitlines()
    at = next(number for number, line in enumerate(lines) if " IN SOA " in line)
    words = lines[at].split()
    words[6] = str(int(words[6]) - 20000000)
    return again(text="\n".join([*lines[:at], " ".join(words), *lines[at + 1:]]) + "\n")


def own_denial(signed, job, again):
    """The second signer denies with NSEC3, the first with NSEC."""
    return signed if job.label != "signed-two" else again(denial="nsec3")


def signed_privately(signed, _job, _again):
    """Each RRset has a signature of the zone's private-algorithm key too, which nobody here can verify.

    Key and signature begin with a name (RFC 4034 appendix A.1.1), here 'test.'; BIND refuses a key that does not.
    """
    records = [split_record(line) for line in signed]
    key = next(rdata for record in records if record and record[2] == "DNSKEY" and record[3][2] == "253"
               for rdata in [dns.rdata.from_text("IN", "DNSKEY", " ".join(record[3]))])
    added = []
    for name, ttl, rrtype, rdata in filter(None, records):
        if rrtype == "RRSIG":
            words = [rdata[0], "253", *rdata[2:6], str(dns.dnssec.key_id(key)), rdata[7], "BHRlc3QAAQID" * 4]
            added.append(f"{name} {ttl} IN RRSIG {' '.join(words)}")
    return signed + added


def upper_case(lines, _server):
    """Owner names stand in capitals in one server's copy."""
    return [line.replace(line.split()[0], line.split()[0].upper(), 1) if split_record(line) else line
            for line in lines]


def _alternate(first, second):
    """Return the first zone with every other RRset's signatures taken from the second."""
    signatures = {}
    for line in second:
        record = split_record(line)
        if record and record[2] == "RRSIG":
            signatures.setdefault((record[0], record[3][0]), []).append(line)
    # The DNSKEY RRset is the KSK's in both.
    chosen = {key for number, key in enumerate(sorted(signatures)) if number % 2 and key[1] != "DNSKEY"}
    kept = [line for line in first if _covered(line) not in chosen]
    return kept + [line for key in sorted(chosen) for line in signatures[key]]


def _covered(line):
    record = split_record(line)
    return (record[0], record[3][0]) if record and record[2] == "RRSIG" else None


# Answers on their way through a responder


def anycast(query, message):
    """Each answer comes from another instance; some say which they are, some do not."""
    instance = random.choice((b"ams1", b"fra2", None))
    options = [option for option in message.options if option.otype != dns.edns.NSID]
    if instance and any(option.otype == dns.edns.NSID for option in query.options):
        options.append(dns.edns.GenericOption(dns.edns.NSID, instance))
    if message.edns >= 0:
        message.use_edns(message.edns, message.ednsflags, message.payload, options=options)
    return message


def rotated(_query, message):
    """Records of a set and sets of a section come in another order each time."""
    for section in (message.answer, message.authority, message.additional):
        random.shuffle(section)
        for index, rrset in enumerate(section):
            records = list(rrset)
            random.shuffle(records)
            section[index] = dns.rrset.RRset(rrset.name, rrset.rdclass, rrset.rdtype, rrset.covers)
            for rdata in records:
                section[index].add(rdata, rrset.ttl)
    return message


def counted_down(_query, message):
    """A balancer in front lowers the TTLs of all records alike."""
    for section in (message.answer, message.authority):
        for rrset in section:
            rrset.ttl = max(1, rrset.ttl - 7)
    return message


def odd_case(_query, message):
    """Owner names of answers are written in mixed case."""
    for section in (message.answer, message.authority):
        for index, rrset in enumerate(section):
            labels = [bytes(random.choice((one, one ^ 0x20)) if chr(one).isalpha() else one for one in label)
                      for label in rrset.name.labels]
            section[index] = dns.rrset.from_rdata_list(dns.name.Name(labels), rrset.ttl, list(rrset))
    return _uncompressed(message)


class _Forgetful(dict):
    """A compression table that remembers nothing: pointers would bring the question's case back."""

    def __setitem__(self, key, value):
        pass


def _uncompressed(message):
    renderer = dns.renderer.Renderer(message.id, message.flags, 65535)
    renderer.compress = _Forgetful()
    for rrset in message.question:
        renderer.add_question(rrset.name, rrset.rdtype, rrset.rdclass)
    for number, section in enumerate((message.answer, message.authority, message.additional), 1):
        for rrset in section:
            renderer.add_rrset(number, rrset)
    if message.edns >= 0:
        renderer.add_edns(message.edns, message.ednsflags, message.payload, message.options)
    renderer.write_header()
    return renderer.get_wire()
