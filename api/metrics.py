"""Metrics: what an operator watches, as Prometheus reads it; no ids and nothing personal."""

from collections.abc import Iterator
from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SIZES: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000)

Gauges = dict[str, tuple[str, dict[str, float]]]
"""What is so at the moment of looking: help, and a value for each read model, or for none."""


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "jiefang_requests", "Requests served", ("method", "route", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "jiefang_request_seconds", "Time from a request to its answer", ("route",),
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._sizes = Histogram(
            "jiefang_batch_commands", "Commands decided together",
            buckets=SIZES, registry=self._registry,
        )  # fmt: skip
        self._batch_seconds = Histogram(
            "jiefang_batch_seconds", "Time to decide and append a batch",
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def served(self, method: str, route: str, status: int, began: float) -> None:
        """Count a request. Methods and routes are few: all that are unknown count as one."""
        key = (method, route, status)
        children = self._children.get(key)
        if children is None:
            children = self._children[key] = (
                self._requests.labels(method, route, str(status)),
                self._seconds.labels(route),
            )
        children[0].inc()
        children[1].observe(perf_counter() - began)

    def batch(self, size: int, seconds: float) -> None:
        """Count a batch; called by the batcher's thread."""
        self._sizes.observe(size)
        self._batch_seconds.observe(seconds)

    def told(self, gauges: Gauges) -> bytes:
        """The exposition; with the gauges of this moment."""
        own = CollectorRegistry()
        own.register(_Gauges(gauges))
        return generate_latest(self._registry) + generate_latest(own)


class _Gauges(Collector):
    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        for name, (text, values) in self._gauges.items():
            gauge = GaugeMetricFamily(name, text, labels=[] if "" in values else ["model"])
            for model, value in values.items():
                gauge.add_metric([model] if model else [], value)
            yield gauge
