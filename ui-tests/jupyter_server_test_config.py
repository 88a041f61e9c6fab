"""The server that the tests in a browser talk to: no password, a scratch folder, one port.

Never use it for anything else.
"""

import os
from pathlib import Path

from jupyterlab.galata import configure_jupyter_server

root = os.environ.get("JUPYTERLAB_GALATA_ROOT_DIR")
if root:
    Path(root).mkdir(parents=True, exist_ok=True)

c = get_config()  # noqa: F821
configure_jupyter_server(c)

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ.get("ND_PORT", "8899"))
c.ServerApp.allow_root = True
c.ServerApp.log_level = "WARN"
