"""Taking acts at a desk: each is carried out once, however often a browser sends it, and what came of it is told."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.records import ConflictError
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import desk_states

if TYPE_CHECKING:
    from almpo_kit.records import Store

#: Acts whose outcome is remembered; a browser sends one again within seconds.
_REMEMBERED = 200


class DeskActs:
    """What the desks have in common.

    A browser that hears nothing sends its act again. An answer is kept once by its token in the store; taking back, moving on
    and settling know no token there, and carried out twice they would take back two answers for one key.
    """

    def __init__(self) -> None:
        self.told = {"words": "", "kind": ""}
        self._done: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._shown: dict[str, Any] | None = None

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        raise NotImplementedError

    def _carry_out(self, act: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def take(self, act: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out an act; what goes wrong is told, and nothing is lost.

        Parameters
        ----------
        act : mapping
            ``act``, what belongs to it, and a ``token`` that names it: the same token again is answered and not carried out.

        Returns
        -------
        dict
            The state after it. Where that cannot be had (a store that is away), what was shown before, and words that say
            whether the act was kept.
        """
        token = act.get("token")
        known = self._done.get(token) if isinstance(token, str) else None
        self.told = {"words": "", "kind": ""} if known is None else known
        if known is None:
            try:
                self._carry_out(act)
            except Exception as error:  # noqa: BLE001 - a label that was not kept must not look kept
                self.told = desk_states.refused(error)
            if isinstance(token, str):
                self._done[token] = self.told
                while len(self._done) > _REMEMBERED:
                    self._done.popitem(last=False)
        return self._shown_after()

    def _shown_after(self) -> dict[str, Any]:
        try:
            self._shown = self.state()
        except Exception as error:
            if self._shown is None:
                raise
            why = desk_states.refused(error)["words"].removeprefix("Not kept: ")
            words = f"{self.told['words']} What follows cannot be shown: {why} Load the page again.".strip()
            return self._shown | {"told": {"words": words, "kind": "refused"}, "on": None}
        return self._shown


def taken_back(store: Store, given: list[int], coder: str) -> None:
    """Take back the newest of the labels that were given at a desk, and strike it off.

    Raises
    ------
    ParameterError
        It holds no more: it was replaced or taken back elsewhere. It is struck off, so that the one before it can be reached.
    """
    number = given[-1]
    try:
        store.undo_label(number, coder=coder)
    except ConflictError:
        given.pop()
        raise ParameterError(
            "that answer was changed or taken back in another window; nothing was changed. Press u again for the one before it."
        ) from None
    given.pop()
