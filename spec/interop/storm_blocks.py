"""Runs Python blocks, given on stdin as one program, and checks what `# → value` behind a statement says."""

import ast
import re
import sys

source = sys.stdin.read()
lines = source.splitlines()
scope = {}
checked = 0
for statement in ast.parse(source).body:
    mark = re.search(r"# → (.+)$", lines[statement.end_lineno - 1])
    code = ast.get_source_segment(source, statement)
    if mark is None:
        exec(code, scope)
        continue
    value, expected = eval(code, scope), eval(mark[1])
    assert value == expected, f"{code} gives {value!r}, and not {expected!r}"
    checked += 1
print(checked)
