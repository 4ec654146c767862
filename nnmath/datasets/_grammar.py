"""The words of the small language, and its grammar, written down as an automaton.

This is built from the end of a sentence to its beginning: a method takes the state that
comes afterwards and returns the state that says its own words first.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

import numpy as np

from nnmath.datasets._automaton import FINAL, Automaton, Builder

# The words, class by class. Some stand in two classes, as words do: a Florence may be a person or a city,
# a bass is an instrument or something to eat, one sheep and many sheep look alike.

#: Who is called she and who is called he.
PEOPLE = {
    "she": "Mira Alma Anna Clara Ella Eva Florence Greta Hanna Ida Julia Lena Maria Nora Olga "
    "Petra Rosa Sofia Vera Zoe".split(),
    "he": "Tom Adam Boris Carlo David Emil Felix Georg Hugo Ivan Jonas Karl Leo Max Niko Oscar "
    "Paul Rudi Simon Theo".split(),
}

#: Words that name or describe something. Which are common and which are rare is drawn.
CLASSES = {
    "person": [name for names in PEOPLE.values() for name in names],
    "place": "Oslo Rome Paris Vienna Lima Cairo Delhi Tokyo Madrid Dublin Berlin Athens Lisbon "
    "Prague Florence Sofia".split(),
    "sport": "tennis chess hockey rugby golf football cricket basketball badminton polo darts "
    "squash".split(),
    "instrument": "oboe piano violin cello flute harp guitar trumpet clarinet organ lute "
    "bass".split(),
    "food": "soup salad cake pizza curry cheese pie stew pudding risotto trout bass duck squash "
    "chicken omelette".split(),
    "job": "baker teacher doctor painter farmer lawyer nurse pilot singer tailor writer "
    "gardener".split(),
    "jobs": "bakers teachers doctors painters farmers lawyers nurses pilots singers tailors "
    "writers gardeners".split(),
    "animal": "dog cat horse rabbit parrot goat pony mouse goose sheep duck chicken".split(),
    "animals": "dogs cats horses rabbits parrots goats ponies mice geese sheep ducks "
    "chickens".split(),
    "thing": "lamp hat umbrella telescope camera mirror letter sofa couch kite clock map basket "
    "candle table bottle".split(),
    "adjective": "old new big large small little red blue green white ugly expensive strange "
    "lovely".split(),
    "direction": "north south east west".split(),
    "adverb": "often frequently sometimes rarely today here there".split(),
}

#: Things one can see with, and things one can carry.
OPTICAL = "telescope camera mirror".split()
CARRIED = "telescope camera mirror hat umbrella map".split()

#: What can be said after "was" of something of each class.
QUALITIES = {
    "instrument": "loud dusty broken".split(),
    "food": "tasty fresh cold".split(),
    "animal": "hungry tame sleepy".split(),
    "thing": "dusty broken heavy".split(),
}

TENSES = ("verb, singular", "verb, plain", "verb, past")

#: Verbs: of one today, of many or after "will", and yesterday. Those in one place mean the same.
VERBS = {
    "live": ("lives", "live", "lived"),
    "play": ("plays", "play", "played"),
    "like": ("likes enjoys", "like enjoy", "liked enjoyed"),
    "work": ("works", "work", "worked"),
    "have": ("has", "have", "had"),
    "begin": ("begins starts", "begin start", "began started"),
    "sleep": ("sleeps", "sleep", "slept"),
    "run": ("runs", "run", "ran"),
    "sing": ("sings", "sing", "sang"),
    "smile": ("smiles", "smile", "smiled"),
    "chase": ("chases", "chase", "chased"),
    "see": ("sees", "see", "saw"),
    "follow": ("follows", "follow", "followed"),
    "help": ("helps", "help", "helped"),
    "find": ("finds", "find", "found"),
    "buy": ("buys", "buy", "bought"),
    "draw": ("draws", "draw", "drew"),
    "lose": ("loses", "lose", "lost"),
    "laugh": ("laughs", "laugh", "laughed"),
}

#: The relations of a person: verb, what follows the verb, and the class of the object.
RELATIONS = {
    "lives in": ("live", "in", "place"),
    "plays the": ("play", "the", "instrument"),
    "plays": ("play", "", "sport"),
    "likes": ("like", "", "food"),
    "works as a": ("work", "as a", "job"),
    "has a": ("have", "a", "animal"),
}

#: Words that aren't listed above, each with its class.
FUNCTION_WORDS = {
    ".": "end",
    ",": "comma",
    "the": "article",
    "a": "article",
    "an": "article",
    "and": "conjunction",
    "who": "relative pronoun",
    "that": "relative pronoun",
    "she": "pronoun",
    "he": "pronoun",
    "will": "auxiliary",
    "was": "auxiliary",
    "is": "auxiliary",
    "in": "preposition",
    "as": "preposition",
    "near": "preposition",
    "to": "particle",
    "lies": "verb, singular",
    "city": "thing",
    "yesterday": "time",
    "tomorrow": "time",
}

#: Words that mean the same: wherever one can stand the others can, and what follows is alike.
SYNONYMS = (
    ("likes", "enjoys"),
    ("like", "enjoy"),
    ("liked", "enjoyed"),
    ("begins", "starts"),
    ("begin", "start"),
    ("began", "started"),
    ("big", "large"),
    ("small", "little"),
    ("sofa", "couch"),
    ("often", "frequently"),
)


# How sentences are made of them

_SINGULAR, _PLAIN, _PAST = TENSES
_LIES_IN = "lies in the"
_HEAVIEST = 4

#: The state that comes next, or how it depends on the word that was said.
_Then: TypeAlias = "int | Callable[[str], int]"


class Fact(NamedTuple):
    """What holds of a person or a place. Its three parts in a row begin a sentence."""

    #: Whom or what it is about, such as "Mira".
    subject: str
    #: The words between, such as "plays the".
    relation: str
    #: What the subject has in this relation, such as "oboe".
    object: str


class Grammar:
    """One small language: its facts, how common its words are, and its sentences.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the facts and the weights of the words.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.facts = tuple(_draw_facts(rng))
        self._objects = {(fact.subject, fact.relation): fact.object for fact in self.facts}
        self._pronouns = {name: pronoun for pronoun, names in PEOPLE.items() for name in names}
        self._weights = _draw_weights(rng)
        self._build = Builder()
        self._stop = self._say(".", FINAL)

    def automaton(self) -> Automaton:
        """Return the automaton of all sentences."""
        start = self._build.choice(
            (8, self._about_a_person()),
            (1, self._say("yesterday", self._at_another_time(_PAST, ""))),
            (1, self._say("tomorrow", self._at_another_time(_PLAIN, "will"))),
            (3, self._about_a_find()),
            (1, self._about_a_sight()),
            (1, self._about_a_place()),
            (4, self._about_a_noun()),
        )
        return Automaton(self._build.states, start)

    # -- sentences -------------------------------------------------------------------------------

    def _about_a_person(self) -> int:
        """Mira plays the oboe. Mira, who plays the oboe, lives in Oslo."""

        def sentence(name: str) -> int:
            def second(first: str) -> int:
                return self._clause(name, _SINGULAR, lambda _: self._stop, but=first)

            def go_on(first: str) -> int:
                more = self._say(f"and {self._pronouns[name]}", second(first))
                return self._build.choice((2, self._stop), (1, more))

            main = self._clause(name, _SINGULAR, go_on)
            aside = self._clause(name, _SINGULAR, lambda first: self._say(",", second(first)))
            return self._build.choice((3, main), (1, self._say(", who", aside)))

        return self._one_of("person", sentence)

    def _at_another_time(self, tense: str, auxiliary: str) -> int:
        """Yesterday Mira played the oboe. Tomorrow Mira will play the oboe."""

        def sentence(name: str) -> int:
            return self._say(auxiliary, self._clause(name, tense, lambda _: self._stop))

        return self._one_of("person", sentence)

    def _about_a_find(self) -> int:
        """Mira found an old lamp, and the old lamp was dusty."""
        plain = self._a_or_an(self._finds(""))
        described = self._described(lambda adjective: self._among(self._finds(adjective)))
        found = self._build.choice((1, plain), (1, described))
        return self._one_of("person", self._verb("find buy draw lose", _PAST, found))

    def _finds(self, adjective: str) -> list[tuple[int, str, str, int]]:
        """Return all that can be found: weight, word, class, and what comes after it."""
        return [
            (weight, word, word_class, self._and_it_was(adjective, word, word_class))
            for word_class in QUALITIES
            for word, weight in self._weights[word_class].items()
        ]

    def _and_it_was(self, adjective: str, noun: str, word_class: str) -> int:
        """And the old lamp was dusty: the words of before, or some that mean the same."""
        quality = self._some(QUALITIES[word_class], "adjective", self._stop)
        again = self._some(_alike(noun), word_class, self._say("was", quality))
        if adjective:
            again = self._some(_alike(adjective), "adjective", again)
        return self._build.choice((1, self._stop), (1, self._say(", and the", again)))

    def _about_a_sight(self) -> int:
        """Mira saw the teacher with the telescope. Who had it?"""
        by_means_of = self._some(OPTICAL, "thing", self._stop)
        laughing = self._say("who", self._verb("smile laugh", _PAST, self._stop))
        having = self._some(CARRIED, "thing", self._build.choice((3, self._stop), (1, laughing)))
        seen = self._build.choice(
            (1, self._with("preposition of means", by_means_of)),
            (1, self._with("preposition of having", having)),
        )
        someone = self._say("the", self._one_of("job", seen))
        return self._one_of("person", self._verb("see", _PAST, someone))

    def _with(self, word_class: str, then: int) -> int:
        """With the: one word, two meanings."""
        return self._build.words({"with": 1}, word_class, self._say("the", then))

    def _about_a_place(self) -> int:
        """Oslo lies in the north. Oslo is an old city."""
        described = self._described(lambda _: self._say("city", self._stop))

        def sentence(place: str) -> int:
            direction = self._some([self._objects[place, _LIES_IN]], "direction", self._stop)
            return self._build.choice(
                (2, self._say(_LIES_IN, direction)), (1, self._say("is", described))
            )

        return self._one_of("place", sentence)

    def _about_a_noun(self) -> int:
        """The dogs near the teacher sleep."""
        nouns = [("job", "animal", _SINGULAR), ("jobs", "animals", _PLAIN)]

        def noun(then: Callable[[str], int]) -> int:
            """Say a noun; what follows depends on its number, by the form of its verb."""
            return self._build.choice(
                *((1, self._one_of(c, then(form))) for *both, form in nouns for c in both)
            )

        def rest(form: str) -> int:
            adverb = self._one_of("adverb", self._stop)
            end = self._build.choice((2, self._stop), (1, adverb))
            act = "sleep run sing laugh"
            begin = self._say("to", self._verb(act, _PLAIN, end))
            return self._build.choice(
                (3, self._verb(act, form, end)),
                (1, self._verb(act, _PAST, end)),
                (1, self._verb("begin", form, begin)),
                (1, self._verb("begin", _PAST, begin)),
            )

        def after(form: str) -> int:
            other = self._say("the", noun(lambda _: rest(form)))
            does = "chase see follow help"
            being_seen = noun(lambda theirs: self._verb(does, theirs, rest(form)))
            return self._build.choice(
                (4, rest(form)),
                (1, self._say("near", other)),
                (1, self._say("that", self._verb(does, form, other))),
                (1, self._say("that the", being_seen)),
            )

        described = self._one_of("adjective", noun(after))
        return self._say("the", self._build.choice((2, noun(after)), (1, described)))

    # -- parts -----------------------------------------------------------------------------------

    def _clause(self, name: str, form: str, then: Callable[[str], int], but: str = "") -> int:
        """Say a fact of a person: in any relation but the one that was mentioned."""

        def fact(relation: str) -> int:
            verb, rest, word_class = RELATIONS[relation]
            known = self._some([self._objects[name, relation]], word_class, then(relation))
            return self._verb(verb, form, self._say(rest, known))

        return self._build.choice(
            *((1, fact(relation)) for relation in RELATIONS if relation != but)
        )

    def _say(self, text: str, then: int) -> int:
        """Say words that don't vary."""
        for word in reversed(text.split()):
            then = self._build.words({word: 1}, FUNCTION_WORDS[word], then)
        return then

    def _one_of(self, word_class: str, then: _Then) -> int:
        """Say any word of a class."""
        return self._some(CLASSES[word_class], word_class, then)

    def _some(self, words: Iterable[str], word_class: str, then: _Then) -> int:
        """Say one of these words of a class."""
        weights = self._weights[word_class]
        return self._build.words({word: weights[word] for word in words}, word_class, then)

    def _verb(self, verbs: str, form: str, then: int) -> int:
        """Say one of these verbs, or one that means the same."""
        words = (VERBS[verb][TENSES.index(form)].split() for verb in verbs.split())
        return self._build.choice(*((1, self._some(each, form, then)) for each in words))

    def _among(self, options: Iterable[tuple[int, str, str, int]]) -> int:
        """Say one of several words of several classes, each with what follows it."""
        return self._build.choice(
            *((weight, self._build.words({word: 1}, c, then)) for weight, word, c, then in options)
        )

    def _described(self, then: Callable[[str], int]) -> int:
        """Say an adjective with its article."""
        weights = self._weights["adjective"]
        words = CLASSES["adjective"]
        return self._a_or_an((weights[word], word, "adjective", then(word)) for word in words)

    def _a_or_an(self, options: Iterable[tuple[int, str, str, int]]) -> int:
        """Say one of several words with the article that fits it."""
        fitting: dict[str, list[tuple[int, str, str, int]]] = {}
        for option in options:
            fitting.setdefault("an" if option[1][0] in "aeiou" else "a", []).append(option)
        return self._build.choice(
            *(
                (sum(weight for weight, *_ in group), self._say(article, self._among(group)))
                for article, group in fitting.items()
            )
        )


