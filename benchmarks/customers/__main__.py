"""Write a family's customers to a CSV file.

python -m benchmarks.customers FAMILY --records N [--seed N] --out FILE
"""

import argparse
from pathlib import Path

from benchmarks.customers.families import FAMILIES, write


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="Labelled made-up customers.")
    parser.add_argument("family", choices=sorted(FAMILIES))
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    write(arguments.family, arguments.records, arguments.seed, arguments.out)


if __name__ == "__main__":
    main()
