"""Kinds that lead resolvers astray: fan-out, loops and depth of delegations and aliases."""

import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.rrset

from .zone import HostileZone

_LOST = ("indeterminate", "bogus")


class _Unsigned(HostileZone):
    signed = False

    def address_set(self, name):
        """Return an A record with the address of this kind's server."""
        return dns.rrset.from_text(name, self.ttl, "IN", "A", self.address)

    def referral(self, query, cut, names, glue=True):
        """Return a referral to servers of a cut; all glue leads back here."""
        response = dns.message.make_response(query)
        response.authority.append(dns.rrset.from_text(cut, self.ttl, "IN", "NS", *map(str, names)))
        for name in names if glue else ():
            response.additional.append(self.address_set(name))
        return response


class Fan(_Unsigned):
    """The parent delegates to 500 names without glue, all of a zone that answers for each of them."""

    kind = "ns-500"
    statuses = ("insecure", *_LOST)
    codes = ("WORK_LIMIT",)

    def parent_records(self):
        """Return what the parent has for this zone, in the place of the lab's delegation."""
        return [f"{self.origin} NS n{number:03d}.fan.{self.origin.parent()}" for number in range(500)] + [
            f"fan.test. NS ns-{self.kind}.test."]

    def answer(self, query, proto):
        name, rrtype = query.question[0].name, query.question[0].rdtype
        fan = dns.name.from_text("fan.test.")
        if not name.is_subdomain(fan):
            return self.honest(query)
        response = self.response(query)
        if rrtype == dns.rdatatype.A and name != fan:
            response.answer.append(self.address_set(name))
        else:
            response.authority.append(dns.rrset.from_text(fan, 300, "IN", "SOA", f"{fan} {fan} 1 1 1 1 1"))
        return response


class NxNs(_Unsigned):
    """Each server's name lies below a delegation to ten more such names (NXNSAttack)."""

    kind = "nxns"
    statuses = _LOST
    codes = ("WORK_LIMIT", "NS_UNRESOLVABLE", "NO_WORKING_SERVER")

    def parent_records(self):
        """The first ten names."""
        return [f"{self.origin} NS ns.x{number}.far.test." for number in range(10)] + [
            f"far.test. NS ns-{self.kind}.test."]

    def answer(self, query, proto):
        name = query.question[0].name
        far = dns.name.from_text("far.test.")
        if not name.is_subdomain(far) or len(name) < len(far) + 1:
            return self.honest(query)
        cut = dns.name.Name(name.labels[-len(far) - 1:])
        tail = cut.labels[0].decode()
        return self.referral(query, cut, [f"ns.{tail}y{number}.far.test." for number in range(10)], glue=False)


class Cyclic(_Unsigned):
    """Two zones whose servers are named in each other, without glue."""

    kind = "cyclic"
    statuses = _LOST
    codes = ("NS_UNRESOLVABLE", "NO_WORKING_SERVER", "WORK_LIMIT")

    def parent_records(self):
        """Both delegations."""
        return [f"{self.origin} NS ns.cyclic-other.test.", f"cyclic-other.test. NS ns.{self.origin}"]


class ReferralToSelf(_Unsigned):
    """Every answer is a referral to the zone's own servers."""

    kind = "referral-self"
    statuses = ("insecure", *_LOST)
    codes = ("SERVER_LAME", "NO_WORKING_SERVER", "WORK_LIMIT")

    def answer(self, query, proto):
        return self.referral(query, self.origin, [f"ns-{self.kind}.test."])


class ReferralUp(_Unsigned):
    """Every answer is a referral to the root."""

    kind = "referral-up"
    statuses = ("insecure", *_LOST)
    codes = ("SERVER_LAME", "NO_WORKING_SERVER", "UPWARD_REFERRAL")

    def answer(self, query, proto):
        return self.referral(query, dns.name.root, [f"ns-{self.kind}.test."])


