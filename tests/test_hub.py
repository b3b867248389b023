"""The hub for real (slow): two people, one machine, and neither reaches the other; the hub is killed and comes back.

Needs root, JupyterHub and its proxy, which the project's own environment does not hold. ``ALMPO_TEST_HUB`` names the folder of
an environment's programs (``…/bin``) that everybody may read, with `requirements-all.lock` in it; ``ALMPO_HUB_PROXY`` the
proxy's command (deploy/README.md).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.workbench.app_visits import free_port

ROOT = Path(__file__).parent.parent
BIN = os.environ.get("ALMPO_TEST_HUB", "")
PASSWORD = "a long one, 17 battery"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not BIN or os.geteuid() != 0, reason="needs root and ALMPO_TEST_HUB (see above)"),
]


@dataclass
class Hub:
    """A hub that can be killed and started again."""

    base: str
    state: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [f"{BIN}/jupyterhub", "--config", str(ROOT / "deploy" / "jupyterhub_config.py")]
        # The rights that compose.yml leaves the hub, and no others.
        few = [
            "setpriv",
            "--bounding-set=-all,+chown,+kill,+setgid,+setuid",
            "--inh-caps=-all",
            "--no-new-privs",
        ]
        with (self.state.parent / "hub.log").open("ab") as log:
            self.process = subprocess.Popen([*few, *command], env=self.environment, stdout=log, stderr=log)
        until(lambda: requests.get(f"{self.base}/hub/health", timeout=2).ok, 60)

    def end(self, how: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(how)
        self.process.wait(60)


def until(holds: Callable[[], Any], seconds: float) -> Any:
    """What `holds` gives as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := holds():
                return found
        except requests.RequestException:
            pass
        time.sleep(0.5)
    raise AssertionError("it did not come to that in time")


