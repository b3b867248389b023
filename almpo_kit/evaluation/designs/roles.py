"""What a covariate is in a design: to be held constant, or by no means."""

from __future__ import annotations

from typing import Literal

RoleName = Literal["confounder", "history", "precision", "mediator", "collider", "sensitive"]

#: Role -> what it means, in words for the person.
ROLES: dict[str, str] = {
    "confounder": "moves who takes part and what becomes of them; held constant",
    "history": "work, unemployment and earnings before entry: the confounder that matters most; held constant",
    "precision": "moves the outcome only; held constant, because intervals become narrower",
    "mediator": "moved by the programme on its way to the outcome; never held constant",
    "collider": "moved by programme and outcome (or their causes); never held constant",
    "sensitive": "looked at for differences and fairness; not held constant unless it is also listed otherwise",
}
#: What is held constant.
ADJUSTED: tuple[str, ...] = ("confounder", "history", "precision")
