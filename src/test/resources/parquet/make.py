"""Makes the Parquet files of this folder and, beside each, the rows as pyarrow itself reads them.

Run it in this folder, with pyarrow, and commit what it makes; the tests need neither.
"""
import base64
import datetime as dt
import decimal
import json
import math
import re
import uuid

import pyarrow as pa
import pyarrow.parquet as pq

D = decimal.Decimal


def columns():
    ids = pa.array([uuid.UUID(int=2**127 + 5).bytes, None, uuid.UUID(int=1).bytes], pa.binary(16))
    yield "text", pa.array(["one", "two", "three"])
    for bits in (8, 16, 32, 64):
        least, most = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
        yield f"int{bits}", pa.array([least, None, most], getattr(pa, f"int{bits}")())
        yield f"uint{bits}", pa.array([2 ** (bits - 1), None, 2**bits - 1], getattr(pa, f"uint{bits}")())
    yield "bool", pa.array([True, None, False])
    yield "float16", pa.array([0.5, None, -65504.0], pa.float16())
    yield "float32", pa.array([0.1, None, math.inf], pa.float32())
    yield "float64", pa.array([0.1, None, math.nan], pa.float64())
    yield "date32", pa.array([dt.date(2026, 11, 29), None, dt.date(1969, 12, 31)], pa.date32())
    yield "date64", pa.array([dt.date(2026, 11, 29), None, dt.date(1, 1, 1)], pa.date64())
    for unit, kind in (("s", pa.time32), ("ms", pa.time32), ("us", pa.time64), ("ns", pa.time64)):
        per = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
        yield f"time_{unit}", pa.array([52200 * per, 0, 86400 * per - 1], kind(unit))
        for zone in (None, "UTC", "Europe/Berlin"):
            yield f"timestamp_{unit}_{zone}", pa.array([1764426600 * per, None, -1], pa.timestamp(unit, zone))
    yield "decimal_9", pa.array([D("12.30"), None, D("-0.01")], pa.decimal128(9, 2))
    yield "decimal_18", pa.array([D("1234567890123456.78"), None, D("-0.01")], pa.decimal128(18, 2))
    yield "decimal_38", pa.array([D("12345678901234567890123456789012345.678"), None, D("-0.001")], pa.decimal128(38, 3))
    yield "decimal_76", pa.array([D("1" * 70 + ".5"), None, D("-1.5")], pa.decimal256(76, 5))
    yield "decimal_whole", pa.array([D("15"), None, D("-15")], pa.decimal128(5, 0))
    yield "uuid", pa.ExtensionArray.from_storage(pa.uuid(), ids)
    yield "json", pa.ExtensionArray.from_storage(pa.json_(pa.string()), pa.array(['{"a":1}', None, "[]"]))
    yield "bytes_that_are_text", pa.array(["text é".encode(), None, b""], pa.binary())
    yield "bytes", pa.array([b"\xff\xfe", None, b"\x80"], pa.binary())
    yield "fixed_bytes", pa.array([b"\xff\xfe", None, b"ab"], pa.binary(2))
    yield "large_string", pa.array(["l", None, ""], pa.large_string())
    yield "string_view", pa.array(["v", None, ""], pa.string_view())
    yield "dictionary", pa.array(["x", None, "y"]).dictionary_encode()
    yield "dictionary_of_uint32", pa.array([2**32 - 1, None, 7], pa.uint32()).dictionary_encode()
    yield "null", pa.nulls(3)
    yield "list", pa.array([[2**64 - 1, None], None, []], pa.list_(pa.uint64()))
    yield "list_of_lists", pa.array([[[1], [], None], None, [[2**32 - 1, 3]]], pa.list_(pa.list_(pa.uint32())))
    yield "list_of_strings", pa.array([["a", None, ""], None, []], pa.list_(pa.string()))
    yield "list_of_timestamps", pa.array([[52200], None, [None]], pa.list_(pa.timestamp("s")))
    yield "list_of_a_size", pa.array([[1, 255], None, [3, 4]], pa.list_(pa.uint8(), 2))
    inner = pa.struct([("h", pa.uint64()), ("d", pa.date32())])
    yield "list_of_structs", pa.array([[{"h": 2**64 - 1, "d": dt.date(2026, 1, 2)}, None], None, []], pa.list_(inner))
    struct = pa.struct([("u", pa.uint64()), ("in", pa.struct([("t", pa.timestamp("ms", "UTC")), ("dec", pa.decimal128(20, 2))])), ("x.y", pa.int32()), ("", pa.uint8())])
    whole = {"u": 2**64 - 1, "in": {"t": dt.datetime(2026, 11, 29, 14, 30), "dec": D("1.50")}, "x.y": 1, "": 2}
    yield "struct", pa.array([whole, None, {"u": None, "in": None, "x.y": None, "": None}], struct)
    yield "map", pa.array([[("a", 2**64 - 1), ("b", None)], None, []], pa.map_(pa.string(), pa.uint64()))
    yield "map_by_uint32", pa.array([[(2**32 - 1, "x")], None, []], pa.map_(pa.uint32(), pa.string()))
    yield "map_by_date", pa.array([[(dt.date(2026, 1, 2), [dt.time(1, 2)])], None, []], pa.map_(pa.date32(), pa.list_(pa.time64("us"))))


