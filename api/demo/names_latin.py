"""Personal names in Latin letters from several cultures: common given and family names combined by chance."""

import random
import unicodedata

from api.demo.names_zh import PersonName

_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ł": "l", "Ł": "L"}
)

_MALE = {
    "gb": "Oliver George Harry Callum Edward Rhys Alistair Duncan Thomas Simon "
    "Arthur Rupert Gareth Lewis Malcolm Nigel",
    "us": "Jason Tyler Marcus Andre Kevin Brandon Derek Luis Samuel Nathan Curtis Dwayne Ethan Gary Hector Wesley",
    "de": "Jürgen Stefan Matthias Björn Klaus Günther Lars Uwe Thorsten Jörg "
    "Volker Rüdiger Holger Dieter Norbert Detlef",
    "fr": "Étienne François Guillaume Rémi Benoît Thierry Hervé Loïc Cédric Mathieu "
    "Aurélien Baptiste Clément Gaston Jérôme Yannick",
    "es": "José Álvaro Íñigo Raúl Ramón Joaquín Andrés Iván Héctor Sergio Bernardo Cristóbal Emilio Germán Jaime Óscar",
    "it": "Niccolò Matteo Giancarlo Fabrizio Salvatore Lorenzo Emanuele Dario Paolo Renato "
    "Carlo Domenico Edoardo Gianluca Pietro Vincenzo",
    "pl": "Michał Łukasz Paweł Wojciech Stanisław Grzegorz Andrzej Tomasz Rafał Zbigniew "
    "Bartosz Cezary Jarosław Krzysztof Marek Witold",
    "in": "Arjun Rahul Sanjay Vikram Ashok Karthik Suresh Imran Deepak Naveen Amit Bharat Gopal Harish Mohan Yusuf",
}
_FEMALE = {
    "gb": "Charlotte Imogen Harriet Fiona Poppy Eleanor Bronwen Gemma Alice Phoebe "
    "Beatrix Constance Felicity Georgina Rosalind Tamsin",
    "us": "Ashley Brittany Denise Monique Kimberly Latoya Megan Rosa Heather Carmen "
    "Brenda Danielle Erica Jasmine Paula Tiffany",
    "de": "Käthe Jördis Ursula Sabine Anke Grit Heike Bärbel Silke Renate Birgit Dörte Elke Gisela Liesel Ute",
    "fr": "Chloé Hélène Aurélie Océane Margaux Solène Édith Noémie Gaëlle Sylvie "
    "Camille Delphine Élodie Inès Maëlle Thérèse",
    "es": "Lucía Begoña Inés Nuria Verónica Ángela Itziar Pilar Rocío Mónica "
    "Adela Concepción Esperanza Leticia Marisol Yolanda",
    "it": "Giulia Chiara Federica Ilaria Rosalba Antonella Beatrice Paola Silvia Noemi "
    "Arianna Donatella Elisa Gabriella Lucrezia Ornella",
    "pl": "Małgorzata Agnieszka Zofia Katarzyna Elżbieta Joanna Grażyna Ewa Danuta Hanna "
    "Beata Celina Iwona Jadwiga Mirosława Wanda",
    "in": "Priya Lakshmi Anjali Meera Kavita Shreya Pooja Fatima Sunita Divya Asha Deepika Geeta Jyoti Rekha Zainab",
}
_FAMILY = {
    "gb": "Smith Jones Ashworth Pemberton Llewellyn Macintyre O'Connor Whitfield Barlow Thackeray Hughes Fenwick "
    "Blackwood Carmichael Drummond Eastwood Farrington Greenhalgh "
    "Hartley Kirkbride Langdon Merriweather Norcross Ravenscroft",
    "us": "Johnson Williams Garcia Washington Miller Kowalski Rodriguez Baker Jefferson Nguyen Carter Hollis "
    "Anderson Bishop Castillo Delgado Everett Freeman Holloway Jennings Lawson McKinney Perkins Whitaker",
    "de": "Müller Schröder Weiß Köhler Jäger Vogel Böhm Krämer Lange Groß Schäfer Brandt "
    "Ackermann Dietrich Eichhorn Fröhlich Günzel Hübner Kästner Lindemann Möller Pfeiffer Rößler Zimmermann",
    "fr": "Lefèvre Dubois Moreau Garnier Chevalier Bénard Rousseau Laurent Mercier Fournier Besançon Hébert "
    "Aubert Boucher Delacroix Évrard Gauthier Joubert Lemaître Marchand Pelletier Renard Tessier Vasseur",
    "es": "García-López Muñoz Ibáñez Ortega Núñez Castaño Domínguez Vázquez Peña Rivero Cañizares Serrano "
    "Aguirre Benítez Carrasco Echeverría Figueroa Gálvez Herrero Jiménez Lozano Montoya Quiñones Zabala",
    "it": "Rossi Esposito Colombo D'Angelo Ferrari Conti Mancini Gallo De-Luca Marchetti Riva Nicolò "
    "Amato Barbieri Caruso Dell'Orto Fabbri Giordano Leone Moretti Pellegrini Santoro Testa Vitale",
    "pl": "Kowalczyk Wiśniewski Wójcik Nowak Zając Dąbrowski Sokół Jabłoński Piątek Krawiec Gajewski Lis "
    "Adamczyk Bąk Chmielewski Duda Górski Hajduk Król Malinowski Olszewski Pawłowski Sikora Zieliński",
    "in": "Sharma Patel Iyer Reddy Khan Gupta Nair Banerjee Mehta Chatterjee Singh Kulkarni "
    "Agarwal Bhatt Choudhury Desai Ghosh Joshi Krishnan Malhotra Pillai Rao Saxena Verma",
}
CULTURES = tuple(_FAMILY)


def plain(text: str) -> str:
    """The text in ASCII letters as a keyboard without accents writes it: umlauts spelt out, other marks dropped."""
    spelt = unicodedata.normalize("NFC", text).translate(_SPELT)
    return unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()


def latin_name(draw: random.Random, culture: str, *, female: bool, family: PersonName | None = None) -> PersonName:
    """A name of that culture (one of ``CULTURES``), with the family name of ``family`` where given."""
    given = draw.choice((_FEMALE if female else _MALE)[culture].split())
    surname = family.family if family else draw.choice(_FAMILY[culture].split())
    return PersonName(f"{given} {surname}", surname, given, plain(surname), plain(given))
