#!/usr/bin/python3
"""The tests of incidents_test.py with 5,000 zones under one TLD: one incident, under ten deliveries for each sink."""

import unittest

import incidents_test


class OneCause(incidents_test.OneCause):
    """5,000 zones under one TLD."""

    zones = 5000


class Daemons(incidents_test.Daemons):
    """The daemon, killed while thousands of zones join and leave."""

    zones = 2000


if __name__ == "__main__":
    unittest.main()
