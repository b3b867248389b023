"""JupyterHub for the workbench: JupyterLab and the apps for several people, each under an account of their own.

    jupyterhub --config deploy/jupyterhub_config.py

Settings are environment variables, explained in deploy/README.md; there is nothing to edit here.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821
HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
sys.path.insert(0, str(HERE / "hub"))


def setting(name: str, otherwise: str = "") -> str:
    """An environment variable of the hub; also from the file that ``NAME_FILE`` names."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, "").strip() or otherwise


state = Path(setting("ALMPO_HUB_STATE", str(PROJECT / "mlruns" / "hub"))).resolve()
people = Path(setting("ALMPO_HUB_PEOPLE", str(state / "people"))).resolve()
os.umask(0o077)
state.mkdir(parents=True, exist_ok=True)
people.mkdir(parents=True, exist_ok=True)
# People pass through these two folders to their own; what lies beside it is closed to them.
people.chmod(0o711)
if state in people.parents:
    state.chmod(0o711)

# --- where it listens -------------------------------------------------------------------------------------------
address, port = setting("ALMPO_HUB_ADDRESS", "127.0.0.1"), setting("ALMPO_HUB_PORT", "8000")
c.JupyterHub.bind_url = f"http://{address}:{port}{setting('ALMPO_HUB_BASE_URL', '/')}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{setting('ALMPO_HUB_INNER_PORT', '8081')}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{setting('ALMPO_HUB_PROXY_PORT', '8001')}"
c.ConfigurableHTTPProxy.command = setting("ALMPO_HUB_PROXY", "configurable-http-proxy").split()
c.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")
if subdomains := setting("ALMPO_HUB_SUBDOMAINS"):
    c.JupyterHub.subdomain_host = subdomains

# --- what it keeps ----------------------------------------------------------------------------------------------
c.JupyterHub.db_url = f"sqlite:///{state / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
# People's servers go on while the hub is restarted.
c.JupyterHub.cleanup_servers = False

# --- who may come in --------------------------------------------------------------------------------------------
from doorkeeping import Doorkeeper  # noqa: E402

administrator = setting("ALMPO_HUB_ADMIN")
if not administrator:
    raise SystemExit("Set ALMPO_HUB_ADMIN to the administrator's name, and ALMPO_HUB_ADMIN_PASSWORD_FILE.")
c.JupyterHub.authenticator_class = Doorkeeper
c.JupyterHub.template_paths = [str(HERE / "hub" / "templates")]
c.Doorkeeper.administrator = administrator
c.Doorkeeper.administrators_password = setting("ALMPO_HUB_ADMIN_PASSWORD")
# Not JupyterHub's own role of administrators, which opens every person's server.
c.JupyterHub.load_roles = [
    {
        "name": "looking-after",
        "description": "lets people in and out, sees and stops servers, opens none",
        "scopes": ["admin-ui", "admin:users", "list:users", "read:servers", "delete:servers", "read:hub"],
        "users": [administrator],
    }
]
c.Doorkeeper.allow_all = True  # all whom the administrator let in, that is
c.Doorkeeper.enable_signup = setting("ALMPO_HUB_SIGNUP", "1") == "1"
c.Doorkeeper.open_signup = False
c.Doorkeeper.minimum_password_length = 12
c.Doorkeeper.check_common_password = True
c.Doorkeeper.allowed_failed_logins = 5
c.Doorkeeper.seconds_before_next_try = 600

# --- what people get --------------------------------------------------------------------------------------------
from spawning import PersonSpawner  # noqa: E402

c.JupyterHub.spawner_class = PersonSpawner
c.PersonSpawner.people = str(people)
c.Spawner.cmd = [sys.executable, str(HERE / "hub" / "start_for_person.py")]
c.Spawner.args = [f"--config={HERE / 'hub' / 'jupyter_server_config.py'}"]
c.Spawner.default_url = "/lab/tree/00_tour.ipynb"
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH"]
c.Spawner.environment = {
    "ALMPO_PROJECT": str(PROJECT),
    "ALMPO_HUB_MEMORY_GB": setting("ALMPO_HUB_MEMORY_GB", "4"),
    "ALMPO_HUB_PROCESSES": setting("ALMPO_HUB_PROCESSES", "512"),
    "ALMPO_HUB_IDLE_MINUTES": setting("ALMPO_HUB_IDLE_MINUTES", "60"),
    "JUPYTER_PATH": f"{HERE / 'hub'}:{PROJECT / 'almpo_kit' / 'workbench' / 'assets'}",
    "JUPYTER_PREFER_ENV_PATH": "1",
    **{name: os.environ[name] for name in ("MLFLOW_TRACKING_URI",) if os.environ.get(name)},
}
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 60
c.JupyterHub.active_server_limit = int(setting("ALMPO_HUB_MOST_PEOPLE", "20"))
c.JupyterHub.concurrent_spawn_limit = 4
c.JupyterHub.last_activity_interval = 60
