"""Sound zones made by the same means: whatever is found in the others is their damage and nothing else."""

from .material import Key
from .rows import Area, Recipe, Row


def sound(label, how, recipe, **options):
    """A zone in which nothing is wrong."""
    return Row(label, how, [], "secure", "validated", recipe=recipe, **options)


SOUND_ROWS = [
    sound("nsec", "NSEC", Recipe()),
    sound("nsec3", "NSEC3", Recipe(denial="nsec3")),
    sound("single-key", "one key", Recipe(keys=[Key("csk", 15)])),
    sound("rsa", "RSASHA256", Recipe(keys=[Key("ksk", 8), Key("zsk", 8)])),
    sound("p384", "ECDSAP384SHA384", Recipe(keys=[Key("ksk", 14), Key("zsk", 14)])),
    sound("ed448", "Ed448", Recipe(keys=[Key("ksk", 16), Key("zsk", 16)])),
    sound("wildcard", "a wildcard that answers the random name", Recipe(), content="* A 192.0.2.50"),
    sound("wildcard3", "the same with NSEC3", Recipe(denial="nsec3"), content="* A 192.0.2.50"),
    sound("scripted", "at the scripted servers, which spoil nothing here", Recipe(), servers=("odd1", "odd2")),
    sound("scripted3", "the same with NSEC3", Recipe(denial="nsec3"), servers=("odd1", "odd2")),
    sound("glue", "name servers in the zone", Recipe(), servers=("own1", "own2")),
]

AREAS = [
    Area("sound.test.", SOUND_ROWS),
    Area("sound3.test.", [sound("signed", "below NSEC3", Recipe()),
                          Row("unsigned", "unsigned below NSEC3", [], "insecure", "no_ds")], {"denial": "nsec3"}),
    Area("sound-parent.test.", [sound("signed", "below scripted servers", Recipe()),
                                Row("unsigned", "unsigned below scripted servers", [], "insecure", "no_ds")],
         servers=("podd1", "podd2")),
]