def _draw_facts(rng: np.random.Generator) -> Iterable[Fact]:
    """Yield a fact for every person and relation, and one for every place."""
    objects = {
        r: _shared_out(word_class, "person", rng) for r, (*_, word_class) in RELATIONS.items()
    }
    for i, name in enumerate(CLASSES["person"]):
        yield from (Fact(name, relation, objects[relation][i]) for relation in RELATIONS)
    directions = _shared_out("direction", "place", rng)
    for place, direction in zip(CLASSES["place"], directions, strict=True):
        yield Fact(place, _LIES_IN, direction)


def _shared_out(objects: str, subjects: str, rng: np.random.Generator) -> list[str]:
    """Return an object for every subject: all equally often, or nearly so."""
    n = len(CLASSES[subjects])
    return [str(word) for word in rng.permutation(np.resize(CLASSES[objects], n))]


def _draw_weights(rng: np.random.Generator) -> dict[str, dict[str, int]]:
    """Return how common each word is within its class.

    Words that mean the same thereby keep their ratio wherever they stand.
    """
    classes = {**CLASSES, **dict.fromkeys(TENSES, ())}
    for i, form in enumerate(TENSES):
        classes[form] = [word for forms in VERBS.values() for word in forms[i].split()]
    qualities = {word: None for words in QUALITIES.values() for word in words}
    classes["adjective"] = [*CLASSES["adjective"], *qualities]
    return {
        word_class: {word: int(rng.integers(1, _HEAVIEST + 1)) for word in words}
        for word_class, words in classes.items()
    }


def _alike(word: str) -> tuple[str, ...]:
    """Return the word and all that mean the same."""
    return next((words for words in SYNONYMS if word in words), (word,))
