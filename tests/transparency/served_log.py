#!/usr/bin/env python3
"""Reads the log of a real server as a stranger would, and believes nothing that is not proven.

  served_log.py MUSTER
"""
import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import verifier
from verifier import Refused

USERS = 300
PRIVATE = "very.private.name"


class Server:
    """A directory of its own and a server on it."""

    def __init__(self, program, data):
        self.program, self.data = program, data
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--management",
             "127.0.0.1:0", "--reads-per-second", "0", "--writes-per-second", "0"],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("Muster serves http://"), line
        self.url = line.split()[2]
        self.tokens = {workspace: self.token(workspace) for workspace in ("admin", "system")}

    def token(self, workspace):
        client = json.loads(pathlib.Path(self.data, f"{workspace}-client.json").read_text())
        secret = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode())
        request = urllib.request.Request(
            f"{self.url}/default/{workspace}/oauth2/token", b"grant_type=client_credentials",
            {"Authorization": "Basic " + secret.decode(),
             "Content-Type": "application/x-www-form-urlencoded"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["access_token"]

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def send(self, method, path, body=None, headers=(), workspace=None):
        workspace = workspace or ("system" if "/system/" in path else "admin")
        request = urllib.request.Request(
            self.url + path, None if body is None else json.dumps(body).encode(),
            {"Authorization": "Bearer " + self.tokens[workspace],
             "Content-Type": "application/json", **dict(headers)}, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.headers, answer.read()
        except urllib.error.HTTPError as refusal:
            raise AssertionError(f"{method} {path}: {refusal.code} {refusal.read()}") from refusal

    def log(self, path):
        return self.send("GET", "/log/default/" + path)[1]


def create_user(server, number, headers=()):
    name = PRIVATE + str(number)
    return server.send("POST", "/api/identity/default/system/pools/people/users",
                       {"status": "new", "identifiers": [{"type": "uid", "identifier": name}]},
                       headers)[0]


def check_receipt(server, headers, key):
    """Of one creation; the proof file, and position and leaf of its event."""
    assert headers["Preference-Applied"] == "receipt", headers
    leaves = dict(one.split("=", 1) for one in headers["Muster-Receipt-Leaves"].split(", "))
    position = headers["Muster-Position"].split(".")[1]
    leaf = verifier.hash_from_base64(leaves[position])
    proof = base64.b64decode(headers["Muster-Receipt"], validate=True)
    assert len(proof) < 8192
    index, head = verifier.check_proof(proof, key, leaf)
    assert index == int(position) < head.size
    # Whoever may write may fetch what the receipt points to.
    link = headers["Link"].partition(">")[0].removeprefix("<")
    fetched = server.send("GET", link, workspace="system")[1]
    assert verifier.check_proof(fetched, key, leaf)[0] == index
    return proof, index, leaf


def check_consistency(server, key, before, after):
    path = f"proof/consistency?from={before.size}&to={after.size}"
    proof = json.loads(server.log(path))
    hashes = [verifier.hash_from_base64(text) for text in proof["hashes"]]
    verifier.check_consistency(before.size, before.root, after.size, after.root, hashes)


def check_inclusions(server, head, leaves):
    for position in {0, 1, len(leaves) // 2, 255, 256, len(leaves) - 1}:
        path = f"proof/inclusion?position={position}&size={head.size}"
        proof = json.loads(server.log(path))
        hashes = [verifier.hash_from_base64(text) for text in proof["hashes"]]
        verifier.check_inclusion(leaves[position], position, head.size, hashes, head.root)


def check_lying_tiles(server, head):
    """A server that changes one bit of any tile or bundle is found out."""
    names = []
    honest = {}

    def keep(path):
        names.append(path)
        honest[path] = server.log(path)
        return honest[path]

    verifier.check_tiles(head, keep)
    assert any(name.startswith("tile/1/") for name in names)
    for lie in names:
        for at in (0, len(honest[lie]) // 2, len(honest[lie]) - 1):
            data = bytearray(honest[lie])
            data[at] ^= 1
            try:
                verifier.check_tiles(head, lambda path: bytes(data) if path == lie else honest[path])
            except Refused:
                continue
            raise AssertionError(f"a changed bit of {lie} was not found")


def check_command_line(folder, proof, entry, leaf, key_text):
    """The commands of docs/proofs.md."""
    (folder / "7.tlog-proof").write_bytes(proof)
    (folder / "entry.json").write_bytes(entry)
    (folder / "log.key").write_bytes(key_text)
    (folder / "wrong.json").write_bytes(entry + b" ")
    command = [sys.executable, "-B", verifier.__file__, "proof", str(folder / "7.tlog-proof"),
               "--key", str(folder / "log.key")]
    leaf_text = base64.b64encode(leaf).decode()
    for more, status in ((["--entry", str(folder / "entry.json")], 0), (["--leaf", leaf_text], 0),
                         (["--entry", str(folder / "wrong.json")], 1)):
        run = subprocess.run(command + more, capture_output=True, text=True, check=False)
        assert run.returncode == status, run
        assert ("not proven" in run.stderr) == (status == 1), run


def check_log(server, folder):
    server.send("POST", "/api/identity/default/system/pools", {"id": "people", "name": "people"})
    key_text = server.log("key")
    key = verifier.Key(key_text.decode())
    early = verifier.Head(server.log("checkpoint"), key)
    for number in range(USERS - 1):
        create_user(server, number)
    receipt = create_user(server, USERS, {"Prefer": "receipt"})
    proof, position, leaf = check_receipt(server, receipt, key)
    # The head of a receipt is the newest there is.
    head = verifier.Head(server.log("checkpoint"), key)
    assert head.size == position + 1 > early.size + USERS - 1
    check_consistency(server, key, early, head)
    entries = verifier.check_tiles(head, server.log)
    leaves = [verifier.leaf_hash(entry) for entry in entries]
    assert leaves[position] == leaf
    assert all(PRIVATE.encode() not in entry for entry in entries)
    for number, entry in enumerate(entries):
        assert json.loads(entry)["pos"] == number
    check_inclusions(server, head, leaves)
    check_lying_tiles(server, head)
    check_command_line(folder, proof, entries[position], leaf, key_text)
    return key_text, key, head


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        server = Server(sys.argv[1], str(folder / "data"))
        server.start()
        try:
            key_text, key, before = check_log(server, folder)
            # Nothing that was promised is lost with the process.
            server.kill()
            server.start()
            assert server.log("key") == key_text
            after = verifier.Head(server.log("checkpoint"), key)
            assert after.size >= before.size
            check_consistency(server, key, before, after)
        finally:
            server.kill()
    print("the log of a server is what it says")


if __name__ == "__main__":
    main()
