"""Makes the golden files beside it with Python's jinja2, set up as transformers sets it up.

    python3 src/test/resources/golden/jinja/make.py

snippets.txt holds templates divided by lines of dashes; each becomes its text, or "error", in snippets.json. chat/*.jinja
are chat templates; each becomes the texts of the conversations of conversations.json in chat.json.
"""

import json
from datetime import datetime
from pathlib import Path

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 5, 14, 7, 9)


class Generation(jinja2.ext.Extension):
    """The block that transformers marks an assistant's words with; here it only renders them."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("render_body"), [], [], body).set_lineno(line)

    def render_body(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda pattern: NOW.strftime(pattern)
    return env


def rendered(source, variables):
    try:
        return {"text": environment().from_string(source).render(**variables)}
    except Exception as failure:
        return {"error": f"{type(failure).__name__}: {failure}"}


def write(name, value):
    (HERE / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main():
    variables = json.loads((HERE / "variables.json").read_text(encoding="utf-8"))
    snippets = (HERE / "snippets.txt").read_text(encoding="utf-8").split("\n----\n")
    write("snippets.json", [{"template": each, **rendered(each, variables)} for each in snippets])

    tokens = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    goldens = []
    for file in sorted((HERE / "chat").glob("*.jinja")):
        for conversation in json.loads((HERE / "conversations.json").read_text(encoding="utf-8")):
            for prompt in (True, False):
                given = {
                    **tokens,
                    "messages": conversation["messages"],
                    "add_generation_prompt": prompt,
                    "tools": None,
                    "documents": None,
                }
                goldens.append(
                    {
                        "template": file.name,
                        "conversation": conversation["name"],
                        "add_generation_prompt": prompt,
                        **rendered(file.read_text(encoding="utf-8"), given),
                    }
                )
    write("chat.json", goldens)


if __name__ == "__main__":
    main()
