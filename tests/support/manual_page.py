"""Reads a manual page written in man(7): its sections, and the tags of the paragraphs in them."""
import re
import shlex

ESCAPES = ((r"\-", "-"), (r"\(dq", '"'), (r"\(aq", "'"), (r"\&", ""), (r"\e", "\\"))


def plain(text):
    """Text without roff's escapes."""
    text = re.sub(r"\\f[A-Z]", "", text)
    for escape, character in ESCAPES:
        text = text.replace(escape, character)
    return text


def words(line):
    """The text of a line: of a font macro its arguments, joined as the page shows them."""
    macro = re.match(r"\.(B|I|R|BI|BR|IB|IR|RB|RI|SM|SB)\s+(.*)$", line)
    if not macro:
        return plain(line)
    lexer = shlex.shlex(macro[2], posix=True)
    lexer.whitespace_split, lexer.escape, lexer.quotes, lexer.commenters = True, "", '"', ""
    return plain(("" if len(macro[1]) == 2 else " ").join(lexer))


class Section:
    """A .SS of a page, or what stands before the first one of a .SH (title "")."""

    def __init__(self, chapter, title):
        self.chapter = chapter
        self.title = title
        self.text = ""  # all of it, tags too
        self.tags = []  # of its .TP paragraphs

    def options(self):
        """The options among the tags: {"-q", "--quiet"}."""
        return {option for tag in self.tags for option in re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", tag)}


def read(path):
    """The sections of a page, in order."""
    sections = [Section("", "")]
    lines = iter(path.read_text().splitlines())
    for line in lines:
        if line.startswith((".\\\"", "'\\\"")):
            continue
        heading = re.match(r"\.(SH|SS)\s+(.*)$", line)
        if heading:
            title = plain(heading[2].strip().strip('"'))
            sections.append(Section(title, "") if heading[1] == "SH" else Section(sections[-1].chapter, title))
        elif re.match(r"\.T[PQ]\b", line):
            tag = words(next(lines))
            sections[-1].tags.append(tag)
            sections[-1].text += tag + "\n"
        elif not re.match(r"\.[A-Z]+$", line):
            sections[-1].text += words(line) + "\n"
    return sections
