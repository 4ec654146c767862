"""The words of the small language, class by class.

Some words stand in two classes, as words do: a Florence may be a person or a city,
a bass is an instrument or something to eat, one sheep and many sheep look alike.
"""

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
