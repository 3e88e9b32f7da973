#!/usr/bin/env python3
"""Reads a page of metrics from standard input as the Prometheus client library does, the strictest reader there is.

    parse-metrics.py text|openmetrics

Prints one JSON list a sample, [name, labels], in the order of the page. A page that the library refuses ends it with
its complaint.
"""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

if __name__ == "__main__":
    parse = {"text": parse_text, "openmetrics": parse_openmetrics}[sys.argv[1]]
    page = sys.stdin.buffer.read().decode("utf-8")
    try:
        for family in parse(page):
            for sample in family.samples:
                print(json.dumps([sample.name, sample.labels]))
    except ValueError as error:
        sys.exit(f"parse-metrics: {error}")
