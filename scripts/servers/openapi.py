"""Holds docs/openapi.yaml against the agent: `operations FILE` or `answers FILE`.

`operations` checks that the file is a valid OpenAPI document whose examples fit their schemas, and prints one operation
a line: `METHOD PATH`, and ` socket` behind those of the control socket alone.

`answers` reads one answer a line from standard input, {"method", "path", "status", "type", "body"}, where the path is
one of the document's, and checks status, content type and body against it.
"""
import json
import sys

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

ROOT = "urn:openapi"
METHODS = ("get", "post", "delete", "put", "patch")


def main(mode, path):
    with open(path) as file:
        document = yaml.safe_load(file)
    registry = Registry().with_resource(ROOT, Resource(contents=document, specification=DRAFT202012))
    return {"operations": operations, "answers": answers}[mode](document, registry)


def operations(document, registry):
    validate(document)
    problems = []
    check_examples(document, registry, [], problems)
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                alone = item[method].get("x-tenantwatch-socket-only", False)
                if alone and "control socket" not in item[method].get("description", ""):
                    problems.append(f"{method} {path} does not say that it is on the control socket")
                print(method.upper(), path + (" socket" if alone else ""))
    return problems


def check_examples(value, registry, place, problems):
    if isinstance(value, dict):
        schema = value.get("schema", value)
        if "example" in value and isinstance(schema, dict) and schema.keys() & {"type", "$ref", "enum", "anyOf", "const"}:
            problems += errors(schema, value["example"], registry, "/".join(place))
        for key, child in value.items():
            if key != "example":
                check_examples(child, registry, place + [str(key)], problems)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            check_examples(child, registry, place + [str(index)], problems)


def answers(document, registry):
    problems = []
    for line in sys.stdin:
        answer = json.loads(line)
        place = "{method} {path} {status}".format(**answer)
        operation = document["paths"].get(answer["path"], {}).get(answer["method"].lower(), {})
        response = operation.get("responses", {}).get(str(answer["status"]))
        if response and "$ref" in response:
            response = registry.resolver(ROOT).lookup(response["$ref"]).contents
        media = (response or {}).get("content", {}).get(answer["type"].split(";")[0])
        if not media:
            problems.append(f"{place} with {answer['type']} is not in the document")
            continue
        body = json.loads(answer["body"]) if "json" in answer["type"] else answer["body"]
        problems += errors(media["schema"], body, registry, place)
    return problems


def errors(schema, value, registry, place):
    validator = Draft202012Validator(rooted(schema), registry=registry, format_checker=FormatChecker())
    return [f"{place}: {error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]


def rooted(schema):
    """The schema with its references leading into the document."""
    if isinstance(schema, dict):
        return {key: ROOT + value if key == "$ref" else rooted(value) for key, value in schema.items()}
    return [rooted(value) for value in schema] if isinstance(schema, list) else schema


problems = main(*sys.argv[1:])
sys.exit("\n".join(problems) if problems else 0)