class Deep(_Unsigned):
    """Every label is a delegation, down to 60 of them; the zone to watch is the deepest."""

    kind = "deep"
    statuses = ("insecure", *_LOST)
    codes = ("WORK_LIMIT", "PARENT_UNKNOWN")
    watched = ".".join("d" * 60) + ".deep.test."

    def answer(self, query, proto):
        name, rrtype = query.question[0].name, query.question[0].rdtype
        bottom = dns.name.from_text(self.watched)
        if name != bottom and len(name) > len(self.origin):
            return self.referral(query, name, [f"ns.{name}"])
        if name == bottom and rrtype == dns.rdatatype.DS:
            return self.honest(query)
        if name == bottom and rrtype == dns.rdatatype.NS:
            return self.referral(query, name, [f"ns.{name}"])
        return self.honest(query)


class ManyAddresses(_Unsigned):
    """Eighty name servers at eighty addresses."""

    kind = "80-addresses"
    statuses = ("insecure",)
    codes = ("WORK_LIMIT",)
    addresses = list(range(120, 200))

    def server_names(self):
        """One name for each address."""
        return [f"m{number}.many.test" for number in self.addresses]


class AliasLoop(HostileZone):
    """www is an alias of web, and web of www."""

    kind = "cname-loop"
    statuses = ("secure", *_LOST)
    codes = ("CNAME_LOOP",)
    probes = ("www/A",)

    def build(self):
        self.put("www", "CNAME", f"web.{self.origin}")
        self.put("web", "CNAME", f"www.{self.origin}")

    def answer(self, query, proto):
        response = self.honest(query)
        if query.question[0].name != self.origin and response.answer:
            other = next(rrset for (name, _), rrset in self.sets.items()
                         if name not in (self.origin, query.question[0].name))
            self.add(response.answer, other)
        return response


class AliasChain(HostileZone):
    """A chain of 100 aliases in one answer."""

    kind = "cname-chain"
    statuses = ("secure", *_LOST)
    codes = ("CNAME_LOOP", "WORK_LIMIT")
    probes = ("c0/A",)

    def build(self):
        for number in range(100):
            self.put(f"c{number}", "CNAME", f"c{number + 1}.{self.origin}")
        self.put("c100", "A", "192.0.2.100")

    def answer(self, query, proto):
        response = self.honest(query)
        if query.question[0].name.labels[0].startswith(b"c") and response.answer:
            for (name, _), rrset in self.sets.items():
                if name not in (self.origin, query.question[0].name):
                    self.add(response.answer, rrset)
        return response


class AliasWithoutEnd(HostileZone):
    """Every name is an alias of the next, one in each answer."""

    kind = "cname-endless"
    statuses = ("secure", *_LOST)
    probes = ("e1/A",)

    def build(self):
        for number in range(300):
            self.put(f"e{number}", "CNAME", f"e{number + 1}.{self.origin}")


class DnameLoop(HostileZone):
    """A DNAME into itself: names grow until they are too long."""

    kind = "dname-loop"
    statuses = ("secure", *_LOST)
    codes = ("CNAME_LOOP", "WORK_LIMIT")
    probes = ("x.d/A",)

    def build(self):
        self._dname = self.put("d", "DNAME", f"e.d.{self.origin}")

    def answer(self, query, proto):
        name, owner = query.question[0].name, self._dname.name
        if name == owner or not name.is_subdomain(owner):
            return self.honest(query)
        response = self.response(query)
        self.add(response.answer, self._dname)
        for _ in range(40):
            try:
                target = dns.name.Name((*name.labels[:-len(owner.labels)], b"e", *owner.labels))
            except dns.name.NameTooLong:
                break
            response.answer.append(dns.rrset.from_text(name, self.ttl, "IN", "CNAME", str(target)))
            name = target
        return response


KINDS = [Fan, NxNs, Cyclic, ReferralToSelf, ReferralUp, Deep, ManyAddresses, AliasLoop, AliasChain, AliasWithoutEnd,
         DnameLoop]
