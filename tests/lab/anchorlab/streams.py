"""Answers that are no single message; a responder sends them as they say."""

import asyncio
import dataclasses


@dataclasses.dataclass
class Burst:
    """Several datagrams for one question."""

    wires: list


@dataclasses.dataclass
class Drip:
    """Over TCP, one octet at a time."""

    wire: bytes
    seconds: float

    async def send(self, writer):
        """Send length and message."""
        for octet in len(self.wire).to_bytes(2, "big") + self.wire:
            writer.write(bytes([octet]))
            await writer.drain()
            await asyncio.sleep(self.seconds)


class Silent:
    """Over TCP: the connection stays open and nothing comes."""

    async def send(self, _writer):
        """Send nothing for as long as the client waits."""
        await asyncio.sleep(3600)
