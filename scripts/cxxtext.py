# SPDX-License-Identifier: Apache-2.0
"""Views of a C++ source text for the check scripts: comments, strings and code kept apart.

Every view has the length and the line breaks of the text it was made from, so that an offset in
one is the same place in all of them.
"""

import re
from typing import NamedTuple

# Raw strings come first: their content may look like anything. A digit separator (1'000) must not
# start a character literal, hence the look-behind.
_TOKEN = re.compile(
    r'(?P<raw>\b(?:u8|[uUL])?R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)")'
    r'|(?P<line>//(?:\\\r?\n|[^\n])*)'
    r'|(?P<block>/\*.*?(?:\*/|\Z))'
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+')",
    re.DOTALL,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>\n]+)>|"([^"\n]+)")', re.MULTILINE)


class Views(NamedTuple):
    """Three views of one source text."""

    no_comments: str  # comments blanked
    code: str  # comments and the contents of strings blanked
    strings: str  # everything but the contents of strings blanked


class Include(NamedTuple):
    """One #include line."""

    line: int
    path: str
    quoted: bool


def _blank(text):
    return re.sub(r'[^\n]', ' ', text)


def views(text):
    """Splits a C++ source text into its views."""
    no_comments, code, strings = [], [], []
    at = 0
    for token in _TOKEN.finditer(text):
        between = text[at : token.start()]
        no_comments.append(between)
        code.append(between)
        strings.append(_blank(between))
        at = token.end()
        word = token.group()
        if token.lastgroup in ('line', 'block'):
            for view in (no_comments, code, strings):
                view.append(_blank(word))
            continue
        no_comments.append(word)
        if token.lastgroup == 'char':
            code.append("'" + _blank(word[1:-1]) + "'")
            strings.append(_blank(word))
            continue
        if token.group('raw'):
            start = word.index('(') + 1
            end = len(word) - len(token.group('tag')) - 2
        else:
            start, end = 1, len(word) - 1
        code.append(word[:start] + _blank(word[start:end]) + word[end:])
        strings.append(_blank(word[:start]) + word[start:end] + _blank(word[end:]))
    rest = text[at:]
    no_comments.append(rest)
    code.append(rest)
    strings.append(_blank(rest))
    return Views(''.join(no_comments), ''.join(code), ''.join(strings))


def line_of(text, offset):
    """The line number, counted from 1, of an offset."""
    return text.count('\n', 0, offset) + 1


def includes(text):
    """Yields the #include lines of a source text that are not commented out."""
    for match in _INCLUDE.finditer(views(text).no_comments):
        path = match.group(1) or match.group(2)
        yield Include(line_of(text, match.start()), path.strip(), match.group(2) is not None)
