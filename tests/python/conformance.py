"""Has schemathesis ask a service as one caller, and prints what came of it as JSON.

Standard input: {"base", "username", "password", "ids", "phases", "examples", "seed"}.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

world = json.load(sys.stdin)
home = pathlib.Path(__file__).parent / "schemathesis"
with tempfile.TemporaryDirectory() as folder:
    # It keeps what it found beside its settings.
    work = pathlib.Path(folder) / "work"
    shutil.copytree(home, work)
    report = pathlib.Path(folder) / "report.json"
    command = [
        *[sys.executable, "-m", "schemathesis.cli", "--no-color", "run", world["base"] + "/api/v1/openapi.json"],
        *["--url", world["base"], "--checks", "all", "--phases", world["phases"], "--max-examples", str(world["examples"])],
        *["--seed", str(world["seed"]), "--generation-deterministic"],
        *["--no-shrink", "--continue-on-failure", "--request-timeout", "30", "--suppress-health-check", "all"],
        *["--report", "json", "--report-json-path", str(report)],
    ]
    environment = dict(os.environ, THIDUA_WORLD=json.dumps(world), PYTHONDONTWRITEBYTECODE="1")
    ran = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True)
    if not report.exists():
        sys.exit(ran.stdout[-4000:] + ran.stderr[-4000:])
    told = json.loads(report.read_text())

failed = told["failures"] or told["errors"] or ran.returncode
print(
    json.dumps(
        {
            "complete": told["complete"],
            "cases": told["test_cases"]["generated"],
            "operations": told["operations"],
            "failures": told["failures"],
            "errors": told["errors"],
            "said": ran.stdout[:20000] if failed else "",
        }
    )
)
