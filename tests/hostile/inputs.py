"""inputs.py - archives and bombs, made by hand where a packer would not

Everything is written to a path that is given, and most of it far faster than
it can be read.  Compressed bombs are many copies of one member: each of the
formats lets streams follow each other.
"""
import base64
import bz2
import gzip
import io
import lzma
import struct
import subprocess
import tarfile
import zlib

MAIL = (b"Received: from a.example.org (a.example.org [192.0.2.1])\n"
        b"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384"
        b" (256/256 bits))\n\tby mx.example.net (Postfix) with ESMTPS"
        b" id 4bRk9N2vJzz3wXp;\n\tTue, 9 Jun 2026 14:03:24 +0000 (UTC)\n"
        b"From: a@example.org\nSubject: x\n\nbody\n")
MIB = 1 << 20


def put(path, *parts):
    with open(path, "wb") as f:
        for part in parts:
            f.write(part)


# ---- zip ----

def local_header(name, crc, packed, size, method, flags=0):
    return struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, flags, method, 0, 33,
                       crc, packed, size, len(name), 0) + name


def central_header(name, crc, packed, size, method, offset, mode=0o100644):
    return struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 0x0314, 20, 0,
                       method, 0, 33, crc, packed, size, len(name), 0, 0, 0,
                       0, mode << 16, offset) + name


def zip_end(n, size, offset):
    """With the 64-bit records where n asks for them."""
    end = b""
    if n >= 65535:
        end = struct.pack("<IQHHIIQQQQ", 0x06064b50, 44, 45, 45, 0, 0, n, n,
                          size, offset)
        end += struct.pack("<IIQI", 0x07064b50, 0, offset + size, 1)
        n = 65535
    return end + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, n, n, size,
                             offset, 0)


def zip_of(path, n, data=b"", name=lambda i: b"%d.eml" % i, extra=b""):
    """n stored members of the same content."""
    crc, at, locals_, central = zlib.crc32(data), 0, [], []
    for i in range(n):
        head = local_header(name(i), crc, len(data), len(data), 0) + data
        central.append(central_header(name(i), crc, len(data), len(data), 0,
                                      at))
        locals_.append(head)
        at += len(head)
    central = b"".join(central)
    put(path, b"".join(locals_), central, zip_end(n, len(central), at),
        extra)


def deflated(data):
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    return z.compress(data) + z.flush()


def overlapping_zip(path, n, kernel_bytes):
    """David Fifield's construction ("A better zip bomb", 2019): each member's
    data quotes the next one's header in a stored block and goes on with its
    data, so that all of them end in the same compressed kernel."""
    plain, packed = MAIL + bytes(kernel_bytes), None
    packed = deflated(plain)
    parts, members = [packed], []
    for i in reversed(range(n)):
        name = b"%d.eml" % i
        crc = zlib.crc32(plain)
        head = local_header(name, crc, len(packed), len(plain), 8)
        members.append((name, crc, len(packed), len(plain)))
        parts.append(head)
        if i:
            quote = struct.pack("<BHH", 0, len(head), len(head) ^ 0xffff)
            parts.append(quote)
            packed = quote + head + packed
            plain = head + plain
    members.reverse()
    body = b"".join(reversed(parts))
    at, central = 0, b""
    for name, crc, n_packed, size in members:
        central += central_header(name, crc, n_packed, size, 8, at)
        at += 30 + len(name) + 5
    put(path, body, central, zip_end(n, len(central), len(body)))


# ---- tar ----

