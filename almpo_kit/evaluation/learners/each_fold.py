"""One task a fold, in one thread or several, with the same numbers either way."""

from __future__ import annotations

from collections.abc import Callable


def each_fold[Result](
    task: Callable[[int], Result],
    count: int,
    *,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """Run ``task(0)`` … ``task(count - 1)``.

    Parameters
    ----------
    task : callable
        Must depend on nothing but its fold number (draw from a seed of its own), or workers would change results.
    workers : int
        Threads. Linear algebra runs on one thread a task, so that sums are taken in the same order for any number
        of workers.
    progress : callable, optional
        Called with (done, total) after each task. An exception raised in it (a stop) ends the work: tasks not yet
        begun are dropped.

    Returns
    -------
    list, in order of folds
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):
        if workers <= 1:
            return [_told(task(j), j + 1, count, progress) for j in range(count)]
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor(max_workers=min(workers, count))
        try:
            waiting = [pool.submit(task, j) for j in range(count)]
            return [_told(w.result(), j + 1, count, progress) for j, w in enumerate(waiting)]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _told[Result](
    found: Result, done: int, total: int, progress: Callable[[int, int], None] | None
) -> Result:
    if progress is not None:
        progress(done, total)
    return found
