"""Derives a service model for `aws sms` that signs for API Gateway, from the model that the AWS CLI ships.

usage: sms_model.py FOLDER    writes FOLDER/sms/2016-10-24/…; use it with AWS_DATA_PATH=FOLDER

API Gateway's IAM authorization wants signatures of the service "execute-api"; the model's signing name is the one thing
that is changed. Runs with the Python of the CLI's own virtual environment.
"""

import gzip
import json
import shutil
import sys
from pathlib import Path

import botocore

VERSION = "sms/2016-10-24"


def main(folder):
    shipped = Path(botocore.__file__).parent / "data" / VERSION
    target = Path(folder) / VERSION
    target.mkdir(parents=True, exist_ok=True)
    with gzip.open(shipped / "service-2.json.gz") as packed:
        model = json.load(packed)
    model["metadata"]["signingName"] = "execute-api"
    (target / "service-2.json").write_text(json.dumps(model), encoding="utf-8")
    shutil.copy(shipped / "paginators-1.json", target)


if __name__ == "__main__":
    main(sys.argv[1])
