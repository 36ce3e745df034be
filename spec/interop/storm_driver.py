"""STORM at the other end of a pipe: a JSON request a line in, a JSON answer a line out, in the same order.

Values are spelled as in spec/data/storm: plain JSON, or an object with one `$` name for what JSON lacks.
"""

import base64
import json
import sys
from decimal import Decimal
from importlib.metadata import version

import boto3
from boto3.dynamodb.types import Binary
from single_table_orm.connection import table
from single_table_orm.fields import Field
from single_table_orm.models import F, Model

TYPES = {t.__name__: t for t in (str, int, float, bool, bytes, list, dict, set, Decimal)}
models = {}


def decode(value):
    if isinstance(value, list):
        return [decode(v) for v in value]
    if not isinstance(value, dict):
        return value
    if "$int" in value:
        return int(value["$int"])
    if "$float" in value:
        return float(value["$float"])
    if "$decimal" in value:
        return Decimal(value["$decimal"])
    if "$bytes" in value:
        return base64.b64decode(value["$bytes"])
    if "$set" in value:
        return {decode(v) for v in value["$set"]}
    if "$F" in value:
        return F(value["$F"])
    if "$add" in value:
        left, right = value["$add"]
        return decode(left) + decode(right)
    return {name: decode(v) for name, v in value.items()}


def encode(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"$int": str(value)}
    if isinstance(value, float):
        return {"$float": repr(value)}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, (bytes, Binary)):
        return {"$bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, set):
        return {"$set": [encode(v) for v in value]}
    if isinstance(value, list):
        return [encode(v) for v in value]
    return {name: encode(v) for name, v in value.items()}


def shown(item):
    return {name: encode(getattr(item, name)) for name in item._fields}


def define(model, suffix, fields):
    body = {f["name"]: Field(TYPES[f["type"]], pk=f["pk"], sk=f["sk"], gsi=f["gsi"], identifier=f["identifier"]) for f in fields}
    if suffix is not None:
        body["Meta"] = type("Meta", (), {"suffix": suffix})
    models[model] = type(Model)(model, (Model,), body)


def query(model, using, calls):
    rows = models[model].objects.using(**decode(using))
    for name, *arguments in calls:
        rows = getattr(rows, name)(*arguments)
    return [shown(row) for row in rows]


def about():
    python = ".".join(map(str, sys.version_info[:3]))
    return f"single-table-orm {version('single-table-orm')}, boto3 {boto3.__version__}, Python {python}"


OPERATIONS = {
    "about": about,
    "define": define,
    "create": lambda model, values: shown(models[model].objects.create(**decode(values))),
    "save": lambda model, values: models[model](**decode(values)).save(),
    "get": lambda model, values: shown(models[model].objects.get(**decode(values))),
    "update": lambda model, values, set: models[model](**decode(values)).update(**decode(set)),
    "delete": lambda model, values: models[model](**decode(values)).delete(),
    "query": query,
}


def answer(operation, table_name=None, **arguments):
    try:
        with table.table_context(table_name):
            return {"value": OPERATIONS[operation](**arguments)}
    except Exception as error:
        return {"raises": type(error).__name__, "message": str(error)}


table.client = boto3.client(
    "dynamodb",
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    aws_access_key_id="local",
    aws_secret_access_key="local",
)
for line in sys.stdin:
    print(json.dumps(answer(**json.loads(line))), flush=True)
