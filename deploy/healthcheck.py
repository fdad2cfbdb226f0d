"""`healthcheck.py PORT`: exits with 0 while the process at this port answers that it lives. Imports nothing of ours."""

import sys
import urllib.request

if __name__ == "__main__":
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{int(sys.argv[1])}/healthz", timeout=5).close()
    except OSError as error:
        sys.exit(str(error))
