"""NSD (Debian package nsd), unprivileged, everything inside the lab's directory."""

from .server import ServerBase

# xfrd-tcp-max and rrl-size: NSD prepares 65536 query IDs for each transfer connection and a table of 1,000,000 rate
# limits at its start. The lab transfers and limits nothing, and starts many of them.
_CONF = """\
server:
  server-count: 1
{addresses}  port: {port}
  ip-freebind: {freebind}
  username: ""
  chroot: ""
  pidfile: "{directory}/nsd.pid"
  zonesdir: "{directory}/zones"
  database: ""
  xfrdfile: "{directory}/xfrd.state"
  xfrdir: "{directory}"
  zonelistfile: "{directory}/zone.list"
  logfile: "{directory}/server.log"
  verbosity: 1
  xfrd-tcp-max: 1
  xfrd-tcp-pipeline: 1
  tcp-count: 20
  rrl-ratelimit: 0
  rrl-size: 10
  zonefiles-check: yes
  zonefiles-write: 0
  hide-version: yes
  hide-identity: yes
remote-control:
  control-enable: no
"""


class NsdServer(ServerBase):
    """One NSD with one serving child."""

    kind = "nsd"

    def argv(self):
        """-d keeps the main process as our child."""
        return ["nsd", "-d", "-c", self.directory / "nsd.conf"]

    def write_conf(self):
        """Write nsd.conf."""
        addresses = "".join(f"  ip-address: {address}\n" for address in self.addresses)
        # Only the IPv6 prefix of a network namespace is local by route alone.
        freebind = "yes" if any(":" in address for address in self.addresses) else "no"
        text = _CONF.format(addresses=addresses, port=self.port, directory=self.directory, freebind=freebind)
        for zone in self.zones:
            text += f'zone:\n  name: "{zone}"\n  zonefile: "{self.zone_file(zone)}"\n'
        (self.directory / "nsd.conf").write_text(text, encoding="utf-8")
