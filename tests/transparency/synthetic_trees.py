#!/usr/bin/env python3
"""Holds the proofs of make_trees to the specifications, then lets a liar try.

  synthetic_trees.py MAKE_TREES

Every head, inclusion and consistency proof for 0 to 1,025 leaves and around every power of two up
to 2^16 must verify, against roots computed here; nothing that is changed may.
"""
import base64
import json
import random
import subprocess
import sys

import verifier
from verifier import Refused

SEED = 20261121
LIES = 10_000
TEXT_LIES = 1_000
FORKED_AT = 700


class Trees:
    """What make_trees says."""

    def __init__(self, program, *arguments, heads_from=0):
        self.heads, self.notes, self.inclusions, self.consistencies = {}, {}, [], []
        run = subprocess.run([program, *arguments], check=True, capture_output=True)
        for line in run.stdout.splitlines():
            row = json.loads(line)
            if row["kind"] == "key":
                self.key_text = row["verifier"]
                self.key = verifier.Key(self.key_text)
            elif row["kind"] == "head":
                if row["size"] < heads_from:
                    continue
                note = row["checkpoint"].encode()
                head = verifier.Head(note, self.key)
                assert head.size == row["size"]
                self.heads[head.size], self.notes[head.size] = head, note
            else:
                hashes = [verifier.hash_from_base64(text) for text in row["hashes"]]
                proofs = self.inclusions if row["kind"] == "inclusion" else self.consistencies
                proofs.append((row["at"], row["size"], hashes))


def check_honest(trees, leaves):
    sizes = set(range(1026)) | {2**k + d for k in range(17) for d in (-1, 0, 1)}
    assert set(trees.heads) == sizes, "a size is missing"
    for size, head in trees.heads.items():
        assert head.root == verifier.root_of(leaves[:size]), f"root of {size}"
    for index, size, hashes in trees.inclusions:
        verifier.check_inclusion(leaves[index], index, size, hashes, trees.heads[size].root)
    for before, after, hashes in trees.consistencies:
        verifier.check_consistency(before, trees.heads[before].root, after, trees.heads[after].root,
                                   hashes)
    assert {size for _, size, _ in trees.inclusions} == sizes - {0}
    assert {size for _, size, _ in trees.consistencies} == sizes


def lie_about_hashes(random_, hashes):
    """The hashes, changed in a way that a prover could try."""
    changed = list(hashes)
    kind = random_.randrange(6) if changed else 3
    if kind == 0:
        at = random_.randrange(len(changed))
        flipped = int.from_bytes(changed[at], "big") ^ 1 << random_.randrange(256)
        changed[at] = flipped.to_bytes(32, "big")
    elif kind == 1:
        a, b = random_.randrange(len(changed)), random_.randrange(len(changed))
        changed[a], changed[b] = changed[b], changed[a]
    elif kind == 2:
        changed.pop(random_.randrange(len(changed)))
    elif kind == 3:
        changed.insert(random_.randint(0, len(changed)), random_.randbytes(32))
    elif kind == 4:
        changed.insert(random_.randint(0, len(changed)), random_.choice(changed))
    else:
        changed = changed[:random_.randrange(len(changed))]
    return changed


def refused(check, *arguments):
    try:
        check(*arguments)
    except Refused:
        return True
    return False


def lie_about_inclusion(random_, trees, leaves):
    """A false claim with a proof; None when what was made up happens to be true."""
    index, size, hashes = random_.choice(trees.inclusions)
    root, leaf = trees.heads[size].root, leaves[index]
    kind = random_.randrange(4)
    if kind == 0:  # another position for the same event
        if size == 1:
            return None
        index = (index + random_.randrange(1, size)) % size
    elif kind == 1:  # another event at the position
        leaf = leaves[(index + random_.randrange(1, len(leaves))) % len(leaves)]
    elif kind == 2:  # out of the tree
        index = random_.choice([-1, size, size + index, 2**64])
    else:
        changed = lie_about_hashes(random_, hashes)
        if changed == hashes:
            return None
        hashes = changed
    return leaf, index, size, hashes, root


