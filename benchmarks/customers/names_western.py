"""Names of people in English, German, Spanish and French: common ones by falling frequency, then a long tail.

The tail is composed of parts that real surnames are made of, so that a large draw has as many rare names as a
population has, and not some hundred names over and over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.customers.draw import Weighted, lists, zipf


@dataclass(frozen=True)
class Language:
    """Names of one language: women's, men's, surnames; and short forms by the name in full."""

    women: Weighted[str]
    men: Weighted[str]
    surnames: Weighted[str]
    nicknames: Mapping[str, Sequence[str]]


def _composed(heads: str, tails: str) -> list[str]:
    """Every head with every tail, in an order that mixes both."""
    first, second = lists(heads), lists(tails)
    return [
        first[(turn + step) % len(first)] + second[step % len(second)]
        for turn in range(len(first))
        for step in range(len(second))
    ]


def _nicknames(text: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(short.split("/")) for name, short in (pair.split("=") for pair in text.split())}


_ENGLISH_HEADS = """Ash Birch Black Brad Brans Burn Chad Clif Cran Dal Den Dun East Elm Fair Fen Gar Glen Gold Graf Hal
Hamp Har Hather Hazel Hel Hol Kings Lang Lin Mar Mel Mid Nor Oak Over Pem Penn Quar Rad Red Rock Row Sed Shel Sher Stan
Stock Sut Thorn Tre Wake Wal War Wes Whit Wick Win Wood Wych"""
_ENGLISH_TAILS = """ford ton ley worth field wood well bury by shaw croft man ham stead brook den dale gate ridge
wick combe low more ward burn hurst cliffe cote"""
_GERMAN_HEADS = """Alten Berg Birken Brand Breiten Buchen Eben Eichen Erlen Feld Fichten Frey Gold Gries Gruen Hain
Hasel Heid Hirsch Hoch Hof Holz Kalten Kirch Klein Korn Kreuz Kron Linden Lohr Mitter Moos Muehl Neu Nieder Nuss Ober
Oster Reich Ried Rosen Roth Sand Schoen Schwarz See Sonn Stein Tann Thal Unter Wald Wasser Weiden Wein Weiss Wester
Wiesen Winter Wolf Zimmer"""
_GERMAN_TAILS = """mann bauer meier hofer er ner berger müller huber maier kamp brink reuter felder hauser stein
bach brunner egger lechner mayr holzer thaler beck"""
_SPANISH_HEADS = "Alva Ara Bara Bel Cal Cara Casa Cor Esco Fuen Gal Gara La Lara Man Mira Mon Mora Ola Pala Qui Ri "
_SPANISH_HEADS += "Sala Sando Sara Tala Tor Ura Val Villa Yba Zara"
_SPANISH_TAILS = "bar dos gosa ja les llo mendi nda negra no ra res rez ro sco tegui vides zabal zo rria"
_FRENCH_HEADS = "Au Beau Belle Bois Bour Char Cour Dau Del Des Du Fau Font Gou Gran La Lam Le Mau Mon Mont Pel "
_FRENCH_HEADS += "Per Pou Rai Rou Sau Tour Val Ver Vil"
_FRENCH_TAILS = "bert champ chet court dard det geois lac land let lier mard mont nier nard rand rel rier ron sard teau"

ENGLISH = Language(
    zipf(
        lists("""Mary Jennifer Linda Patricia Elizabeth Susan Jessica Sarah Karen Margaret Emily Emma Olivia Sophie
Charlotte Amelia Grace Hannah Lucy Chloe Megan Rebecca Laura Rachel Victoria Catherine Katherine Deborah Barbara Nancy
Helen Sandra Donna Carol Ruth Sharon Michelle Amanda Melissa Stephanie Nicole Christine Kimberly Samantha Anna Alice
Julia Isabella Abigail Madison Ella Lily Evelyn Harriet Florence Rosie Joanne Alison Gillian Fiona Heather Claire
Natalie Jacqueline Pamela Theresa Diana Maureen Sheila Beverley Wendy Yvonne Lorraine Bethany Eleanor Imogen Georgina
Philippa Rosalind Tabitha Cordelia Winifred Edith Mabel Agnes Beatrice""")
    ),
    zipf(
        lists("""James John Robert Michael William David Richard Thomas Charles Joseph Daniel Matthew Christopher
