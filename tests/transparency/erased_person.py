#!/usr/bin/env python3
"""Erases people with the command line, and believes no certificate that is not proven.

  erased_person.py MUSTER
"""
import base64
import json
import pathlib
import subprocess
import sys
import tempfile

import verifier
from served_log import PRIVATE, Server, create_user


def entry_of(proven, key):
    """The event behind one of the two proofs, with its index and head."""
    entry = base64.b64decode(proven["entry"], validate=True)
    index, head = verifier.check_proof(proven["proof"].encode(), key, verifier.leaf_hash(entry))
    return json.loads(entry), index, head


def check_certificate(certificate, key, stream):
    erased, at, head = entry_of(certificate["erased"], key)
    assert erased["type"] == "user.erased" and erased["stream"] == stream
    assert erased["pos"] == at == certificate["position"]
    certified, later, same = entry_of(certificate["certified"], key)
    assert certified["type"] == "user.erasure_certified" and certified["stream"] == stream
    assert certified["data"]["erased"] == at < later
    assert certified["data"]["events"] == certificate["events_total"] == len(certificate["events"])
    assert certified["data"]["ledger"] == certificate["certified"]["ledger"]
    assert head.size == same.size > later
    # A certificate about somebody else is not taken for this one.
    lie = json.loads(json.dumps(certificate))
    lie["erased"]["entry"] = base64.b64encode(
        base64.b64decode(lie["erased"]["entry"]).replace(b"erased", b"spared")).decode()
    try:
        entry_of(lie["erased"], key)
    except verifier.Refused:
        return
    raise AssertionError("a changed event was not found")


def run(program, *arguments):
    done = subprocess.run([program, "erase", *arguments, "--output", "json"], capture_output=True,
                          text=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


def check_online(program, server, folder, key):
    users = "/api/identity/default/system/pools/people/users"
    listed = json.loads(server.send("GET", users + "?limit=100")[1])["users"]
    client = str(pathlib.Path(server.data, "admin-client.json"))
    remote = ("--url", server.url, "--client", client)
    file = folder / "certificate.json"
    code, out, err = run(program, *remote, "--pool", "people", "--user", listed[0]["id"],
                         "--certificate", str(file))
    assert code == 0, err
    assert "certified" in err
    certificate = json.loads(file.read_text())
    assert json.loads(out)[0]["stream"] == certificate["stream"]
    check_certificate(certificate, key, certificate["stream"])
    assert PRIVATE not in file.read_text() + out + err
    # Somebody who was deleted before.
    server.send("DELETE", users + "/" + listed[1]["id"])
    code, out, err = run(program, *remote, "--stream", listed[1]["id"])
    assert code == 0, err
    assert json.loads(out)[0]["step"] == "certified"
    assert run(program, *remote, "--pool", "people", "--user", "nobody")[0] == 1
    assert run(program, *remote, "--user", "nobody")[0] == 64
    return [user["id"] for user in listed[2:]]


def check_offline(program, data, left):
    code, out, err = run(program, "--data", data, "--pool", "people", "--user", left[0])
    assert code == 0, err
    assert json.loads(out)[0]["events"] in (2, "2"), out
    code, out, err = run(program, "--data", data, "--ledger", str(pathlib.Path(data, "erasures")))
    assert code == 0, err
    assert json.loads(out)[0]["erased_before"] == 3, out
    assert run(program, "--data", data, "--pool", "people", "--user", "nobody")[0] == 1


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        data = str(pathlib.Path(folder, "data"))
        server = Server(program, data)
        server.start()
        try:
            server.send("POST", "/api/identity/default/system/pools",
                        {"tenant_id": "default", "id": "people", "name": "people"})
            for number in range(4):
                create_user(server, number)
            key = verifier.Key(server.log("key").decode())
            left = check_online(program, server, pathlib.Path(folder), key)
        finally:
            server.kill()
        check_offline(program, data, left)
    print("certificates hold")


if __name__ == "__main__":
    main()
