#!/usr/bin/env python3
"""read.py LIST OUT: makes a folder for each snippet of scripts/snippets/list, with the Dockerfile that it is put into.

A snippet begins with == and the file of the rule that has it; it is what the rule's text says, {holes} as the source has them. Below it stands
-- on BASE, and what makes it whole: "before: LINE" above it, "fill: WHAT => WITH" for what a reader fills in, "tail: COMMAND" to end it, "ignore: PATTERN"
where it is the head of a .dockerignore, "run: COMMAND" that must go well in what was built. BASE is slim, slim+PACKAGE+..., debian, fat, node, dotnet, or none
where the snippet names its own. Or: -- not buildable here: WHY. Or: -- stages NAME, for scripts/prove-stages.sh."""
import json, pathlib, re, sys

def read(path):
    for block in re.split(r"^== ", pathlib.Path(path).read_text(), flags=re.M)[1:]:
        head, rest = block.split("\n", 1)
        text, how = re.split(r"^-- ", rest, maxsplit=1, flags=re.M)
        first, *lines = how.strip("\n").split("\n")
        yield head, text.removesuffix("\n"), first, [tuple(line.split(": ", 1)) for line in lines]

def base_of(name):
    if name.startswith("slim+"):
        return "localhost/snippets/slim-" + "-".join(name.split("+")[1:])
    return {"dotnet": "localhost/stages/dotnet-base"}.get(name, f"localhost/corpus/base-{name}")

def main():
    out = pathlib.Path(sys.argv[2])
    for number, (rule, text, first, how) in enumerate(read(sys.argv[1]), 1):
        folder = out / f"{number:03}"
        folder.mkdir(parents=True)
        shown = " ⏎ ".join(line.strip() for line in text.strip().split("\n"))
        (folder / "row").write_text(f"{number} | {rule} | `{shown.replace('|', chr(92) + '|')}`")
        kind, _, what = first.partition(" ")
        (folder / "how").write_text(first.removeprefix("not buildable here: ") if kind == "not" else what)
        (folder / "kind").write_text(kind)
        if kind != "on":
            continue
        for word, value in how:
            if word == "fill":
                old, new = value.rsplit(" => ", 1)
                text = text.replace(old.replace("\\n", "\n"), new.replace("\\n", "\n"))
        values = dict(how)
        lines = [f"FROM {base_of(what)}"] if what != "none" else []
        lines += [value for word, value in how if word == "before"]
        if "ignore" in values:
            kept = [line for line in text.split("\n") if line.startswith(("#", "**/"))]
            (folder / "ignore").write_text("\n".join(kept + [values["ignore"]]) + "\n")
            lines.append("COPY . /ctx")
        else:
            lines.append(text + values.get("tail", ""))
        (folder / "Dockerfile").write_text("\n".join(lines) + "\n")
        (folder / "run").write_text(values.get("run", "true"))
        tools = {m.group(0) for line in lines for m in re.finditer(r"localhost/snippets/slim-[a-z0-9-]+", line)}
        (folder / "tools").write_text("".join(f"{t} {what.removeprefix('slim+').replace('+', ' ') if what != 'none' else t.split('slim-')[1]}\n" for t in tools))

main()
