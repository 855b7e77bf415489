"""A directive for Sphinx that boots a lab while the documentation is built.

::

    extensions = ["tracenova_diagrams.sphinx_ext"]

    .. tracenova:: default
       :kind: sequence
       :level: services
       :table:
"""

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from tracenova_diagrams.booting import embedded, request
from tracenova_diagrams.options import DiagramError


class Tracenova(Directive):
    """``.. tracenova:: LAB``: the picture of a boot, and its table."""

    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {
        "kind": directives.unchanged,
        "level": directives.unchanged,
        "title": directives.unchanged,
        "focus": directives.unchanged,
        "hide": directives.unchanged,
        "expand": directives.flag,
        "table": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Boot and draw; what cannot be drawn is a warning of the build."""
        lab = self.arguments[0] if self.arguments else "default"
        given = {name: value or "" for name, value in self.options.items()}
        try:
            html = embedded(request(lab, given))
        except DiagramError as error:
            return [self.state_machine.reporter.error(str(error), line=self.lineno)]
        return [nodes.raw("", html, format="html")]


def setup(app: Any) -> dict[str, Any]:
    """Register the directive with Sphinx."""
    app.add_directive("tracenova", Tracenova)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