def lie_about_consistency(random_, trees):
    """The same about two trees."""
    before, after, hashes = random_.choice(trees.consistencies)
    kind = random_.randrange(4)
    # Of nothing, and of itself, every tree is a continuation with an empty proof.
    if kind < 2:
        other = random_.choice(sorted(trees.heads))
        before, after = (other, after) if kind == 0 else (before, other)
        if before in (0, after) or (before, after, hashes) in trees.consistencies:
            return None
    elif kind == 2:  # trees that nobody has signed
        before_root, after_root = random_.randbytes(32), random_.randbytes(32)
        return before, before_root, after, after_root, hashes
    else:
        changed = lie_about_hashes(random_, hashes)
        if changed == hashes:
            return None
        hashes = changed
    return before, trees.heads[before].root, after, trees.heads[after].root, hashes


def check_lies(random_, check, make):
    told = 0
    while told < LIES:
        lie = make(random_)
        if lie is not None:
            assert refused(check, *lie), lie
            told += 1


def check_fork(trees, fork, leaves):
    """A log that shows one tree to some and another to others."""
    assert fork.heads[FORKED_AT].root == trees.heads[FORKED_AT].root
    caught = 0
    for before, after, hashes in fork.consistencies:
        if before > FORKED_AT:  # the fork cannot follow what was promised
            assert refused(verifier.check_consistency, before, trees.heads[before].root, after,
                           fork.heads[after].root, hashes)
            caught += 1
        if 0 < before <= FORKED_AT < after:  # nor stand in for what is promised now
            assert refused(verifier.check_consistency, before, trees.heads[before].root, after,
                           trees.heads[after].root, hashes)
            caught += 1
    for index, size, hashes in fork.inclusions:
        if size > FORKED_AT:
            assert refused(verifier.check_inclusion, leaves[index], index, size, hashes,
                           trees.heads[size].root) == (index != FORKED_AT)
            caught += index != FORKED_AT
    assert caught > 1000, caught


def proof_file(trees, index, size, hashes):
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}"]
    lines += [base64.b64encode(value).decode() for value in hashes]
    return "\n".join(lines).encode() + b"\n\n" + trees.notes[size]


def check_files(random_, trees, leaves):
    """Of a whole file no byte may change."""
    for _ in range(TEXT_LIES):
        index, size, hashes = random_.choice(trees.inclusions)
        text = proof_file(trees, index, size, hashes)
        kind = random_.randrange(4)
        if kind == 0:
            at = random_.randrange(len(text))
            lie = text[:at] + bytes([text[at] ^ 1 << random_.randrange(8)]) + text[at + 1:]
        elif kind == 1:
            lie = text[:random_.randrange(len(text))]
        elif kind == 2:
            lines = text.split(b"\n")
            a, b = random_.randrange(len(lines)), random_.randrange(len(lines))
            lines[a], lines[b] = lines[b], lines[a]
            lie = b"\n".join(lines)
        else:  # the head of another tree, which is signed, too
            other = random_.choice(sorted(trees.heads))
            lie = proof_file(trees, index, other, hashes)
        if lie != text:
            assert refused(verifier.check_proof, lie, trees.key, leaves[index]), lie
    index, size, hashes = trees.inclusions[-1]
    assert verifier.check_proof(proof_file(trees, index, size, hashes), trees.key,
                                leaves[index])[0] == index


def check_spelling(trees, leaves):
    """Every value has one spelling, also where base64 and decimals would allow more."""
    index, size, hashes = max(trees.inclusions, key=lambda proof: len(proof[2]))
    lines = proof_file(trees, index, size, hashes).decode().split("\n")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    told = 0
    for number, line in enumerate(lines):
        changes = []
        if line.endswith("=") and not line.endswith("=="):
            at = len(line) - 2  # its two low bits are not of the value
            changes = [line[:at] + letters[letters.index(line[at]) ^ 1] + "=", line[:-1],
                       line + "=", line[:20] + " " + line[20:]]
        elif line.startswith("index ") or line.isdecimal():
            changes = [line.replace(line.split(" ")[-1], f"{prefix}{line.split(' ')[-1]}")
                       for prefix in ("0", "+", " ")]
        for change in changes:
            text = "\n".join(lines[:number] + [change] + lines[number + 1:]).encode()
            assert refused(verifier.check_proof, text, trees.key, leaves[index]), change
            told += 1
    assert told > 60, told


