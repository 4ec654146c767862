r"""From tokens to a tree, driven by the notation.

The grammar, with ``[x]`` for "may be missing" and ``{x}`` for "any number of times"::

    equation   := side { relation side } [ "for" conditions ]
    relation   := = | \neq | < | \leq | > | \geq | \approx | \leftarrow | := | \in | \rightarrow
    side       := [sign] term { sign term | sign \dots }
    term       := factor { [\cdot | \times | \odot | /] factor }       (a slash takes one factor on its right)
    factor     := operator | function argument | atom { postfix }
    operator   := (\sum | \prod | \max | \min | \arg\max | \int | \lim | \frac{d}{dx} | \partial_x | \nabla) term
    function   := a built-in name, such as \exp, or a declared symbol that is a function
    argument   := "(" side { "," side } ")" | the juxtaposed factors that follow
    atom       := number | symbol | "(" side ")" | |side| | \|side\| | \frac{side}{side} | \sqrt{side} | matrix | cases
    symbol     := head { _ script | ^ script | ' }                     (as the notation declares it)
    postfix    := ^ script | _ script | ^T

Whether ``N(`` is a call or a product, and whether ``^i`` is an index or a power, isn't a matter of grammar: the
declared notation decides. A body of a sum reaches to the next plus or minus, as in print.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.formula import tree
from nnmath.formula.brackets import (
    read_bars,
    read_brackets,
    read_inner_product,
    read_place,
    starts_bracket,
)
from nnmath.formula.differentials import is_differential, read_differential_quotient
from nnmath.formula.ellipsis import fill_product, fill_sum
from nnmath.formula.errors import FormulaError
from nnmath.formula.fonts import spread_font
from nnmath.formula.functions import BUILTIN
from nnmath.formula.operators import OPERATORS
from nnmath.formula.stream import Stream
from nnmath.formula.superscripts import with_superscript
from nnmath.formula.symbols import read_symbol
from nnmath.formula.template import (
    ACCENTS,
    Scripts,
    bracketed,
    read_head,
    read_script,
    read_scripts,
    separate,
)
from nnmath.formula.token import Token, value_of

__all__ = ["Parser"]

RELATIONS = {
    "=": "=", r"\neq": r"\neq", "<": "<", ">": ">", r"\leq": r"\leq", r"\geq": r"\geq", r"\approx": r"\approx",
    r"\leftarrow": r"\leftarrow", r"\equiv": "=", r"\in": r"\in", r"\simeq": r"\approx",
    r"\doteq": "=", r"\rightarrow": r"\rightarrow", r"\propto": r"\propto", r"\sim": r"\sim",
}  # fmt: skip
PRODUCT_SIGNS = {
    r"\cdot": r"\cdot",
    r"\times": r"\times",
    r"\odot": r"\odot",
    r"\circ": r"\odot",
    r"\otimes": r"\otimes",
    "*": "*",
}
REMAINDER = (r"\bmod", r"\mod")
ENDS = frozenset(
    r". ) ] } \} \rangle \rfloor \rceil \right| \right. , ; & \\ + - / : \mid \cup \cap \setminus ! \notin"
    r" \forall \pm \mp \wedge \vee \bmod \mod \choose \quad \dots".split()
)
WHEN = frozenset(
    "for|if|for all|where|otherwise|for every|and|or|with|s.t.|such that|subject to|else".split("|")
)
AMBIGUOUS = {
    r"\pm": r"\pm says two things at once; write two formulas",
    r"\mp": r"\mp says two things at once; write two formulas",
}


class Parser(Stream):
    """A recursive descent over one list of tokens."""

    def inner(self, tokens: Sequence[Token]) -> Parser:
        """Return a parser for some of the tokens."""
        return Parser(tokens, self.state)

    def whole(self, tokens: Sequence[Token]) -> tree.Node:
        """Read all of `tokens` as one side."""
        parser = self.inner(tokens)
        if not tokens:
            raise self.error("nothing to read here")
        node = parser.side()
        parser.finish()
        return node

    def finish(self) -> None:
        """Refuse whatever is left over."""
        if self.i < len(self.tokens):
            raise self.error(f"{self.text()} isn't expected here")

    # Sides, terms, factors

    def side(self) -> tree.Node:
        """Read terms and the signs between them."""
        self.state.depth += 1
        if self.state.depth > self.state.limits.depth:
            raise self.error("the formula is nested too deeply", category="limit")
        node = self._side()
        self.state.depth -= 1
        return node

    def _side(self) -> tree.Node:
        start = self.token.start
        terms: list[tree.Node | Token] = []
        signs: list[int] = []
        signed = self.text() in ("+", "-")
        while True:
            if self.text() in AMBIGUOUS:
                raise self.error(AMBIGUOUS[self.text()])
            sign = -1 if self.text() == "-" else 1
            if terms or signed:
                self.take()
            signs.append(sign)
            terms.append(self.take() if self.text() == r"\dots" else self.term())
            if self.text() in AMBIGUOUS:
                raise self.error(AMBIGUOUS[self.text()])
            if self.text() not in ("+", "-"):
                break
        if any(isinstance(term, Token) for term in terms):
            return fill_sum(self, terms, signs, self.since(start))
        nodes = tuple(term for term in terms if isinstance(term, tree.Node))
        if len(nodes) == 1 and signs == [1]:
            if signed:
                raise FormulaError(
                    "syntax", "a plus sign with nothing before it", (start, start + 1)
                )
            return nodes[0]
        return tree.Sum(nodes, tuple(signs), span=self.since(start))

    def term(self) -> tree.Node:
        """Read factors and what joins them."""
        start = self.token.start
        factors = [self.factor()]
        operators: list[str] = []
        while True:
            text = self.text()
            if text == "/":
                factors, operators = [self._slash(start, factors, operators)], []
            elif PRODUCT_SIGNS.get(text):
                self.take()
                if self.text() == r"\dots":
                    factors, operators = [self._dotted(start, factors)], []
                    continue
                operators.append(str(PRODUCT_SIGNS[text]))
                factors.append(self.factor())
            elif text in REMAINDER:
                self.take()
                over = self._product(start, factors, operators)
                arguments = over, self.factor()
                factors, operators = [tree.Apply("mod", (), arguments, span=self.since(start))], []
            elif text == r"\dots" and self._factor_after_dots():
                factors, operators = [self._dotted(start, factors)], []
            elif self.starts_factor():
                operators.append("")
                factors.append(self.factor())
            else:
                break
        return self._product(start, factors, operators)

    def _factor_after_dots(self) -> bool:
        """Tell whether a product goes on behind the dots."""
        self.i += 1
        goes_on = self.starts_factor() or self.text() in PRODUCT_SIGNS
        self.i -= 1
        return goes_on

    def _dotted(self, start: int, factors: list[tree.Node]) -> tree.Node:
        """Read dots between factors, and the factor behind them."""
        dots = self.take()
        if self.text() in PRODUCT_SIGNS:
            self.take()
        last = self.factor()
        return fill_product(factors, last, dots.span, self.since(start))

    def _product(self, start: int, factors: list[tree.Node], operators: list[str]) -> tree.Node:
        if len(factors) == 1:
            return factors[0]
        return tree.Product(tuple(factors), tuple(operators), span=self.since(start))

    def _slash(self, start: int, factors: list[tree.Node], operators: list[str]) -> tree.Node:
        """Read the divisor; two factors after a slash would be read differently by different people."""
        over = self._product(start, factors, operators)
        self.take()
        under = self.factor()
        if self.starts_factor() or self.text() in ("/", r"\cdot", r"\times", r"\odot"):
            raise self.error("a/bc can be read in two ways; use \\frac or brackets")
        return tree.Quotient(over, under, span=self.since(start))

    def starts_factor(self) -> bool:
        """Tell whether the coming token begins another factor."""
        token, text = self.token, self.text()
        if not text or text in ENDS or text in RELATIONS or text in PRODUCT_SIGNS:
            return False
        if text in ("|", r"\|"):
            return token.kind != "close" and self.bars[-1:] != [text] and not self._separates()
        return (
            token.kind not in ("close", "end")
            and not self._ends_integral()
            and not self._says_when()
        )

    def _separates(self) -> bool:
        """Tell whether a bar stands between arguments, as in p(x | y)."""
        inside = self.bars[-1] if self.bars else ""
        if self.text() == r"\|":  # as in KL(p || q)
            return inside == "(("
        return self.token.kind == "mark" and inside in ("(", "((")

    def _ends_integral(self) -> bool:
        return bool(self.bars) and self.bars[-1] == "d" and is_differential(self)

    def _says_when(self) -> bool:
        return self.token.kind == "name" and self.text() in WHEN

    def factor(self) -> tree.Node:
        """Read one factor, with its function application or its operator."""
        self.state.depth += 1
        if self.state.depth > 4 * self.state.limits.depth:
            raise self.error("the formula is nested too deeply", category="limit")
        operator = (
            OPERATORS.get(self.text()) if self.token.kind in ("command", "begin", "name") else None
        )
        start = self.token.start
        quotient = read_differential_quotient(self)
        if quotient is not None:
            node = self._at_place(quotient, start)
        elif operator is not None and self.token.kind != "name":
            node = self._at_place(operator(self), start)
        else:
            node = self.postfix(self.atom(), start)
        self.state.depth -= 1
        return node

    def run(self) -> tree.Node:
        """Read juxtaposed factors up to the next function, bracket or sign: the argument of ``\\log x y``."""
        start = self.token.start
        factors = [self.factor()]
        while self.starts_factor():
            text = self.text()
            stops = starts_bracket(self) or text in ("|", r"\|") or text.strip("\\") in BUILTIN
            if stops or (text in OPERATORS and text not in (r"\frac", r"\sqrt")):
                break
            factors.append(self.factor())
        return self._product(start, factors, [""] * (len(factors) - 1))

    # Atoms

    def atom(self) -> tree.Node:
        """Read a number, a symbol or something in brackets."""
        token = self.token
        if token.kind == "number" and not (token.text == "1" and self.text(1) == "_"):
            self.take()
            return tree.Number(value_of(token), span=token.span)
        if token.text == "{":
            return self._group()
        if starts_bracket(self):
            return read_brackets(self)
        if token.text in ("|", r"\|") and token.kind != "close":
            return read_bars(self)
        if token.text == r"\langle":
            return read_inner_product(self)
        return self.symbol()

    def _group(self) -> tree.Node:
        """Read a group; braces around one symbol leave its scripts open, as in ``{a_l}^i``."""
        opening = self.i
        end = bracketed(self.tokens, opening)
        choose = next((k for k in range(opening, end) if self.tokens[k].text == r"\choose"), None)
        if choose is not None:
            n, k = (self.tokens[opening + 1 : choose], self.tokens[choose + 1 : end])
            node: tree.Node = tree.Binomial(self.whole(n), self.whole(k))
            self.i = end + 1
            return replace(node, span=self.since(self.tokens[opening].start))
        head = read_head(self.tokens, opening + 1) if end > opening + 1 else None
        if (
            head is not None
            and end + 1 < len(self.tokens)
            and self.tokens[end + 1].text in ("_", "^", "'")
        ):
            scripts, stop = read_scripts(self.tokens, head[1])
            if stop == end:
                merged, after = read_scripts(self.tokens, end + 1, scripts)
                return self.symbol_from(head[0], opening, merged, after)
        node = self.whole(self.tokens[opening + 1 : end])
        self.i = end + 1
        return node

    # Symbols

    def symbol(self) -> tree.Node:
        """Read a declared symbol, a counting letter, or a built-in function with its argument."""
        start = self.i
        token = self.token
        if not token.text:
            raise self.error("the formula ends too early")
        spread_font(self)
        several = self.state.notation.long_head(self.tokens, self.i)
        head = several or read_head(self.tokens, self.i)
        if head is None and token.text == "1":  # an indicator
            head = "1", self.i + 1
        if head is None:
            raise self.error(f"{token.text} isn't read here")
        scripts, after = read_scripts(self.tokens, head[1])
        return self.symbol_from(head[0], start, scripts, after)

    def symbol_from(self, head: str, start: int, scripts: Scripts, after: int) -> tree.Node:
        """Read the symbol whose head and scripts are known; `after` is the position behind them."""
        return read_symbol(self, head, start, scripts, after)

    def postfix(self, node: tree.Node, start: int) -> tree.Node:
        """Read powers, transposes and entries of an expression that began at `start`."""
        while self.text() in ("^", "_", "'"):
            scripts, self.i = read_scripts(self.tokens, self.i)
            for _ in range(scripts.primes):
                node = tree.Transpose(node, span=self.since(start))
            if scripts.sub is not None:
                indices = tuple(self.index_list(scripts.sub))
                node = tree.Item(node, indices, span=self.since(start))
            if scripts.sup is not None:
                node = replace(with_superscript(self, node, scripts.sup), span=self.since(start))
        if self.text() == "!":
            self.take()
            node = tree.Apply("factorial", (), (node,), span=self.since(start))
        return self._at_place(node, start)

    def _at_place(self, node: tree.Node, start: int) -> tree.Node:
        """Read a bar with a place below it behind an expression, if there is one."""
        if not self._names_a_place():
            return node
        self.take()
        return read_place(self, node, start)

    def _names_a_place(self) -> bool:
        """Tell whether a bar with a place below it comes next: ``|_{x=0}``."""
        if self.text() != "|" or self.token.kind == "open" or self.text(1) != "_":
            return False
        below, _ = read_script(self.tokens, self.i + 1)
        return any(token.text == "=" for token in below)

    def index_list(self, tokens: Sequence[Token]) -> list[tree.Node]:
        """Read the indices of an entry: with commas, or one letter or digit each."""
        parts: list[list[Token]] = [[]]
        for token in separate(tokens):
            if token.text == ",":
                parts.append([])
            else:
                parts[-1].append(token)
        if (
            len(parts) == 1
            and len(parts[0]) == 2
            and all(t.kind in ("letter", "number") for t in parts[0])
        ):
            parts = [[parts[0][0]], [parts[0][1]]]
        elif len(parts) == 1 and all(t.kind == "number" for t in parts[0]):
            parts = [list(tokens)]
        if any(token.text == ":" for token in tokens):
            raise FormulaError(
                "syntax", "a part of an array isn't read; declare it as a symbol", tokens[0].span
            )
        self.state.letters |= {
            part[0].text for part in parts if len(part) == 1 and part[0].kind == "letter"
        }
        return [self.whole(part) for part in parts]

    def argument(self, command: Token) -> tree.Node:
        """Read what a command such as ``\\frac`` takes: a group, or one token."""
        token = self.token
        if token.text == "{":
            end = bracketed(self.tokens, self.i)
            node = self.whole(self.tokens[self.i + 1 : end])
            self.i = end + 1
            return node
        if token.kind == "number" and len(token.text) > 1 and token.text.isdigit():
            first = Token("number", token.text[0], token.start, token.start + 1)
            rest = Token("number", token.text[1:], token.start + 1, token.end)
            self.tokens = [*self.tokens[: self.i], first, rest, *self.tokens[self.i + 1 :]]
            token = first
        if token.kind in ("letter", "number") or (
            token.kind == "command" and token.text not in ACCENTS
        ):
            self.take()
            return self.whole([token])
        raise self.error(f"{command.text} needs its argument in braces")
