"""Checks a JSON value against the part of OpenAPI 3.0's schema language that systemd/openapi.json uses."""
import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
KNOWN = {"type", "enum", "required", "properties", "additionalProperties", "items", "nullable", "allOf", "$ref", "format",
         "description", "minimum", "maximum", "pattern"}


def errors(value, schema, root, where="$"):
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        return errors(value, target, root, where)
    unknown = set(schema) - KNOWN
    if unknown:
        return [f"{where}: the schema uses {unknown}, which this checker does not know"]
    if value is None:
        return [] if schema.get("nullable") or not schema else [f"{where}: null"]
    found = []
    for part in schema.get("allOf", []):
        found += errors(value, part, root, where)
    if "type" in schema:
        kind = TYPES[schema["type"]]
        if not isinstance(value, kind) or (isinstance(value, bool) and schema["type"] != "boolean"):
            return [f"{where}: {value!r} is no {schema['type']}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is none of {schema['enum']}")
    if schema.get("format") == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value):
        found.append(f"{where}: {value!r} is no date-time")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{where}: no {key}" for key in schema.get("required", []) if key not in value]
        for key, member in value.items():
            if key in properties:
                found += errors(member, properties[key], root, f"{where}.{key}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{where}: unexpected {key}")
    if isinstance(value, list) and "items" in schema:
        for i, member in enumerate(value):
            found += errors(member, schema["items"], root, f"{where}[{i}]")
    return found
