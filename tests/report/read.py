"""read.py - is a report inert, and the same page to every parser?

Usage: read.py tree FILE       parsers agree; what a page must have is there
       read.py same PLAIN FILE...
                               no evidence changed a tag or an attribute

The parsers are html.parser, which knows nothing of what HTML means, an XML
parser, for the page is written so that it is XML too, and html5lib where it is
installed, which builds what a browser would.
"""
import base64
import hashlib
import html.parser
import re
import sys
import xml.etree.ElementTree as ElementTree

VOID = {"meta", "br"}
SHAPES = {"rect", "line", "path", "circle"}
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "svg", "defs",
    "pattern", "rect", "path", "circle", "g", "line", "text", "main",
    "header", "section", "h1", "h2", "h3", "p", "ul", "ol", "li", "dl", "dt",
    "dd", "div", "span", "b", "small", "code", "q", "br", "table", "thead",
    "tbody", "tr", "th", "td", "details", "summary",
}
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "id", "class", "width",
    "height", "x", "y", "x1", "x2", "y1", "y2", "d", "cx", "cy", "r", "role",
    "scope", "colspan", "start", "patternUnits", "patternunits",
    "text-anchor", "aria-hidden", "aria-label",
}


class Tree(html.parser.HTMLParser):
    """Nested [tag, attributes, children]; text as it is, joined."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.top = ["", {}, []]
        self.open = [self.top]
        self.feed(text)
        self.close()
        if len(self.open) != 1:
            raise ValueError("not closed: " + self.open[-1][0])

    def handle_starttag(self, tag, attrs):
        node = [tag, dict(attrs), []]
        if len(node[1]) != len(attrs):
            raise ValueError("an attribute twice in " + tag)
        self.open[-1][2].append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1][2].append([tag, dict(attrs), []])
        if tag not in VOID | SHAPES:
            raise ValueError("closed at once: " + tag)

    def handle_endtag(self, tag):
        if self.open[-1][0] != tag:
            raise ValueError("%s closes %s" % (tag, self.open[-1][0]))
        self.open.pop()

    def handle_data(self, data):
        if len(self.open) > 1:
            add_text(self.open[-1], data)

    def handle_comment(self, data):
        raise ValueError("a comment")


def add_text(node, text):
    if not text:
        return
    if node[2] and isinstance(node[2][-1], str):
        node[2][-1] += text
    else:
        node[2].append(text)


def from_etree(e):
    node = [re.sub(r"^\{.*\}", "", e.tag).lower(),
            {k.lower(): v for k, v in e.attrib.items()}, []]
    add_text(node, e.text)
    for child in e:
        node[2].append(from_etree(child))
        add_text(node, child.tail)
    return node


def walk(node):
    yield node
    for child in node[2]:
        if not isinstance(child, str):
            yield from walk(child)


def all_text(node):
    return "".join(c if isinstance(c, str) else all_text(c) for c in node[2])


def lean(node):
    """Without the space between elements, which parsers move about."""
    kids = [c if isinstance(c, str) else lean(c) for c in node[2]]
    return [node[0], node[1],
            [c for c in kids if not isinstance(c, str) or c.strip()]]


def check(path):
    data = open(path, "rb").read()
    text = data.decode("utf-8")
    tree = Tree(text).top[2][0]
    second = from_etree(ElementTree.fromstring(
        text.replace("<!DOCTYPE html>", "", 1)))
    if lean(lower(tree)) != lean(second):
        raise ValueError("html.parser and the XML parser differ")
    try:
        import html5lib
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        third = from_etree(parser.parse(text))
        if parser.errors:
            raise ValueError("html5lib: %r" % parser.errors[:3])
        if lean(third) != lean(second):
            raise ValueError("html5lib sees another tree")
    except ImportError:
        pass
    bad = re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c"
                    "\u2028-\u202e\u2066-\u2069]", text)
    if bad:
        raise ValueError("a control at %d" % bad.start())
    for tag, attrs, _ in walk(tree):
        if tag not in ALLOWED:
            raise ValueError("element " + tag)
        for name, value in attrs.items():
            if name not in ATTRIBUTES:
                raise ValueError("attribute %s of %s" % (name, tag))
            if ":" in (value or "") and name not in ("aria-label", "content"):
                raise ValueError("%s=%s" % (name, value))
    ids = [n[1]["id"] for n in walk(tree) if "id" in n[1]]
    if len(ids) != len(set(ids)):
        raise ValueError("an id twice")
    check_policy(tree)
    return tree


def lower(node):
    return [node[0], {k.lower(): v for k, v in node[1].items()},
            [c if isinstance(c, str) else lower(c) for c in node[2]]]


def check_policy(tree):
    style = [n for n in walk(tree) if n[0] == "style"]
    policy = [n[1]["content"] for n in walk(tree)
              if n[1].get("http-equiv") == "Content-Security-Policy"]
    if len(style) != 1 or len(policy) != 1:
        raise ValueError("not one style and one policy")
    digest = hashlib.sha256(all_text(style[0]).encode()).digest()
    want = ("default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; "
            "form-action 'none'" % base64.b64encode(digest).decode())
    if policy[0] != want:
        raise ValueError("policy: " + policy[0])
    for word in ("@import", "url(http", "expression("):
        if word in all_text(style[0]):
            raise ValueError("style has " + word)


def skeleton(node):
    """What evidence must not change: all but text."""
    return [node[0], node[1],
            [skeleton(c) for c in node[2] if not isinstance(c, str)]]


def marks(node):
    return set(re.findall(r"f[0-9]+:", all_text(node)))


def main(argv):
    if argv[1] == "tree":
        check(argv[2])
        return 0
    plain = check(argv[2])
    status = 0
    for path in argv[3:]:
        try:
            tree = check(path)
            if skeleton(tree) != skeleton(plain):
                raise ValueError("tags or attributes changed")
            if marks(tree) != marks(plain):
                raise ValueError("lost: %s" % sorted(marks(plain) -
                                                     marks(tree)))
        except (ValueError, ElementTree.ParseError) as e:
            print("%s: %s" % (path, e))
            status = 1
    print("%d fields" % len(marks(plain)))
    return status


sys.exit(main(sys.argv))
