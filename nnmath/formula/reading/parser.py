r"""From tokens to a tree, driven by the notation; the page "What is read" has the grammar.

Whether ``N(`` is a call or a product, and whether ``^i`` is an index or a power, isn't a matter of grammar: the
declared notation decides. A body of a sum reaches to the next plus or minus, as in print.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile

from nnmath.formula import tree
from nnmath.formula.errors import unread
from nnmath.formula.reading.conditions import read_brackets, read_place, starts_bracket
from nnmath.formula.reading.letters import fill_list, fill_product, fill_sum
from nnmath.formula.reading.operators import (
    OPERATORS,
    is_differential,
    read_bars,
    read_differential_quotient,
    read_inner_product,
)
from nnmath.formula.reading.symbol import separate
from nnmath.formula.reading.symbols import read_symbol
from nnmath.formula.reading.tokens import (
    ACCENTS,
    Head,
    Scripts,
    Stream,
    Token,
    declared_head,
    levels,
    raised,
    read_head,
    read_script,
    read_scripts,
    split,
    spread_font,
    text_of,
    value_of,
)
from nnmath.formula.values.functions import BUILTIN

RELATIONS = {
    sign: sign
    for sign in r"= \neq < > \leq \geq \approx \leftarrow \in \rightarrow \propto \sim".split()
} | {r"\equiv": "=", r"\doteq": "=", r"\simeq": r"\approx"}
PRODUCT_SIGNS = {sign: sign for sign in (r"\cdot", r"\times", r"\odot", r"\otimes", "*")} | {
    r"\circ": r"\odot"
}
INFIXES = {r"\choose": tree.Binomial, r"\over": tree.Quotient}
AMBIGUOUS = (r"\pm", r"\mp")
REMAINDER = (r"\bmod", r"\mod")
ENDS = frozenset(
    r". ) ] } \} \rangle \rfloor \rceil \right| \right. , ; & \\ + - / : \mid \cup \cap \setminus ! \notin"
    r" \forall \pm \mp \wedge \vee \bmod \mod \choose \over \quad \dots".split()
)
WHEN = frozenset(
    "for|if|for all|where|otherwise|for every|and|or|with|s.t.|such that|subject to|else".split("|")
)


class Parser(Stream):
    """A recursive descent over one list of tokens."""

    def inner(self, tokens: Sequence[Token]) -> Parser:
        """Return a parser for some of the tokens."""
        return Parser(tokens, self.state)

    def whole(self, tokens: Sequence[Token]) -> tree.Node:
        """Read all of `tokens` as one side."""
        parser = self.inner(tokens)
        for infix in {t.text for t in tokens} & INFIXES.keys():
            parts = [*map(self.whole, split(tokens, infix))]
            if len(parts) == 2:
                return INFIXES[infix](*parts, span=(tokens[0].start, tokens[-1].end))
        if not tokens:
            raise self.error("nothing to read here")
        node = parser.side()
        parser.finish()
        return node

    def listed(self) -> list[tree.Node]:
        """Read what brackets list."""
        opening = self.take()
        with self.within(""):
            items, _ = self.items(self.side)
        self.close(opening)
        return fill_list(items)

    # Sides, terms, factors

    def _deeper(self, levels: int) -> None:
        self.state.depth += 1
        if self.state.depth > levels * self.state.limits.depth:
            raise self.error("the formula is nested too deeply", category="limit")

    def side(self) -> tree.Node:
        """Read terms and the signs between them."""
        self._deeper(1)
        start = self.token.start
        signed = self.text() in ("+", "-")
        signs = [-1 if self.text() == "-" else 1]
        self.i += signed
        terms, between = self.items(self._signed, ("+", "-"))
        signs += [-1 if sign.text == "-" else 1 for sign in between]
        self.state.depth -= 1
        nodes = tuple(term for term in terms if isinstance(term, tree.Node))
        if len(nodes) < len(terms):
            return fill_sum(terms, signs, self.since(start))
        if len(nodes) > 1 or signs[0] < 0:
            return tree.Sum(nodes, tuple(signs), span=self.since(start))
        if signed and not isinstance(nodes[0], tree.Number):
            raise unread("a plus sign with nothing before it", (start, start + 1))
        return nodes[0]

    def _signed(self) -> tree.Node:
        """Read a term between clear signs."""
        term = None if self.text() in AMBIGUOUS else self.term()
        if term is None or self.text() in AMBIGUOUS:
            raise self.error(f"{self.text()} says two things at once; write two formulas")
        return term

    def term(self) -> tree.Node:
        """Read factors and what joins them."""
        start = self.token.start
        factors = [self.factor()]
        operators: list[str] = []
        while True:
            sign = PRODUCT_SIGNS.get(self.text(), "")
            if sign and self.text(1) == r"\dots":
                self.take()
            if self.text() == "/":
                factors = [self._slash(self.product(start, factors, operators), start)]
            elif self.text() in REMAINDER:
                over = self.product(start, factors, operators)
                self.take()
                pair = over, self.factor()
                factors = [tree.Apply("mod", (), pair, span=self.since(start))]
            elif self.text() == r"\dots" and (sign or self._factor_after_dots()):
                factors = [self._dotted(start, factors)]
            elif sign or self.starts_factor():
                self.i += bool(sign)
                operators.append(sign)
                factors.append(self.negated(self.factor) if sign else self.factor())
                continue
            else:
                return self.product(start, factors, operators)
            operators = []

    def negated(self, read: Callable[[], tree.Node]) -> tree.Node:
        """Read something behind a sign or an operator, with a minus before it or not."""
        start, negative = self.token.start, self.accept("-")
        node = read()
        return tree.Sum((node,), (-1,), span=self.since(start)) if negative else node

    def _factor_after_dots(self) -> bool:
        """Tell whether a product goes on behind the dots."""
        self.i += 1
        goes_on = self.starts_factor() or self.text() in PRODUCT_SIGNS
        self.i -= 1
        return goes_on

    def _dotted(self, start: int, factors: list[tree.Node]) -> tree.Node:
        """Read dots between factors, and the factor behind them."""
        dots = self.take()
        self.accept(*PRODUCT_SIGNS)
        last = self.factor()
        return fill_product([*factors, dots, last], self.since(start))

    def product(
        self, start: int, factors: list[tree.Node], operators: Sequence[str] = ()
    ) -> tree.Node:
        """Make a product; without operators, one of factors side by side."""
        if len(factors) == 1:
            return factors[0]
        operators = operators or [""] * (len(factors) - 1)
        return tree.Product(tuple(factors), tuple(operators), span=self.since(start))

    def _slash(self, over: tree.Node, start: int) -> tree.Node:
        """Read the divisor; two factors after a slash would be read differently by different people."""
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
        ends_integral = self.bars[-1:] == ["d"] and is_differential(self)
        says_when = token.kind == "name" and text in WHEN
        return token.kind not in ("close", "end") and not ends_integral and not says_when

    def _separates(self) -> bool:
        """Tell whether a bar stands between arguments, as in p(x | y)."""
        inside = self.bars[-1] if self.bars else ""
        if self.text() == r"\|":  # as in KL(p || q), or without another one, as in p(x || y)
            ahead = takewhile(lambda pair: pair[0] >= 0, levels(self.tokens[self.i + 1 :]))
            twin = any(depth == 0 and t.text == r"\|" for depth, t in ahead)
            return inside == "((" or (inside[:1] == "(" and not twin)
        return self.token.kind == "mark" and inside[:1] == "("

    def factor(self) -> tree.Node:
        """Read one factor, with its function application or its operator."""
        self._deeper(4)
        start = self.token.start
        operator = OPERATORS.get(self.text()) if self.token.kind in ("command", "begin") else None
        node = read_differential_quotient(self)
        if node is None and operator is not None:
            node = operator(self)
        node = self.postfix(self.atom(), start) if node is None else self._at_place(node, start)
        self.state.depth -= 1
        return node

    def run(self) -> tree.Node:
        """Read juxtaposed factors up to the next function, bracket or sign: the argument of ``\\log x y``."""
        start = self.token.start
        factors = [self.factor()]
        reach = self.state.reach
        while self.starts_factor() and (reach >= 0 or isinstance(factors[-1], tree.Number)):
            text = self.text()
            stops = not reach and (starts_bracket(self) or text in ("|", r"\|"))
            stops |= text.strip("\\") in BUILTIN
            if text in (r"\sum", r"\prod"):
                raise self.error(
                    "how far does the function before this reach? put its argument in brackets"
                )
            if stops or (text in OPERATORS and text not in (r"\frac", r"\sqrt")):
                break
            factors.append(self.factor())
        return self.product(start, factors)

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
        if self.opens("|", r"\|"):
            return read_bars(self)
        if token.text == r"\langle":
            return read_inner_product(self)
        return self.symbol()

    def _group(self) -> tree.Node:
        """Read a group; braces around one symbol leave its scripts open, as in ``{a_l}^i``."""
        start = self.token.start
        tokens = self.group()
        head = read_head(tokens, 0)
        if head is not None and self.text() in ("_", "^", "'"):
            scripts, stop = read_scripts(tokens, head[1])
            if stop == len(tokens) and not {"_": scripts.sub, "^": scripts.sup}.get(self.text()):
                return self._with_scripts(head[0], start, self.i, scripts)
        node = self.whole(tokens)
        if self.token.kind == "note":
            sign = self.take()
            sides = node, self.whole(self.group())
            self.state.notes.append(tree.Comparison(sides, ("=",), span=sign.span))
        return node

    # Symbols

    def symbol(self) -> tree.Node:
        """Read a declared symbol, a counting letter, or a built-in function with its argument."""
        spread_font(self)
        token = self.token
        if not token.text:
            raise self.error("the formula ends too early")
        head = declared_head(self.state.notation, self.tokens, self.i)
        if head is None and token.text == "1":  # an indicator
            head = "1", self.i + 1
        if head is None:
            raise self.error(f"{token.text} isn't read here")
        return self._with_scripts(head[0], token.start, head[1])

    def _with_scripts(
        self, key: str, start: int, i: int, scripts: Scripts | None = None
    ) -> tree.Node:
        """Read the symbol that begins with a head whose scripts, or further ones, stand at `i`."""
        scripts, self.i = read_scripts(self.tokens, i, scripts)
        return read_symbol(self, Head(key, scripts, self.since(start)))

    def postfix(self, node: tree.Node, start: int) -> tree.Node:
        """Read powers, transposes and entries of an expression that began at `start`."""
        while self.text() in ("^", "_", "'"):
            scripts, self.i = read_scripts(self.tokens, self.i)
            span = self.since(start)
            for _ in range(scripts.primes):
                node = tree.Transpose(node, span=span)
            if text_of(scripts.sub) == "+":
                node = tree.Apply("max", (), (node, tree.Number(0.0)), span=span)
            elif scripts.sub is not None:
                node = tree.Item(node, self.index_list(scripts.sub), span=span)
            node = raised(self, node, scripts.sup, span)
        if self.accept("!"):
            node = tree.Apply("factorial", (), (node,), span=self.since(start))
        return self._at_place(node, start)

    def _at_place(self, node: tree.Node, start: int) -> tree.Node:
        """Read a bar with a place below it behind an expression, if there is one: ``|_{x=0}``."""
        if self.text() != "|" or self.token.kind == "open" or self.text(1) != "_":
            return node
        below, _ = read_script(self.tokens, self.i + 1)
        if not any(token.text == "=" for token in below):
            return node
        self.take()
        return read_place(self, node, start)

    def index_list(self, tokens: Sequence[Token]) -> tuple[tree.Node, ...]:
        """Read the indices of an entry: with commas, or one letter or digit each."""
        if any(token.text == ":" for token in tokens):
            message = "a part of an array isn't read; declare it as a symbol"
            raise unread(message, tokens[0].span)
        parts = split(separate(tokens), ",")
        one = parts[0] if len(parts) == 1 else []
        if all(t.kind == "number" for t in one) and len(one) > 2:
            parts = [tokens]
        elif len(one) == 2 and all(t.kind in ("letter", "number") for t in one):
            parts = [one[:1], one[1:]]
        self.state.letters |= {p[0].text for p in parts if len(p) == 1 and p[0].kind == "letter"}
        return tuple(map(self.whole, parts))

    def argument(self, command: Token) -> tree.Node:
        """Read what a command such as ``\\frac`` takes: a group, or one token."""
        token = self.token
        if token.text == "{":
            return self.whole(self.group())
        if len(token.text) > 1 and token.text.isdigit():  # as TeX does, the first digit only
            cut = token.start + 1
            rest = Token("number", token.text[1:], cut, token.end)
            token = Token("number", token.text[0], token.start, cut)
            self.tokens = [*self.tokens[: self.i], token, rest, *self.tokens[self.i + 1 :]]
        one = token.kind in ("letter", "number") and len(token.text) == 1
        if not (one or token.kind == "command") or token.text in ACCENTS:
            raise self.error(f"{command.text} needs its argument in braces")
        return self.whole([self.take()])
