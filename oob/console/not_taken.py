"""The words in which a command line of any platform says that it did not take a line of configuration."""

from __future__ import annotations

_WORDS = (
    "can(?:not|'t| not)",
    "could not",
    "unable to",
    "not (?:supported|allowed|permitted|authori[sz]ed|configured|found|valid)",
    "is not (?:an?|on|in)",
    "does(?: not|n't) (?:exist|conform|match)",
    "no such",
    "nothing to delete",
    "(?:there is )?already (?:exists?|in use|have|running|configured|an?)",
    "in use",
    "invalid",
    "malformed",
    "bad (?:mask|value|address|parameter)",
    "unsupported",
    "reject(?:ed)?",
    "refused",
    "denied",
    "unauthori[sz]ed",
    "fail(?:ed|ure)?",
    "error",
    "out of range",
    "must be",
    "should be",
    "too (?:short|long|many|large)",
    "overlaps?",
    "ambiguous",
    "incomplete",
    "missing",
    "expected",
    "conflicts?",
    "incompatib\\w{0,8}",
    "violat\\w{0,6}",
    "please disable",
    "timed out",
)
# A remark or a warning may use the same words. Most platforms print nothing to a line that they take.
_REMARKS = "warning|info|informational|note|notice"
# So may the second line of one, of what could happen: `the write may fail`.
_NOT_YET = r"(?<!\bmay )(?<!\bmight )(?<!\bcould )(?<!\bmay be )(?<!\bmight be )(?<!\bcould be )"
NOT_TAKEN = rf"^(?i:(?!\W*(?:{_REMARKS})\b).{{0,200}}?\b{_NOT_YET}(?:{'|'.join(_WORDS)})\b)"