Andrew Mark Paul Steven Kevin George Edward Jack Harry Oliver Noah Jacob Joshua Samuel Benjamin Alexander Henry Peter
Stephen Anthony Brian Ronald Timothy Jason Jeffrey Ryan Gary Nicholas Eric Jonathan Larry Justin Scott Brandon Gregory
Frank Raymond Patrick Dennis Jerry Tyler Aaron Adam Nathan Zachary Douglas Albert Arthur Alfred Walter Philip Simon
Martin Keith Roger Graham Nigel Trevor Stuart Craig Dean Lewis Luke Callum Liam Owen Ewan Hamish Angus Dominic Rupert
Barnaby Cedric Leopold Montgomery""")
    ),
    zipf(
        [
            *lists(
                """Smith Jones Williams Brown Taylor Johnson Davies Wilson Miller Moore Thomas Jackson White Harris
Martin Thompson Robinson Clark Lewis Lee Walker Hall Allen Young King Wright Hill Scott Green Adams Baker Nelson
Carter Mitchell Roberts Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris Rogers Reed Cook Morgan
Bell Murphy Bailey Cooper Richardson Cox Howard Ward Watson Brooks Kelly Gray James Bennett Wood Hughes Price Foster
Graham Sullivan Wallace Cole West Ellis Chapman Fisher Marshall Murray Freeman Webb Simpson Stevens Hunter Palmer Mills
Knight Ferguson Hawkins Dunn Perkins Hudson Spencer Gardner Payne Pierce Berry Matthews Arnold Wagner Willis Ray
Watkins O'Brien O'Connor McDonald MacLeod McCarthy Fitzgerald Khan Patel Singh Begum Ali Hussain""",
            ),
            *_composed(_ENGLISH_HEADS, _ENGLISH_TAILS),
        ],
        offset=12,
    ),
    _nicknames("""Elizabeth=Liz/Beth/Betty Katherine=Kate/Kathy Catherine=Cathy/Kate Jennifer=Jen/Jenny Susan=Sue
Margaret=Maggie/Peggy Patricia=Pat/Trish Deborah=Debbie Victoria=Vicky Rebecca=Becky Samantha=Sam Stephanie=Steph
Christine=Chris Kimberly=Kim Amanda=Mandy Pamela=Pam Jacqueline=Jackie Theresa=Terry/Tess Abigail=Abby Eleanor=Ellie
Robert=Bob/Rob/Bobby William=Will/Bill/Billy Richard=Rick/Dick/Rich James=Jim/Jimmy/Jamie Michael=Mike/Mick
Thomas=Tom/Tommy Charles=Charlie/Chuck Joseph=Joe Daniel=Dan/Danny Matthew=Matt Christopher=Chris Andrew=Andy/Drew
Steven=Steve Edward=Ed/Ted/Eddie Samuel=Sam Benjamin=Ben Alexander=Alex/Sandy Anthony=Tony Timothy=Tim Nicholas=Nick
Jonathan=Jon Gregory=Greg Zachary=Zach Douglas=Doug Albert=Al/Bert Alfred=Fred Philip=Phil Jeffrey=Jeff
Raymond=Ray Dominic=Dom Joshua=Josh John=Johnny/Jack David=Dave Jacob=Jake"""),
)

GERMAN = Language(
    zipf(
        lists("""Anna Maria Ursula Monika Petra Sabine Andrea Claudia Susanne Karin Julia Katharina Sandra Nicole
Stefanie Melanie Christina Martina Birgit Angelika Gabriele Renate Helga Ingrid Elisabeth Lena Laura Lea Hannah Emma
Mia Sophie Marie Johanna Franziska Anja Katrin Silke Heike Ute Barbara Brigitte Christa Gisela Erika Hildegard
Gertrud Ilse Margarete Sarah Lisa Vanessa Jessica Theresa Magdalena Eva Verena Simone Tanja Kerstin Anke Dörte Frauke
Käthe Jördis Änne Friederike Wiebke Gudrun Sieglinde""")
    ),
    zipf(
        lists("""Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Christian Uwe Werner Horst Frank
