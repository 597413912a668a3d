"""An executor without a thread: for a batch behind which no other waits to be decided."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Final


class AtOnce(Executor):
    """Does what is submitted before it answers."""

    def submit(self, call: Callable[..., Any], /, *values: Any, **named: Any) -> Future[Any]:  # noqa: ANN401 - as Executor
        done: Future[Any] = Future()
        try:
            done.set_result(call(*values, **named))
        except Exception as fault:  # noqa: BLE001 - it is raised by whoever asks for the result
            done.set_exception(fault)
        return done


AT_ONCE: Final = AtOnce()
