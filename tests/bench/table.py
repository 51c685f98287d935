#!/usr/bin/env python3
"""The benchmarks' rows as one Markdown table: table.py FILE.jsonl ...

Reads the lines that have a `row`, and what the kit's callgrind.py printed. Each row is one figure a
round: minimum, median, maximum, and what the median is held to.
"""
import json
import sys

RELATIONS = {"≤": lambda value, limit: value <= limit, "≥": lambda value, limit: value >= limit}


def number(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def instruction_rows(counts):
    """Instructions an operator above the raw pass, from callgrind's records by case."""
    raw = counts.get("gl_pernode")
    titles = {"topknot_pixel_unfused": ("instructions an operator above `gl_pernode`", 3500),
              "topknot_math_unfused": ("… as `math`", None)}
    for case, (title, limit) in titles.items():
        if raw is None or case not in counts:
            continue
        above = counts[case] - raw
        yield {"row": title, "size": "16x16", "format": "rgba8", "unit": "",
               "relation": "≤" if limit else "", "limit": limit or 0,
               "min": above, "median": above, "max": above}


def read(files):
    rows, counts = [], {}
    for name in files:
        with open(name, encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith("{"):
                    continue
                record = json.loads(line)
                if "row" in record:
                    rows.append(record)
                elif record.get("metric") == "ir_per_unit":
                    counts[record["impl"]] = record["median"]
    return rows + list(instruction_rows(counts))


def main():
    print("| benchmark | size | format | goal | min | median | max | met |")
    print("|---|---|---|---|---|---|---|---|")
    for row in read(sys.argv[1:]):
        unit = " " + row["unit"] if row["unit"] else ""
        judge = RELATIONS.get(row["relation"])
        goal = f"{row['relation']} {number(row['limit'])}{unit}" if judge else ""
        met = ("yes" if judge(row["median"], row["limit"]) else "**no**") if judge else ""
        figures = [number(row[key]) + unit for key in ("min", "median", "max")]
        cells = [row["row"], row["size"], row["format"], goal, *figures, met]
        # Backticks are for names, and these are of the measuring kit.
        print(("| " + " | ".join(cells) + " |").replace("`", ""))


if __name__ == "__main__":
    main()