Dieter Manfred Gerhard Hans Bernd Thorsten Matthias Helmut Walter Heinz Martin Jörg Rolf Jens Sven Alexander Jan
Rainer Holger Karl Dirk Joachim Ralf Carsten Herbert Oliver Wilhelm Kurt Markus Heinrich Daniel Paul Florian Tobias
Lukas Leon Felix Maximilian Jonas Tim Philipp Johannes Sebastian Fabian Simon Moritz Björn Götz Jürn Käspar Sören
Volker Friedrich Otto Ludwig Emil Anton Franz-Josef Hans-Peter Karl-Heinz Klaus-Dieter""")
    ),
    zipf(
        [
            *lists("""Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer
Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz
Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz
Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke
Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel
Heinrich Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt
Sauer Arnold Wolff Pfeiffer Yılmaz Kaya Demir Nowak Kowalski Strauß Großmann Böttcher Häußler"""),
            *_composed(_GERMAN_HEADS, _GERMAN_TAILS),
        ],
        offset=14,
    ),
    _nicknames("""Elisabeth=Lisa/Sissi Katharina=Kathi/Käthe Johanna=Hanna Margarete=Grete/Gretel Gabriele=Gabi
Susanne=Susi Christina=Tina Magdalena=Lena Franziska=Franzi Stefanie=Steffi Friederike=Rike Alexander=Alex
Maximilian=Max Johannes=Hannes Sebastian=Basti Matthias=Matze Wolfgang=Wolf Heinrich=Heinz Joachim=Jochen/Achim
Friedrich=Fritz Wilhelm=Willi Thomas=Tom Michael=Michi Tobias=Tobi"""),
)

SPANISH = Language(
    zipf(
        lists("""María Carmen Ana Isabel Laura Cristina Marta Dolores Lucía Pilar Elena Paula Rosa Teresa Sara Raquel
Julia Patricia Beatriz Silvia Mercedes Rocío Andrea Irene Alba Nuria Montserrat Inés Sofía Claudia Lorena Sonia Ángela
Susana Yolanda Margarita Encarnación Amparo Consuelo María_José María_Teresa Ana_María""")
    ),
    zipf(
        lists("""Antonio José Manuel Francisco David Juan Javier Daniel Carlos Jesús Alejandro Miguel Rafael Pedro
Pablo Ángel Sergio Fernando Jorge Luis Alberto Álvaro Diego Adrián Raúl Enrique Ramón Vicente Iván Rubén Óscar Andrés
Joaquín Santiago Eduardo Víctor Mario Jaime Ignacio Marcos Salvador Emilio José_Antonio Juan_Carlos Miguel_Ángel""")
    ),
    zipf(
        [
            *lists("""García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Hernández
Ruiz Díaz Moreno Muñoz Álvarez Romero Gutiérrez Alonso Navarro Torres Domínguez Ramos Vázquez Ramírez Gil Serrano
Morales Molina Blanco Suárez Castro Ortega Delgado Ortiz Marín Rubio Núñez Medina Sanz Castillo Iglesias Cortés Garrido
Santos Guerrero Lozano Cano Cruz Méndez Flores Prieto Herrera Peña León Márquez Cabrera Gallego Calvo Vidal Campos"""),
            *_composed(_SPANISH_HEADS, _SPANISH_TAILS),
        ],
        offset=6,
    ),
    _nicknames("""Francisco=Paco/Fran José=Pepe Dolores=Lola Manuel=Manolo Ignacio=Nacho Enrique=Quique
Concepción=Concha Isabel=Isa Cristina=Cris Jesús=Chus Rafael=Rafa Alejandro=Alex"""),
)

FRENCH = Language(
    zipf(
        lists("""Marie Nathalie Isabelle Sylvie Catherine Martine Christine Françoise Valérie Sandrine Monique
Stéphanie Véronique Sophie Céline Chantal Patricia Anne Brigitte Julie Aurélie Laurence Émilie Camille Léa Manon Chloé
Inès Jade Louise Alice Lucie Margaux Élodie Hélène Jeanne Marguerite Simone Zoé Noémie Anne-Sophie Marie-Claire""")
    ),
    zipf(
        lists("""Jean Philippe Michel Alain Patrick Nicolas Christophe Pierre Christian Éric Frédéric Laurent
Stéphane David Pascal Daniel Alexandre Julien Thomas Olivier Bernard Sébastien Vincent Antoine Hugo Louis Gabriel
Lucas Jules Arthur Raphaël Théo Mathieu Guillaume Benoît François René Marcel André Jean-Pierre Jean-Luc""")
    ),
    zipf(
        [
            *lists("""Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre
Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre Faure
André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas
Henry Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun"""),
            *_composed(_FRENCH_HEADS, _FRENCH_TAILS),
        ],
        offset=8,
    ),
    _nicknames("Nicolas=Nico Stéphanie=Steph Alexandre=Alex Catherine=Cathy Frédéric=Fred Sébastien=Seb Isabelle=Isa"),
)
