#!/usr/bin/env python3
"""Checks what a Muster log claims, with the Python standard library alone.

Written from the public specifications: RFC 6962 and RFC 9162 (Merkle trees), RFC 8032 (Ed25519),
and C2SP signed-note, tlog-checkpoint, tlog-tiles and tlog-proof. It shares nothing with Muster.

  verifier.py proof FILE.tlog-proof --key KEYFILE (--entry FILE | --leaf BASE64)
  verifier.py consistency PROOF.json --key KEYFILE --before CHECKPOINT --after CHECKPOINT
  verifier.py checkpoint FILE --key KEYFILE

KEYFILE has the line that GET /log/{tid}/key answers with. It exits with 0 and says what was
proven, or with 1 and says why nothing was.
"""
import argparse
import base64
import binascii
import hashlib
import json
import sys


class Refused(Exception):
    """What is claimed is not proven."""


def need(condition, why):
    if not condition:
        raise Refused(why)


def from_base64(text):
    """Padded standard base64 with one spelling for each value."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("not base64") from error
    need(base64.b64encode(data).decode() == text, "not the one spelling in base64")
    return data


def hash_from_base64(text):
    data = from_base64(text)
    need(len(data) == 32, "a hash has 32 bytes")
    return data


def decimal(text):
    need(text.isascii() and text.isdigit() and (text == "0" or text[0] != "0"),
         "not a number without leading zeros")
    return int(text)


# --- RFC 8032: Ed25519 ---------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - x2) % P:
        return None
    return P - x if (x & 1) != sign else x


def add(a, b):
    """Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z."""
    u = (a[1] - a[0]) * (b[1] - b[0]) % P
    v = (a[1] + a[0]) * (b[1] + b[0]) % P
    w = 2 * a[3] * b[3] * D % P
    z = 2 * a[2] * b[2] % P
    e, f, g, h = v - u, z - w, z + w, v + u
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def equal_points(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decode_point(data):
    number = int.from_bytes(data, "little")
    y = number & (2**255 - 1)
    x = recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def is_signed_by(public_key, text, signature):
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, r = decode_point(public_key), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + text).digest()
    k = int.from_bytes(digest, "little") % ORDER
    return equal_points(multiply(s, BASE), add(r, multiply(k, key)))


# --- C2SP signed-note and tlog-checkpoint --------------------------------------------------------

ED25519 = b"\x01"
SIGNATURES_MAX = 100
DASH = "\u2014 "


class Key:
    """A verifier key: <name>+<key hash in hex>+<base64 of 0x01 and the public key>."""

    def __init__(self, text):
        parts = text.strip().split("+", 2)
        need(len(parts) == 3, "a verifier key has three parts")
        self.name = parts[0]
        data = from_base64(parts[2])
        need(len(data) == 33 and data[:1] == ED25519, "not an Ed25519 key")
        self.public = data[1:]
        need(self.name and not any(c.isspace() for c in self.name), "a key needs a name")
        digest = hashlib.sha256(self.name.encode() + b"\n" + data).digest()
        self.id = digest[:4]
        need(self.id.hex() == parts[1], "the hash of the key is another's")


def open_note(note, key):
    """The text of a note that the key has signed."""
    try:
        content = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("a note is UTF-8") from error
    need(not any(ord(c) < 0x20 and c != "\n" for c in content), "a note has no control characters")
    text, blank, signatures = content.rpartition("\n\n")
    need(blank and signatures.endswith("\n"), "not a signed note")
    text += "\n"
    lines = signatures[:-1].split("\n")
    need(len(lines) <= SIGNATURES_MAX, "too many signatures")
    signed = False
    for line in lines:
        need(line.startswith(DASH), "not a signature line")
        name, space, encoded = line[len(DASH):].partition(" ")
        need(name and space and "+" not in name, "not a signature line")
        data = from_base64(encoded)
        need(len(data) > 4, "a signature is too short")
        if name == key.name and data[:4] == key.id:
            need(is_signed_by(key.public, text.encode(), data[4:]), "the signature is not the key's")
            signed = True
    need(signed, "the key has not signed")
    return text


class Head:
    """What a checkpoint says: the origin, and size and root of a tree."""

    def __init__(self, note, key):
        lines = open_note(note, key)[:-1].split("\n")
        need(len(lines) >= 3 and all(lines), "a checkpoint has three lines at least")
        need(lines[0] == key.name, "the checkpoint is of another log")
        self.origin = lines[0]
        self.size = decimal(lines[1])
        self.root = hash_from_base64(lines[2])
        need(self.size > 0 or self.root == hashlib.sha256().digest(), "not the empty tree")


# --- RFC 6962 and RFC 9162: trees ----------------------------------------------------------------

def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_inclusion(leaf, index, size, hashes, root):
    """RFC 9162, section 2.1.3.2."""
    need(0 <= index < size, "the tree has no such leaf")
    number, last, current = index, size - 1, leaf
    for sibling in hashes:
        need(last != 0, "the proof is too long")
        if number & 1 or number == last:
            current = node_hash(sibling, current)
            while not number & 1 and number:
                number >>= 1
                last >>= 1
        else:
            current = node_hash(current, sibling)
        number >>= 1
        last >>= 1
    need(last == 0, "the proof is too short")
    need(current == root, "the proof leads to another root")


def check_consistency(before, before_root, after, after_root, hashes):
    """RFC 9162, section 2.1.4.2; of no leaves and of itself every tree is a continuation."""
    need(0 <= before <= after, "the earlier tree is the larger one")
    if before == after:
        need(not hashes, "the proof is too long")
        need(before_root == after_root, "two trees of one size")
        return
    if before == 0:
        need(not hashes, "the proof is too long")
        need(before_root == hashlib.sha256().digest(), "not the empty tree")
        return
    path = list(hashes)
    if before & (before - 1) == 0:
        path.insert(0, before_root)
    need(path, "the proof is too short")
    first, last = before - 1, after - 1
    while first & 1:
        first >>= 1
        last >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        need(last != 0, "the proof is too long")
        if first & 1 or first == last:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            while not first & 1 and first:
                first >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        first >>= 1
        last >>= 1
    need(last == 0, "the proof is too short")
    need(old == before_root, "the proof leads to another earlier root")
    need(new == after_root, "the proof leads to another later root")


# --- C2SP tlog-proof -----------------------------------------------------------------------------

HASHES_MAX = 64


def check_proof(text, key, leaf):
    """Of a file *.tlog-proof; answers index and head."""
    body, blank, note = text.partition(b"\n\n")
    need(blank, "not a proof")
    try:
        lines = body.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Refused("a proof is ASCII") from error
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "not a proof of version 1")
    if lines and lines[0].startswith("extra "):
        from_base64(lines.pop(0)[len("extra "):])
    need(lines and lines[0].startswith("index "), "a proof names an index")
    index = decimal(lines.pop(0)[len("index "):])
    need(len(lines) <= HASHES_MAX, "the proof is too long")
    hashes = [hash_from_base64(line) for line in lines]
    head = Head(note, key)
    check_inclusion(leaf, index, head.size, hashes, head.root)
    return index, head


# --- C2SP tlog-tiles -----------------------------------------------------------------------------

WIDTH = 256


def tile_path(index, width=WIDTH):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups) + (f".p/{width}" if width != WIDTH else "")


def tiles_of(size, level):
    """Index and width of every tile of a level."""
    count = size >> (8 * level)
    tiles = [(i, WIDTH) for i in range(count // WIDTH)]
    if count % WIDTH:
        tiles.append((count // WIDTH, count % WIDTH))
    return tiles


def root_of(hashes):
    """RFC 6962, section 2.1, over hashes of leaves or of complete subtrees of one height."""
    if not hashes:
        return hashlib.sha256().digest()
    peaks = []
    for number, value in enumerate(hashes):
        while number & 1:
            value = node_hash(peaks.pop(), value)
            number >>= 1
        peaks.append(value)
    value = peaks.pop()
    while peaks:
        value = node_hash(peaks.pop(), value)
    return value


def check_tiles(head, fetch):
    """Reads all tiles and bundles by `fetch(path)` and holds them to the head; the entries."""
    below = None
    level = 0
    while head.size >> (8 * level):
        row = []
        for index, width in tiles_of(head.size, level):
            data = fetch(f"tile/{level}/{tile_path(index, width)}")
            need(len(data) == 32 * width, "a tile has another width than its name says")
            row += [data[i:i + 32] for i in range(0, len(data), 32)]
        if level == 0:
            need(root_of(row) == head.root, "the tiles have another root")
            leaves = row
        else:
            made = [root_of(below[i * WIDTH:(i + 1) * WIDTH]) for i in range(len(row))]
            need(made == row, "a tile does not continue the tiles below")
        below = row
        level += 1
    entries = []
    for index, width in tiles_of(head.size, 0):
        entries += split_bundle(fetch(f"tile/entries/{tile_path(index, width)}"), width)
    need(head.size == 0 or [leaf_hash(entry) for entry in entries] == leaves,
         "an entry has another hash than the tiles say")
    return entries


def split_bundle(data, width):
    entries = []
    while data:
        size = int.from_bytes(data[:2], "big")
        need(len(data) >= 2 + size, "a bundle ends within an entry")
        entries.append(data[2:2 + size])
        data = data[2 + size:]
    need(len(entries) == width, "a bundle has another width than its name says")
    return entries


# --- the command line ----------------------------------------------------------------------------

def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description="Checks proofs of a Muster log.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("proof", "consistency", "checkpoint"):
        command = commands.add_parser(name)
        command.add_argument("file")
        command.add_argument("--key", required=True)
        if name == "proof":
            what = command.add_mutually_exclusive_group(required=True)
            what.add_argument("--entry")
            what.add_argument("--leaf")
        elif name == "consistency":
            command.add_argument("--before", required=True)
            command.add_argument("--after", required=True)
    given = parser.parse_args()
    try:
        key = Key(read(given.key).decode())
        if given.command == "checkpoint":
            head = Head(read(given.file), key)
            print(f"{head.origin} has {head.size} events, root {head.root.hex()}")
        elif given.command == "proof":
            leaf = leaf_hash(read(given.entry)) if given.entry else hash_from_base64(given.leaf)
            index, head = check_proof(read(given.file), key, leaf)
            print(f"position {index} of {head.origin} is that event; the log has {head.size} events")
        else:
            before, after = Head(read(given.before), key), Head(read(given.after), key)
            hashes = [hash_from_base64(text) for text in json.loads(read(given.file))["hashes"]]
            check_consistency(before.size, before.root, after.size, after.root, hashes)
            print(f"{after.origin} with {after.size} events extends the one with {before.size}")
    except Refused as why:
        print(f"not proven: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
