"""The office's pages: HTML on the server, one stylesheet, usable without any script."""

from __future__ import annotations

from flask import Flask, render_template

from contracts.errors import Problem
from gateway import telling
from gateway.pages import (
    cases,
    complaints,
    deeds,
    door,
    exemplars,
    frame,
    imports,
    inspections,
    log,
    nominations,
    notice,
    objections,
    scoring,
    today,
    units,
)
from gateway.problems import TITLES
from gateway.wording import OPERATIONS, SERVICES

_MODULES = (
    today,
    nominations,
    units,
    imports,
    cases,
    scoring,
    objections,
    notice,
    exemplars,
    inspections,
    log,
    deeds,
    complaints,
    door,
)


def register(app: Flask) -> None:
    app.jinja_env.filters.update(telling.FILTERS)
    app.jinja_env.globals.update(SERVICES=SERVICES, OPERATIONS=OPERATIONS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(frame.surroundings)
    for module in _MODULES:
        app.register_blueprint(module.blueprint)


def problem_page(problem: Problem, status: int) -> str:
    return render_template("problem.html", problem=problem, status=status, heading=TITLES.get(status, "没有办成"))