def tar_member(name, data=b"", kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, link
    return (info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape") +
            data + bytes(-len(data) % 512))


def tar_of(path, n, data=b""):
    member, rest = tar_member("x.eml", data), n
    with open(path, "wb") as f:
        while rest:
            some = min(rest, 10000)
            f.write(member * some)
            rest -= some
        f.write(bytes(1024))


# ---- names that would like to be more ----

NAMES = [
    b"../../etc/x.eml", b"/etc/passwd", b"..\\..\\x.eml", b"C:\\x.eml",
    b"\x1b[31mred\x1b[0m.eml", b"\x1b]0;title\x07.eml",
    b"\x1b]8;;http://example.org/\x1b\\link.eml",
    b"one\nline\rtwo.eml", b"tab\tbs\x08.eml", b"del\x7f.eml",
    b"\xc2\x9b31m.eml", b"raw\x9b31m.eml",
    "\u202elme.gpj".encode(), "a\u2066b\u2069.eml".encode(),
    "a\u2028b\u2029.eml".encode(), "\u200f.eml".encode(),
    b"\xc0\xaf\xff\xfe.eml", b"-rf", b"a:b;c|d&e$(f)`g`.eml",
    b"x" * 4000 + b".eml", b".", b"..", b"con/aux/nul.eml",
]


def names_zip(path):
    zip_of(path, len(NAMES), MAIL, lambda i: NAMES[i])


def names_tar(path):
    put(path, *[tar_member(n.decode("utf-8", "surrogateescape"), MAIL)
                for n in NAMES],
        tar_member("\x1b[31mlink", b"", tarfile.SYMTYPE, "/etc/passwd"),
        tar_member("hard", b"", tarfile.LNKTYPE, "../\x1b[31mx"),
        tar_member("\x1b[31mfifo", b"", tarfile.FIFOTYPE), bytes(1024))


# ---- compression ----

def zstd(data):
    return subprocess.run(["zstd", "-qc"], input=data, check=True,
                          stdout=subprocess.PIPE).stdout


def lz4(data):
    return subprocess.run(["lz4", "-qc"], input=data, check=True,
                          stdout=subprocess.PIPE).stdout


PACK = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress,
        "zstd": zstd, "lz4": lz4}


def bomb(pack, head, n_mib, unit=16):
    """head, then n_mib MiB of zeros."""
    def write(path):
        put(path, PACK[pack](head),
            PACK[pack](bytes(unit * MIB)) * (n_mib // unit))
    return write


def gzip_of_gzip(n_mib):
    def write(path):
        inner = gzip.compress(MAIL) + gzip.compress(
            bytes(16 * MIB)) * (n_mib // 16)
        put(path, gzip.compress(inner))
    return write


def nest(wrap, depth):
    def write(path):
        data = MAIL
        for _ in range(depth):
            data = wrap(data)
        put(path, data)
    return write


def zipped(data):
    made = io.BytesIO()
    head = local_header(b"x.zip", zlib.crc32(data), len(data), len(data), 0)
    central = central_header(b"x.zip", zlib.crc32(data), len(data),
                             len(data), 0, 0)
    made.write(head + data + central +
               zip_end(1, len(central), len(head) + len(data)))
    return made.getvalue()


def sparse(path, *, head=b"", size):
    with open(path, "wb") as f:
        f.write(head)
        f.truncate(size)


# ---- MIME ----

def parts(n):
    return (MAIL.replace(b"\n\n", b"\nContent-Type: multipart/mixed;"
                         b" boundary=b\n\n") + b"--b\n\n" * n + b"--b--\n")


def nested_parts(n):
    head = MAIL.split(b"\n\n")[0] + b"\n"
    return head + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i)
        for i in range(n)) + b"\nx\n"


def nested_messages(n):
    # Whole: without a Date it might be a paste with blank lines in it.
    head = (MAIL.split(b"\n\n")[0] + b"\nDate: Tue, 9 Jun 2026 14:03:21 +0000"
            b"\nContent-Type: message/rfc822\n\n")
    return head * n + MAIL


def mixed(*parts):
    """MAIL's header, and a body of these parts."""
    return (MAIL.replace(b"\n\n", b"\nContent-Type: multipart/mixed;"
                         b" boundary=b\n\n") +
            b"".join(b"--b\n" + part + b"\n" for part in parts) + b"--b--\n")


def inside(n, message=MAIL):
    """n messages, one behind the other."""
    part = b"Content-Type: message/rfc822\n\n" + message
    return mixed(*[part] * n)


def attached(n):
    """A message of n lines and one more of MAIL's, in base64."""
    text = base64.encodebytes(MAIL + (b"x" * 56 + b"\n") * n)
    return mixed(b"Content-Type: application/octet-stream; name=\"x.eml\"\n"
                 b"Content-Transfer-Encoding: base64\n\n" + text)


def near_boundaries(n, multiparts=100):
    """n lines that differ in the last byte from what would end any of the
    multiparts, which are as many and whose boundaries as long as may be."""
    bounds = [b"b" * 2040 + b"%03d" % i for i in range(multiparts)]
    head = MAIL.split(b"\n\n")[0] + b"\n"
    return head + b"".join(
        b"Content-Type: multipart/mixed; boundary=" + bound + b"\n\n--" +
        bound + b"\n" for bound in bounds) + b"\n" + (
            b"--" + b"b" * 2042 + b"x\n") * n