def told(scalar):
    """A value as JSON, by what pyarrow makes of it."""
    kind = scalar.type
    if isinstance(kind, pa.BaseExtensionType):
        return str(scalar.as_py()) if scalar.is_valid else None
    if not scalar.is_valid:
        return None
    if pa.types.is_dictionary(kind):
        return told(scalar.value)
    if pa.types.is_map(kind):
        pairs = scalar.values
        return {key_of(told(p["key"])): told(p["value"]) for p in pairs}
    if pa.types.is_struct(kind):
        return {kind[i].name: told(scalar[i]) for i in range(kind.num_fields)}
    if pa.types.is_nested(kind):
        return [told(element) for element in scalar.values]
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        moment = scalar.cast(pa.string()).as_py().replace(" ", "T")
        for _ in range(3):
            moment = re.sub(r"\.000(?=Z?$)|(?<=\.\d{3})000(?=Z?$)|(?<=\.\d{6})000(?=Z?$)", "", moment)
        return moment if getattr(kind, "tz", None) in (None, "UTC") else told(scalar.cast(pa.timestamp(kind.unit, "UTC")))
    if pa.types.is_date(kind):
        return scalar.as_py().isoformat()
    if pa.types.is_floating(kind):
        return float(scalar.as_py()) if math.isfinite(scalar.as_py()) else None
    if pa.types.is_decimal(kind):
        return Number(format(scalar.as_py(), "f"))
    if isinstance(scalar.as_py(), bytes):
        try:
            return scalar.as_py().decode()
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(scalar.as_py()).decode()}
    return scalar.as_py()


class Number(float):
    """A number with all its digits."""

    def __new__(cls, digits):
        number = super().__new__(cls, digits)
        number.digits = digits
        return number

    def __repr__(self):
        return self.digits


def key_of(value):
    return value if isinstance(value, str) else json.dumps(value)


def line(row):
    """A row as a line of JSON; decimals keep their digits."""
    digits = {}

    def kept(value):
        if isinstance(value, Number):
            digits[f"@{len(digits)}@"] = value.digits
            return f"@{len(digits) - 1}@"
        if isinstance(value, dict):
            return {k: kept(v) for k, v in value.items()}
        return [kept(v) for v in value] if isinstance(value, list) else value

    text = json.dumps(kept(row), ensure_ascii=False)
    for mark, number in digits.items():
        text = text.replace(json.dumps(mark), number)
    return text


def write(name, table, **options):
    pq.write_table(table, f"{name}.parquet", **options)
    read = pq.read_table(f"{name}.parquet")
    with open(f"{name}.expected.jsonl", "w", encoding="utf-8") as out:
        for i in range(read.num_rows):
            row = {read.column_names[c]: told(read.column(c)[i]) for c in range(read.num_columns)}
            out.write(line(row) + "\n")


types = pa.table(dict(columns()))
write("types", types, compression="snappy")
write("types_as_integers", types, compression="zstd", use_dictionary=False, data_page_version="2.0", store_decimal_as_integer=True, version="2.6")
stamps = pa.array([1764426600 * 10**9, None, -1, 1764426600 * 10**9 + 123_456_789], pa.timestamp("ns"))
write("int96", pa.table({"text": ["a", "b", "c", "d"], "stamp": stamps, "list": pa.array([[0], None, [], [1764426600 * 10**9]], pa.list_(pa.timestamp("ns")))}), use_deprecated_int96_timestamps=True, store_schema=False)
names = ["text", "doc.text", "doc", "", ".", "a.", ".a", "a`b", 'say "x"', "/doc/text", "list.of", "embed\nded", "ü"]
values = [["t1", "t2"], ["d1", "d2"], pa.array([{"text": "in1", "id": 1}] * 2), ["e1", "e2"], [1.5, 2.5], [1, 2], [True, False], [1, 2], ["q1", "q2"], ["p1", "p2"], pa.array([[1], []], pa.list_(pa.uint8())), ["l1", "l2"], ["u1", "u2"]]
write("names", pa.table([pa.array(v) if isinstance(v, list) else v for v in values], names=names))
pq.write_table(pa.table({"text": ["a"]}), "brotli.parquet", compression="brotli")
write("not_finite", pa.table({"text": ["a", "b", "c", "d"], "id": [1.0, math.inf, None, math.nan], "half": pa.array([0.5, -math.inf, None, 1.0], pa.float16()), "doc": pa.array([{"id": 1.5, "score": math.nan}, {"id": math.nan, "score": 1.0}, None, {"id": None, "score": None}])}))
