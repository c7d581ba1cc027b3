"""count.py RESULTS.xml: pytest's results in one line."""

import sys
import xml.etree.ElementTree as tree

suite = tree.parse(sys.argv[1]).getroot()[0].attrib
count, skipped = int(suite["tests"]), int(suite["skipped"])
failed = int(suite["failures"]) + int(suite["errors"])
print(f"{count - failed - skipped} passed, {failed} failed, {skipped} skipped")
