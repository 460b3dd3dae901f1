"""Names of people in Italian, Dutch, Polish and Swedish, and towns to be born in: for registers of more countries.

As in ``names_western``: common names by falling frequency, then a tail composed of parts that real ones are made of.
"""

from benchmarks.customers.draw import Weighted, lists, zipf
from benchmarks.customers.names_western import Language


def _surnames(common: str, heads: str, tails: str) -> Weighted[str]:
    composed = [head + tail for tail in lists(tails) for head in lists(heads)]
    return zipf([*lists(common), *composed], offset=10)


def _short(text: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(short.split("/")) for name, short in (pair.split("=") for pair in text.split())}


ITALIAN = Language(
    zipf(
        lists("""Maria Anna Giulia Francesca Chiara Sara Laura Paola Elena Rosa Giovanna Teresa Lucia Angela Giuseppina
Federica Silvia Valentina Alessandra Elisa Martina Caterina Antonella Cristina Daniela Roberta Carla Luisa Ilaria
Margherita Beatrice Concetta Maria_Grazia Anna_Maria Ottavia Serena Noemi""")
    ),
    zipf(
        lists("""Giuseppe Giovanni Antonio Mario Luigi Francesco Angelo Vincenzo Pietro Salvatore Carlo Franco Paolo
Domenico Marco Andrea Alessandro Roberto Stefano Matteo Lorenzo Davide Luca Simone Giorgio Bruno Enrico Claudio
Massimo Raffaele Nicola Michele Federico Gabriele Riccardo Tommaso Niccolò Gian_Luca Pier_Paolo""")
    ),
    _surnames(
        """Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De_Luca Costa
Giordano Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone
D'Angelo D'Amico Di_Stefano Lo_Presti Dal_Pozzo Nicolò""",
        "Bal Bar Bas Ber Bon Cal Cam Cap Car Cas Cor Fal Fer Gal Gar Lan Mal Man Mar Mas Mon Pal Pas Per Pol Sal Ser "
        "Tar Tor Val Ver Zan",
        "tini detti bini celli doni gotti lano mieri nardi petti rello selli toni vani zoni dini",
    ),
    _short("""Giuseppe=Beppe/Pino Francesco=Franco/Checco Giovanni=Gianni Antonio=Tonino Luigi=Gigi Salvatore=Totò
Vincenzo=Enzo Domenico=Mimmo Alessandro=Sandro Giuseppina=Pina Francesca=Franca Caterina=Rina Teresa=Resi
Alessandra=Sandra Federica=Chicca Margherita=Rita Raffaele=Lello Lorenzo=Renzo Tommaso=Maso"""),
)
DUTCH = Language(
    zipf(
        lists("""Maria Johanna Anna Cornelia Elisabeth Wilhelmina Hendrika Catharina Petronella Margaretha Sanne Lotte
Femke Anouk Eva Lisa Fleur Iris Marloes Esther Ingrid Monique Saskia Anneke Marijke Ria Jacqueline Willemijn Geertruida
Adriana Jacoba Neeltje Grietje Daniëlle Chloé""")
    ),
    zipf(
        lists("""Johannes Jan Cornelis Hendrik Willem Pieter Gerrit Petrus Jacobus Daan Sem Lars Bram Thijs Ruben
Jeroen Bas Mark Erik Marcel Dennis Wouter Maarten Sander Martijn Dirk Klaas Arie Adrianus Antonius Theodorus Leendert
Sjoerd Jelle Daniël André""")
    ),
    _surnames(
        """de_Jong Jansen de_Vries van_den_Berg van_Dijk Bakker Janssen Visser Smit Meijer de_Boer Mulder de_Groot Bos
Vos Peters Hendriks van_Leeuwen Dekker Brouwer de_Wit Dijkstra Smits de_Graaf van_der_Meer van_der_Linden Kok Jacobs
de_Haan Vermeulen van_den_Heuvel van_der_Veen van_'t_Hof""",
        "Berg Bloem Boer Brand Dam Dijk Eik Haver Heide Hoek Hof Koning Kuip Linde Meer Molen Noord Oost Polder Roos "
        "Ruiter Schouw Steen Tim Veld Vlier Water Wester Wild Zand Zee Zwaan",
        "stra sma ema man mans kamp horst dijk hof veen huis meijer ink boer land burg",
    ),
    _short("""Johannes=Hans/Jan/Joop Cornelis=Kees/Cor Hendrik=Henk Willem=Wim Pieter=Piet Jacobus=Koos/Jaap
Petrus=Piet Gerrit=Ger Antonius=Ton/Toon Adrianus=Ad/Arie Theodorus=Theo Leendert=Leen Johanna=Annie/Jo Cornelia=Corrie
Wilhelmina=Willy/Mien Hendrika=Rika/Riet Catharina=Toos/Trijn Petronella=Nel Elisabeth=Els/Betty Margaretha=Greet
Geertruida=Truus Adriana=Jana Jacoba=Coba Maria=Ria/Marie"""),
)
POLISH = Language(
    zipf(
        lists("""Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Magdalena Joanna Aleksandra
Zofia Monika Teresa Natalia Julia Karolina Danuta Marta Beata Dorota Halina Jadwiga Janina Alicja Jolanta Grażyna Iwona
Irena Wiktoria Stanisława Świętosława Łucja Żaneta""")
    ),
    zipf(
        lists("""Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Stanisław Jakub Adam Marek Łukasz Grzegorz
Mateusz Wojciech Mariusz Dariusz Zbigniew Jerzy Maciej Rafał Robert Kamil Józef Tadeusz Kazimierz Henryk Ryszard
Władysław Zdzisław Sławomir Bogdan Szymon Filip""")
    ),
    _surnames(
        """Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski
Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski
Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Górski""",
        "Bar Bor Brze Cho Czar Dom Drze Gaw Gło Gra Jab Jar Kal Kar Krze Las Lip Łuk Mal Mar Mił Mor Ole Paw Rad Rog "
        "Sad Sien Sob Sos Star Świer Tom Wal Wil Wysz Zal Żar",
        "owski ewski kowski czyński nicki bowicz nowicz czyk czak iński szewski dziński alski ecki asik uszko",
    ),
    _short("""Katarzyna=Kasia Małgorzata=Gosia/Małgosia Agnieszka=Aga Barbara=Basia Elżbieta=Ela Magdalena=Magda
Joanna=Asia Aleksandra=Ola Zofia=Zosia Maria=Marysia Anna=Ania Danuta=Danka Krystyna=Krysia Jadwiga=Jadzia Ewa=Ewka
Krzysztof=Krzysiek Andrzej=Jędrek Tomasz=Tomek Stanisław=Staszek Jakub=Kuba Grzegorz=Grzesiek
Wojciech=Wojtek Jan=Janek
Zbigniew=Zbyszek Jerzy=Jurek Józef=Józek Tadeusz=Tadek Kazimierz=Kazik Henryk=Heniek Ryszard=Rysiek"""),
)
SWEDISH = Language(
    zipf(
        lists("""Anna Eva Maria Karin Kristina Lena Kerstin Sara Ingrid Birgitta Elisabeth Margareta Emma Malin Linnea
Jenny Annika Marie Ulla Gunilla Hanna Susanne Åsa Ingegerd Elin Johanna Sofia Helena Britt-Marie Ann-Sofie Märta Märit
Gun Siv Astrid Frida Göta""")
    ),
    zipf(
        lists("""Lars Anders Mikael Johan Per Erik Karl Peter Thomas Jan Daniel Fredrik Hans Andreas Stefan Mats Marcus
Bo Magnus Nils Bengt Björn Jonas Martin Sven Leif Patrik Gustav Göran Håkan Åke Gunnar Oskar Viktor Lars-Erik Per-Olof
Karl-Johan Sören Mårten""")
    ),
    _surnames(
        """Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson
Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Olofsson Lindström Lindqvist Lindgren Axelsson Berg
Lundberg Bergström Lundgren Mattsson Berglund Fredriksson Sandberg Henriksson Sjöberg Forsberg Wallin Åberg Öberg""",
        "Alm Ask Back Berg Björk Blom Dahl Ek Eng Fors Gran Gull Hag Hall Hed Hjort Holm Lind Ljung Lund Malm Nord "
        "Norr Rosen Sand Sjö Skog Strand Sund Söder Väster Wester Åker Öster",
        "ström gren qvist dahl lund strand blad stedt mark vall borg feldt man rot hult",
    ),
    _short("""Margareta=Greta/Maggan Kristina=Stina/Kicki Birgitta=Gitta/Bitte Elisabeth=Lisa/Lisbeth Katarina=Kajsa
Johanna=Hanna Susanne=Sussi Mikael=Micke Anders=Adde Johan=Jojje Fredrik=Fredde Stefan=Steffe Lars=Lasse Karl=Kalle
Per=Pelle Nils=Nisse Bo=Bosse Jan=Janne Erik=Jerka Thomas=Tompa Hans=Hasse Sven=Svenne Magnus=Mange Gustav=Gösta/Gurra
Oskar=Ogge Viktor=Vicke Leif=Leffe"""),
)
TOWNS = {
    "Italian": zipf(
        lists("""Roma Milano Napoli Torino Palermo Genova Bologna Firenze Bari Catania Verona Venezia Messina Padova
Trieste Brescia Parma Modena Reggio_Calabria Perugia Livorno Cagliari Foggia Lecce Udine L'Aquila Forlì Matera""")
    ),
    "Dutch": zipf(
        lists("""Amsterdam Rotterdam 's-Gravenhage Utrecht Eindhoven Groningen Tilburg Almere Breda Nijmegen Apeldoorn
Haarlem Arnhem Enschede Amersfoort Zaandam 's-Hertogenbosch Zwolle Leiden Maastricht Dordrecht Delft Alkmaar Sneek""")
    ),
    "Polish": zipf(
        lists("""Warszawa Kraków Łódź Wrocław Poznań Gdańsk Szczecin Bydgoszcz Lublin Białystok Katowice Gdynia
Częstochowa Radom Toruń Kielce Rzeszów Gliwice Zabrze Olsztyn Bielsko-Biała Opole Płock Tarnów Zielona_Góra Słupsk""")
    ),
    "Swedish": zipf(
        lists("""Stockholm Göteborg Malmö Uppsala Västerås Örebro Linköping Helsingborg Jönköping Norrköping Lund Umeå
Gävle Borås Södertälje Eskilstuna Halmstad Växjö Karlstad Sundsvall Östersund Trollhättan Luleå Kalmar Visby""")
    ),
}
"""Where people are born, by language."""