def people_processes() -> dict[int, int]:
    """Process number -> account number, of people's servers and kernels."""
    owners = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            owner = folder.stat().st_uid
        except OSError:
            continue
        if 70_000 <= owner <= 99_999:
            owners[int(folder.name)] = owner
    return owners


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    # Not pytest's own folder, which is closed to the people.
    folder = Path("/var/tmp") / f"almpo-hub-{uuid.uuid4().hex[:8]}"
    folder.mkdir(mode=0o711)
    ports = [str(free_port()) for _ in range(3)]
    environment = {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ALMPO_HUB_STATE": str(folder / "state"),
        "ALMPO_HUB_ADMIN": "chief",
        "ALMPO_HUB_ADMIN_PASSWORD": PASSWORD,
        "ALMPO_HUB_PORT": ports[0],
        "ALMPO_HUB_INNER_PORT": ports[1],
        "ALMPO_HUB_PROXY_PORT": ports[2],
        "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
        "ALMPO_HUB_PROXY": os.environ.get("ALMPO_HUB_PROXY", "configurable-http-proxy"),
    }
    before = set(people_processes())
    made = Hub(f"http://127.0.0.1:{ports[0]}", folder / "state", environment)
    made.start()
    try:
        yield made
    finally:
        made.end(signal.SIGTERM)
        for process in set(people_processes()) - before:
            os.kill(process, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def page(visitor: requests.Session, address: str, **form: str) -> requests.Response:
    """Send a form of the hub with the word against forgery that its page carries."""
    shown = visitor.get(address, timeout=30)
    word = re.search(r'name="_xsrf" value="([^"]+)"', shown.text)
    assert word, shown.text[:300]
    return visitor.post(address, data={**form, "_xsrf": word[1]}, timeout=60)


def signed_in(hub: Hub, name: str) -> requests.Session:
    visitor = requests.Session()
    page(visitor, f"{hub.base}/hub/login?next=%2Fhub%2Fhome", username=name, password=PASSWORD)
    assert visitor.get(f"{hub.base}/hub/home", timeout=30).url.endswith("/hub/home"), f"{name} was not let in"
    return visitor


def word_of(visitor: requests.Session, path: str) -> dict[str, str]:
    found = [cookie.value for cookie in visitor.cookies if cookie.name == "_xsrf" and cookie.path == path]
    return {"X-XSRFToken": str(found[0])}


@pytest.fixture(scope="module")
def people(hub: Hub) -> dict[str, str]:
    """Name -> token of a person whose server runs."""
    for name in ("anna", "ben", "chief"):
        page(
            requests.Session(),
            f"{hub.base}/hub/signup",
            username=name,
            signup_password=PASSWORD if name != "chief" else "stolen name, long",
            signup_password_confirmation=PASSWORD if name != "chief" else "stolen name, long",
        )
    chief = signed_in(hub, "chief")
    for name in ("anna", "ben"):
        address = f"{hub.base}/hub/authorize/{name}"
        assert chief.get(address, headers={"Sec-Fetch-Site": "cross-site"}, timeout=30).status_code == 403
        assert chief.get(address, timeout=30).status_code == 403
        assert chief.get(address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30).ok
    tokens = {}
    for name in ("anna", "ben"):
        person = signed_in(hub, name)
        api, word = f"{hub.base}/hub/api/users/{name}", word_of(person, "/hub/")
        made = person.post(f"{api}/tokens", headers=word, json={"expires_in": 3600}, timeout=30)
        tokens[name] = made.json()["token"]
        person.post(f"{api}/server", headers=word, timeout=60)
        mine = {"Authorization": f"token {tokens[name]}"}
        until(
            lambda name=name, mine=mine: (
                requests.get(f"{hub.base}/user/{name}/api", headers=mine, timeout=5).ok
            ),
            180,
        )
    return tokens


def run(hub: Hub, name: str, token: str, code: str) -> str:
    """What code prints in a new kernel of a person's server."""
    import websocket

    mine = {"Authorization": f"token {token}"}
    base = f"{hub.base}/user/{name}/api/kernels"
    kernel = requests.post(base, headers=mine, json={}, timeout=60).json()["id"]
    line = websocket.create_connection(
        f"{base}/{kernel}/channels".replace("http", "ws", 1), header=mine, timeout=120
    )
    header = {"msg_id": "1", "username": "", "session": "1", "msg_type": "execute_request", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    line.send(
        json.dumps(
            {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell", "content": content}
        )
    )
    said = ""
    while True:
        message = json.loads(line.recv())
        if message["msg_type"] == "stream":
            said += message["content"]["text"]
        elif message["msg_type"] == "error":
            raise AssertionError("\n".join(message["content"]["traceback"]))
        # What was printed comes before this; the reply itself may overtake it.
        elif (message["msg_type"], message["content"].get("execution_state")) == ("status", "idle") and (
            message["parent_header"].get("msg_type") == "execute_request"
        ):
            break
    line.close()
    requests.delete(f"{base}/{kernel}", headers=mine, timeout=60)
    return said


#: Tried from ben's notebook; each must be refused by the system itself.
REACH_OVER = """
import json, os
people = os.path.dirname(os.environ["HOME"]); state = os.path.dirname(people); anna = people + "/anna"
owned = {int(p): os.stat("/proc/" + p).st_uid for p in os.listdir("/proc") if p.isdigit()}
hers = [p for p, owner in owned.items() if owner >= 70000 and owner != os.getuid()]
tries = {
    "list people": lambda: os.listdir(people), "list anna": lambda: os.listdir(anna),
    "read anna": lambda: open(anna + "/notebooks/00_tour.ipynb").read(), "write anna": lambda: open(anna + "/x", "w"),
    "database": lambda: open(state + "/hub.sqlite", "rb").read(1), "key": lambda: open(state + "/cookie_secret").read(),
    "project": lambda: open(os.environ["ALMPO_PROJECT"] + "/deploy/x", "w"),
    "data": lambda: open(os.environ["HOME"] + "/data/sources.csv", "a"),
    "environment": lambda: open(f"/proc/{hers[0]}/environ").read(), "signal": lambda: os.kill(hers[0], 0),
}
came = {}
for name, reach in tries.items():
    try:
        reach(); came[name] = "reached"
    except PermissionError:
        came[name] = "refused"
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
print(json.dumps({"tries": came, "me": os.getuid(), "groups": os.getgroups(), "rights": status["CapEff"].strip(),
                  "new": status["NoNewPrivs"].strip(), "hub": [k for k in os.environ if "ADMIN" in k]}))
"""


def test_neither_reaches_the_others_server_or_files(hub: Hub, people: dict[str, str]) -> None:
    for path in ("api/contents", "api/kernels", "apps", "lab"):
        address = f"{hub.base}/user/anna/{path}"
        assert requests.get(address, headers={"Authorization": f"token {people['anna']}"}, timeout=60).ok, (
            path
        )
        for token in (people["ben"], "guessed"):
            headers = {"Authorization": f"token {token}"}
            reached = requests.get(address, headers=headers, timeout=60, allow_redirects=False)
            assert reached.status_code in (302, 403), path
    seen = json.loads(run(hub, "ben", people["ben"], REACH_OVER))
    assert set(seen["tries"].values()) == {"refused"}, seen["tries"]
    assert seen["me"] >= 70_000
    assert seen["groups"] == []
    assert int(seen["rights"], 16) == 0
    assert seen["new"] == "1"
    assert seen["hub"] == []


def test_an_administrators_name_cannot_be_taken(hub: Hub, people: dict[str, str]) -> None:
    thief = requests.Session()
    page(thief, f"{hub.base}/hub/login", username="chief", password="stolen name, long")
    assert "/hub/login" in thief.get(f"{hub.base}/hub/home", timeout=30).url
    chief = signed_in(hub, "chief")
    opened = chief.get(f"{hub.base}/user/anna/api/contents", timeout=30, allow_redirects=False)
    assert opened.status_code in (302, 403)


def test_the_apps_page_and_an_app_are_there(hub: Hub, people: dict[str, str]) -> None:
    mine = {"Authorization": f"token {people['anna']}"}
    shown = requests.get(f"{hub.base}/user/anna/apps", headers=mine, timeout=60).text
    links = re.findall(r'href="(/user/anna/voila/render/apps/\w+\.ipynb)"', shown)
    assert len(links) == len(list((ROOT / "notebooks" / "apps").glob("*.ipynb")))
    app = requests.get(f"{hub.base}{links[0]}", headers=mine, timeout=120).text
    assert "ALMPO-FIRST-VIEW" not in app
    assert "cdnjs" not in app


def test_a_killed_hub_comes_back_and_servers_went_on(hub: Hub, people: dict[str, str]) -> None:
    for how in (signal.SIGKILL, signal.SIGINT, signal.SIGKILL):
        before = set(people_processes())
        hub.end(how)
        assert before <= set(people_processes())
        hub.start()
        for name, token in people.items():
            mine = {"Authorization": f"token {token}"}
            address = f"{hub.base}/user/{name}/api/status"
            until(lambda address=address, mine=mine: requests.get(address, headers=mine, timeout=5).ok, 60)
    assert run(hub, "anna", people["anna"], "print(6 * 7)").strip() == "42"