def check_keys(trees):
    """A signature of another key, or of this one under another's name, is none."""
    note = trees.notes[1025]
    other = verifier.Key("trees.example/synthetic+" + other_key())
    assert refused(verifier.Head, note, other)
    body, _, signature = note.decode().rpartition("\n\n")
    fake = bytearray(base64.b64decode(signature.split(" ")[2]))
    fake[:4] = other.id
    line = f"\u2014 {other.name} {base64.b64encode(bytes(fake)).decode()}\n"
    assert refused(verifier.Head, (body + "\n\n" + line).encode(), other)
    # One more signature by somebody unknown changes nothing.
    assert verifier.Head(note + line.encode(), trees.key).size == 1025
    # s + the order of the group verifies where it is not checked: one signature must have one form.
    raw = base64.b64decode(signature.split(" ")[2])
    high = int.from_bytes(raw[36:], "little") + verifier.ORDER
    again = raw[:36] + high.to_bytes(32, "little")
    line = f"\u2014 {trees.key.name} {base64.b64encode(again).decode()}\n"
    assert refused(verifier.Head, (body + "\n\n" + line).encode(), trees.key)


def check_malformed(trees):
    """What is no key and no note is refused, and nothing worse happens."""
    name, identity, data = trees.key_text.split("+", 2)
    for text in ("", name, f"{name}+{identity}", f"{name}+00000000+{data}", f"other+{identity}+{data}",
                 f"+{identity}+{data}", f"{name}+{identity}+{data[:-4]}", f"{name}+{identity}+AQ==",
                 f"{name} x+{identity}+{data}"):
        assert refused(verifier.Key, text), text
    note = trees.notes[7]
    body, _, signatures = note.partition(b"\n\n")
    for changed in (b"", b"\n\n", body, body + b"\n\n", note[:-1], note + b"x", note + b"\n",
                    b"\xff" + note, note.replace(b"\n", b"\r\n"), note + b"\xe2\x80\x94 a\n",
                    note + b"\xe2\x80\x94 a b\n", note + b"\xe2\x80\x94 a AAA=\n",
                    note + b"\xe2\x80\x94 a+b AAAAAAAA\n",
                    note + b"\xe2\x80\x94 a AAAAAAAA\n" * verifier.SIGNATURES_MAX,
                    body + b"\nx\n\n" + signatures, b"\n" + note):
        assert refused(verifier.Head, changed, trees.key), changed
    for text in (b"", b"\n\n", b"c2sp.org/tlog-proof@v1\n\n" + note,
                 b"c2sp.org/tlog-proof@v2\nindex 0\n\n" + note,
                 b"c2sp.org/tlog-proof@v1\nindex\n\n" + note,
                 b"c2sp.org/tlog-proof@v1\nextra ?\nindex 0\n\n" + note,
                 b"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n" + note,
                 b"c2sp.org/tlog-proof@v1\nindex 7\n\n" + note):
        assert refused(verifier.check_proof, text, trees.key, bytes(32)), text


def other_key():
    """The public key of test 2 of RFC 8032, section 7.1, under the name of the trees."""
    data = b"\x01" + bytes.fromhex(
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    digest = verifier.hashlib.sha256(b"trees.example/synthetic\n" + data).digest()
    return digest[:4].hex() + "+" + base64.b64encode(data).decode()


def check_rfc_8032():
    """Tests 1 and 2 of section 7.1, so that the verifier is not only held to what signs here."""
    for public, text, signature in [
            ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
             "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
             "39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
            ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
             "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f"
             "3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]:
        key, message = bytes.fromhex(public), bytes.fromhex(text)
        assert verifier.is_signed_by(key, message, bytes.fromhex(signature))
        assert not verifier.is_signed_by(key, message + b"x", bytes.fromhex(signature))


def main():
    random_ = random.Random(SEED)
    check_rfc_8032()
    trees = Trees(sys.argv[1])
    leaves = [verifier.leaf_hash(f"entry {i}".encode()) for i in range(2**16 + 1)]
    check_honest(trees, leaves)
    check_lies(random_, verifier.check_inclusion,
               lambda chance: lie_about_inclusion(chance, trees, leaves))
    check_lies(random_, verifier.check_consistency,
               lambda chance: lie_about_consistency(chance, trees))
    check_files(random_, trees, leaves)
    check_spelling(trees, leaves)
    check_malformed(trees)
    check_keys(trees)
    check_fork(trees, Trees(sys.argv[1], str(FORKED_AT), heads_from=FORKED_AT), leaves)
    print(f"{len(trees.heads)} heads, {len(trees.inclusions)} inclusion and "
          f"{len(trees.consistencies)} consistency proofs verified; no lie passed")


if __name__ == "__main__":
    main()
