"""Personal names in Latin letters from several cultures: common given and family names combined by chance."""

import random
import unicodedata

from api.demo.names_zh import PersonName

_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ł": "l", "Ł": "L"}
)

_MALE = {
    "gb": "Oliver George Harry Callum Edward Rhys Alistair Duncan Thomas Simon",
    "us": "Jason Tyler Marcus Andre Kevin Brandon Derek Luis Samuel Nathan",
    "de": "Jürgen Stefan Matthias Björn Klaus Günther Lars Uwe Thorsten Jörg",
    "fr": "Étienne François Guillaume Rémi Benoît Thierry Hervé Loïc Cédric Mathieu",
    "es": "José Álvaro Íñigo Raúl Ramón Joaquín Andrés Iván Héctor Sergio",
    "it": "Niccolò Matteo Giancarlo Fabrizio Salvatore Lorenzo Emanuele Dario Paolo Renato",
    "pl": "Michał Łukasz Paweł Wojciech Stanisław Grzegorz Andrzej Tomasz Rafał Zbigniew",
    "in": "Arjun Rahul Sanjay Vikram Ashok Karthik Suresh Imran Deepak Naveen",
}
_FEMALE = {
    "gb": "Charlotte Imogen Harriet Fiona Poppy Eleanor Bronwen Gemma Alice Phoebe",
    "us": "Ashley Brittany Denise Monique Kimberly Latoya Megan Rosa Heather Carmen",
    "de": "Käthe Jördis Ursula Sabine Anke Grit Heike Bärbel Silke Renate",
    "fr": "Chloé Hélène Aurélie Océane Margaux Solène Édith Noémie Gaëlle Sylvie",
    "es": "Lucía Begoña Inés Nuria Verónica Ángela Itziar Pilar Rocío Mónica",
    "it": "Giulia Chiara Federica Ilaria Rosalba Antonella Beatrice Paola Silvia Noemi",
    "pl": "Małgorzata Agnieszka Zofia Katarzyna Elżbieta Joanna Grażyna Ewa Danuta Hanna",
    "in": "Priya Lakshmi Anjali Meera Kavita Shreya Pooja Fatima Sunita Divya",
}
_FAMILY = {
    "gb": "Smith Jones Ashworth Pemberton Llewellyn Macintyre O'Connor Whitfield Barlow Thackeray Hughes Fenwick",
    "us": "Johnson Williams Garcia Washington Miller Kowalski Rodriguez Baker Jefferson Nguyen Carter Hollis",
    "de": "Müller Schröder Weiß Köhler Jäger Vogel Böhm Krämer Lange Groß Schäfer Brandt",
    "fr": "Lefèvre Dubois Moreau Garnier Chevalier Bénard Rousseau Laurent Mercier Fournier Besançon Hébert",
    "es": "García-López Muñoz Ibáñez Ortega Núñez Castaño Domínguez Vázquez Peña Rivero Cañizares Serrano",
    "it": "Rossi Esposito Colombo D'Angelo Ferrari Conti Mancini Gallo De-Luca Marchetti Riva Nicolò",
    "pl": "Kowalczyk Wiśniewski Wójcik Nowak Zając Dąbrowski Sokół Jabłoński Piątek Krawiec Gajewski Lis",
    "in": "Sharma Patel Iyer Reddy Khan Gupta Nair Banerjee Mehta Chatterjee Singh Kulkarni",
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
