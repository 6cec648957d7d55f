"""Contents of ``uv_cache.json`` that uv 0.13.8 reads, and that it does not: each was put to the real one."""

from __future__ import annotations

__all__ = ["ACCEPTED", "REFUSED"]

_TIME = b'{"secs_since_epoch":1,"nanos_since_epoch":2}'


def _timestamp(value: bytes) -> bytes:
    return b'{"timestamp":' + value + b"}"


def _directory(value: bytes) -> bytes:
    return b'{"directories":{"a":' + value + b"}}"


def _unknown(value: bytes) -> bytes:
    return b'{"unknown":' + value + b"}"


ACCEPTED: tuple[bytes, ...] = (
    b"{}",
    b" \t\r\n{}\n",
    _timestamp(_TIME),
    _timestamp(b"null"),
    _timestamp(b"[1,2]"),
    _timestamp(b'{"nanos_since_epoch":2,"secs_since_epoch":1}'),
    _timestamp(b'{"secs_since_epoch":1,"nanos_since_epoch":4294967295}'),
    _timestamp(b'{"secs_since_epoch":9223372036854775807,"nanos_since_epoch":1}'),
    b"[" + _TIME + b",null,null]",
    b"[null,null,null,{}]",
    b"[null,null,null,{},{}]",
    b'{"commit":""}',
    b'{"commit":"\\ud83d\\ude00"}',
    b'{"commit":"\\u0000"}',
    b'{"tags":{}}',
    b'{"tags":{"a":"b","a":"c"}}',
    b'{"env":{"a":"x","a":null}}',
    _directory(b"0"),
    _directory(b"18446744073709551615"),
    _directory(_TIME),
    _directory(b"[1,2]"),
    b'{"directories":{"a":{"secs_since_epoch":1,"nanos_since_epoch":2},"a":3}}',
    b'{"Timestamp":3}',
    b'{"unknown":1,"unknown":2}',
    _unknown(b'"\xff"'),
    _unknown(b'"\xed\xa0\x80"'),
    _unknown(b'"\\ud800"'),
    _unknown(b'"\x7f"'),
    _unknown(b'{"\\ud800":1,"a":1,"a":2}'),
    _unknown(b"1e999"),
    _unknown(b"9" * 5000),
    _unknown(b"[" * 200 + b"]" * 200),
)

REFUSED: tuple[bytes, ...] = (
    b"",
    b" ",
    b"\x00",
    b"\xef\xbb\xbf{}",
    b"{}x",
    b"{}{}",
    b"{}\x00",
    b"// x\n{}",
    b"[]",
    b"null",
    b"3",
    b'"x"',
    b"[null,null]",
    b'["a",null,null]',
    b"[null,null,null,{},{},1]",
    b'{"timestamp":null,"timestamp":null}',
    b'{"timestamp":{"secs_since_ep',
    _timestamp(b"true"),
    _timestamp(b"01"),
    _timestamp(b'"x"'),
    _timestamp(b"[1]"),
    _timestamp(b"[1,2,3]"),
    _timestamp(b'{"secs_since_epoch":1}'),
    _timestamp(b'{"secs_since_epoch":1,"nanos_since_epoch":1,"x":1}'),
    _timestamp(b'{"secs_since_epoch":1,"secs_since_epoch":1,"nanos_since_epoch":1}'),
    _timestamp(b'{"secs_since_epoch":-1,"nanos_since_epoch":1}'),
    _timestamp(b'{"secs_since_epoch":-0,"nanos_since_epoch":1}'),
    _timestamp(b'{"secs_since_epoch":1.0,"nanos_since_epoch":1}'),
    _timestamp(b'{"secs_since_epoch":1e3,"nanos_since_epoch":1}'),
    _timestamp(b'{"secs_since_epoch":"1","nanos_since_epoch":1}'),
    _timestamp(b'{"secs_since_epoch":true,"nanos_since_epoch":1}'),
    _timestamp(b'{"secs_since_epoch":1,"nanos_since_epoch":4294967296}'),
    _timestamp(b'{"secs_since_epoch":9223372036854775808,"nanos_since_epoch":1}'),
    _timestamp(b'{"secs_since_epoch":9223372036854775807,"nanos_since_epoch":1999999999}'),
    b'{"commit":1}',
    b'{"commit":["a"]}',
    b'{"commit":"\\ud83d"}',
    b'{"commit":"\xff"}',
    b'{"commit":"\xed\xa0\x80"}',
    b'{"tags":[]}',
    b'{"tags":{"a":null}}',
    b'{"tags":{"\\ud800":"b"}}',
    b'{"env":null}',
    b'{"env":[]}',
    b'{"env":{"a":1}}',
    b'{"env":{"a":1,"a":null}}',
    b'{"directories":null}',
    _directory(b"-1"),
    _directory(b"-0"),
    _directory(b"1.0"),
    _directory(b"18446744073709551616"),
    _directory(b'"x"'),
    _directory(b"true"),
    _directory(b"{}"),
    _directory(b"[1]"),
    _directory(b'{"secs_since_epoch":1,"nanos_since_epoch":1,"x":1}'),
    _directory(b'{"secs_since_epoch":1,"nanos_since_epoch":1e2}'),
    b'{"directories":{"a":"x","a":3}}',
    b'{"\\ud800":1}',
    b'{"\xff":1}',
    _unknown(b"NaN"),
    _unknown(b"-Infinity"),
    _unknown(b'"a\nb"'),
    _unknown(b'"\\x"'),
    _unknown(b'"\\u12G4"'),
    _unknown(b"'a'"),
    _unknown(b"+1"),
    _unknown(b".5"),
    _unknown(b"5."),
    _unknown(b"00"),
    _unknown(b"-"),
    _unknown(b"[1,]"),
    _unknown(b"\xa0 1"),
    _unknown(b"\x0c1"),
    b'{"unknown":1,}',
    b"{unknown:1}",
)
