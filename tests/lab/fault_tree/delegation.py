"""The delegation: NS sets that differ, names without address, missing glue, servers that do not serve."""

from anchorlab import Expect

from .material import Key
from .rows import Area, Recipe, Row
from .spoil import always, rcode, silence, when

OWN = ("own1", "own2")
ODD = ("odd1", "odd2")


def child_ns(*names):
    """Damage: the NS set that the zone itself shows."""
    return lambda draft: draft.put("@", 300, "NS", *names)


def more_ns(name):
    """Damage: one name server more in the zone."""
    return lambda draft: draft.add("@", "NS", name)


def parent_ns(name):
    """Damage to the parent: one name server more in the delegation."""
    return {"before": lambda draft, child: draft.add(child, "NS", name)}


def both_sides(label, how, codes, name):
    """A zone with one name server more, at the parent and at the zone."""
    return Row(label, how, codes, "secure", "validated", recipe=Recipe(before=[more_ns(name)]), parent=parent_ns(name))


def without_glue(*hosts):
    """Damage to the parent: it has no addresses of these hosts of the zone."""
    return {"before": lambda draft, child: [draft.remove(f"{host}.{child}", "A") for host in hosts]}


DELEGATION_ROWS = [
    Row("absent", "the parent does not delegate the name", ["DELEGATION_ABSENT:critical"], "insecure", "no_ds",
        recipe=Recipe(), delegated=False),
    Row("absent-unsigned", "the parent does not delegate the name, which was never signed",
        ["DELEGATION_ABSENT:critical"], "insecure", "no_ds", delegated=False),
    Row("more-in-parent", "the zone leaves out a name server that serves it", ["NS_ONLY_IN_PARENT:warning"], "secure",
        "validated", recipe=Recipe(before=[child_ns("east.hosts.test.")])),
    Row("dead-in-parent", "the delegation has a server that the zone does not name and that does not serve it",
        ["NS_ONLY_IN_PARENT:error"], "secure", "validated", recipe=Recipe(), parent=parent_ns("pback.hosts.test.")),
    Row("more-in-zone", "the zone names a server that the parent does not", ["NS_ONLY_IN_CHILD:notice"], "secure",
        "validated", recipe=Recipe(before=[more_ns("pback.hosts.test.")])),
    both_sides("no-address", "a name server without address", ["NS_UNRESOLVABLE:error"], "nowhere.hosts.test."),
    both_sides("alias", "a name server that is an alias", ["NS_IS_ALIAS:error"], "alias.hosts.test."),
    Row("no-glue", "the parent has no address of one of two hosts in the zone", ["GLUE_MISSING:error"], "secure",
        "validated", recipe=Recipe(), servers=OWN, parent=without_glue("ns2")),
    Row("no-glue-at-all", "the parent has no address of any host in the zone", ["GLUE_MISSING:critical"],
        "indeterminate", "unreachable", recipe=Recipe(), servers=OWN, parent=without_glue("ns1", "ns2")),
    Row("refused", "every server refuses", ["NO_WORKING_SERVER:critical"], "indeterminate", "unreachable",
        recipe=Recipe(), servers=ODD, spoil=when(always, rcode("REFUSED"))),
    Row("servfail", "every server fails", ["NO_WORKING_SERVER:critical"], "indeterminate", "unreachable",
        recipe=Recipe(), servers=ODD, spoil=when(always, rcode("SERVFAIL"))),
    Row("silent", "no server answers", ["NO_WORKING_SERVER:critical"], "indeterminate", "unreachable",
        recipe=Recipe(), servers=ODD, spoil=when(always, silence)),
]


def expecting(label, how, codes, status, reason, recipe, **settings):
    """A zone that is not what its owner declared."""
    return Row(label, how, codes, status, reason, recipe=recipe, settings=settings)


_ONE = Key("ksk")

EXPECTATION_ROWS = [
    expecting("signed", "should be signed and is not", ["ZONE_UNSIGNED:critical", "EXPECT_SIGNED:critical"], "insecure",
              "no_ds", None, expect="signed"),
    expecting("secure", "should be signed and has no DS", ["DS_MISSING_FOR_SIGNED:critical", "EXPECT_SIGNED:critical"],
              "insecure", "no_ds", Recipe(ds=[]), expect="signed"),
    expecting("unsigned", "should be unsigned and is secure", ["EXPECT_UNSIGNED:warning"], "secure", "validated",
              Recipe(), expect="unsigned"),
    expecting("algorithm", "is signed with an algorithm that was not declared", ["EXPECT_ALGORITHM:warning"], "secure",
              "validated", Recipe(), algorithms=[15]),
    expecting("ds", "has another DS than was declared", ["EXPECT_DS:error"], "secure", "validated",
              Recipe(keys=[_ONE, Key("zsk")]), expect_ds=["4711 13 2 " + "5a" * 32]),
]

UNKNOWN_ROWS = [
    Row("below", "no server of the zone above answers", ["DS_UNDETERMINED:warning"], "indeterminate", "unreachable",
        recipe=Recipe()),
    Row("far.away", "nobody tells whether there is a zone between this one and the one above",
        ["PARENT_UNKNOWN:warning"], "indeterminate", "unreachable", recipe=Recipe()),
]

AREAS = [
    Area("delegation.test.", DELEGATION_ROWS),
    Area("expect.test.", EXPECTATION_ROWS),
    Area("silent-parent.test.", UNKNOWN_ROWS, servers=("podd1", "podd2"), spoil=when(always, silence),
         expect=Expect("indeterminate", "unreachable", ["NO_WORKING_SERVER"])),
]
