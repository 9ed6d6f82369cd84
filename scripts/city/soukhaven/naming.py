"""Names of the small streets: believable, in German, none twice."""

from .geometry import Rng

THEMES = {
    "trees": "Linden Buchen Eichen Ahorn Birken Erlen Eschen Ulmen Kastanien Weiden Pappel Tannen Kiefern Fichten Lärchen Robinien Platanen Haselnuss Holunder Weißdorn Rotdorn Schlehen Wacholder Ginster Kirsch Pflaumen Apfel Birnen Quitten Walnuss Ebereschen Hainbuchen Eiben Zedern".split(),
    "birds": "Amsel Drossel Finken Star Meisen Lerchen Schwalben Möwen Kiebitz Reiher Storchen Kranich Falken Habicht Bussard Sperber Eulen Uhu Kuckuck Zeisig Stieglitz Rotkehlchen Nachtigallen Zaunkönig Pirol Wachtel Rebhuhn Fasanen Schwanen Enten Seeschwalben Austernfischer Regenpfeifer Brachvogel Eisvogel Bachstelzen Dohlen Elster Häher Specht".split(),
    "flowers": "Rosen Tulpen Nelken Astern Dahlien Veilchen Primel Narzissen Lilien Malven Mohn Kornblumen Flieder Jasmin Lavendel Krokus Enzian Anemonen Margeriten Ringelblumen Sonnenblumen Hyazinthen Lupinen Glockenblumen Schlüsselblumen Vergissmeinnicht Akelei Rittersporn Phlox Ranunkel Stranddistel Grasnelken Heidekraut Efeu".split(),
    "sea": "Anker Segel Kompass Steuer Lotsen Fähr Schoner Kutter Brigg Fregatten Kapitäns Matrosen Boots Reeder Werft Kran Speicher Kai Lager Zoll Container Schlepper Leuchtturm Nebelhorn Baken Tonnen Tau Netz Herings Dorsch Schollen Aal Krabben Muschel Lachs Stör Makrelen Hai Sprotten Brücken Schleusen Dock Helgen Takel Mast Ruder Kiel Bug Achter".split(),
    "trades": "Bäcker Böttcher Gerber Färber Schmiede Schuster Weber Seiler Töpfer Müller Küfer Sattler Glocken Münz Salz Korn Mehl Fleischer Krämer Tuchmacher Kürschner Hutmacher Zinngießer Goldschmiede Kerzen Papen Kloster Kirch Pfarr Küster Schul Rats Turm Tor Mauer Brunnen Mühlen Pferde Ochsen Gänse Hühner Katzen Hunde Wolfs Bären Löwen Hirsch Schwert Schild Sporen Nadel".split(),
    "towns": "Lübecker Wismarer Rostocker Stralsunder Greifswalder Kieler Flensburger Husumer Cuxhavener Stader Buxtehuder Verdener Nienburger Celler Uelzener Hannoversche Braunschweiger Göttinger Kasseler Mindener Osnabrücker Münstersche Papenburger Leerer Auricher Norder Jeverländer Wilhelmshavener Vareler Cloppenburger Vechtaer Delmenhorster Lingener Meppener Rheiner Bielefelder Paderborner Hamelner Goslarer Magdeburger Schweriner Güstrower Parchimer Ratzeburger Möllner Eutiner Plöner Rendsburger Schleswiger Heider Itzehoer Elmshorner Pinneberger Harburger".split(),
    "land": "Heide Moor Wiesen Feld Deich Marsch Geest Sand Stein Berg Tal Bruch Busch Wald Forst Hagen Anger Brink Esch Kamp Koppel Weide Acker Garten Hof Bauern Schäfer Imker Torf Binsen Schilf Rohr Quellen Bach Teich See Graben Damm Sonnen Abend Morgen Mittags Nord Süd West Ost Ufer Dünen Strand Wellen Watt Priel Hallig Warf Siel Polder Groden".split(),
    "arts": "Geigen Flöten Harfen Cello Trommel Oboen Fagott Klarinetten Orgel Lauten Pauken Zither Sterne Mond Venus Mars Jupiter Saturn Merkur Neptun Uranus Kometen Polarstern Orion Plejaden Zenit Granit Basalt Schiefer Quarz Marmor Kiesel Feuerstein Bernstein Opal Rubin Saphir Smaragd Topas Achat Kupfer Silber Zinn Messing Eisen".split(),
}
SUFFIXES = {
    "lane": "gasse gasse twiete gang hof stieg winkel stiege".split(),
    "residential": "straße weg straße weg straße weg allee ring stieg kamp pfad grund".split(),
    "country": "weg weg damm kamp straße".split(),
    "service": "straße damm kai weg".split(),
    "tertiary": "straße allee straße damm".split(),
}
WHOLE = ["Am Alten Deich", "An der Mole", "Auf dem Kamp", "Beim Zeughaus", "Zur Fähre", "Am Siel", "An der Schleuse", "Hinter dem Turm",
         "Unter den Arkaden", "Am Schwarzen Bären", "Bei der Waage", "Auf der Bleiche", "Am Sandtor", "Im Winkel", "Zum Anker", "An der Kieskuhle",
         "Am Kornspeicher", "Im Rosental", "An den Wiesen", "Auf der Höhe", "Am Heidesaum", "Zum Alten Krug", "Im Grund",
         "Am Kalkofen", "In den Dünen", "Am Pulverturm", "Vor dem Nordtor", "Vor dem Ostertor", "Am Kran", "Zur Alten Werft",
         "Im Dorfe", "Am Dorfteich", "Am Feldrain", "Auf dem Brink", "An der Allmende", "Zum Leuchtfeuer", "Am Speicher",
         "Kurze Straße", "Krumme Straße", "Hohe Straße", "Enge Gasse", "Lange Reihe", "Grüner Weg", "Alte Landstraße", "Neue Straße", "Mittelweg",
         "Querstraße", "Schräge Gasse", "Himmelsleiter", "Bei den Mühlen", "Hinterm Deich", "Am Fleet", "Am Wasserturm"]
BY_QUARTER = {
    "Altstadt": "trades", "Bahnhofsvorstadt": "towns", "Ostertor": "towns", "Neustadt": "trades", "Nordstadt": "sea", "Hafen": "sea",
    "Seebad": "land", "Gartenstadt": "flowers", "Ostheide": "birds", "Südervorstadt": "trees", "Geestrand": "flowers", "Westend": "trees",
    "Moorende": "land", "Wiesenau": "arts", "Dünenviertel": "birds", "Neuland": "arts", "Westerdeich": "land", "Lachsdorf": "land",
    "Staugraben": "trees", "Speicherviertel": "sea", "Steinkamp": "arts",
    "Barkhof": "towns", "Hafenvorstadt": "sea", "Südtor": "trees", "Woltmershof": "birds",
}


class Names:
    def __init__(self, seed, taken):
        self.rng = Rng(seed, "names")
        self.taken = {name: True for name in taken}
        self.whole = list(WHOLE)
        self.rng.shuffle(self.whole)

    def new(self, quarter, cls):
        """A name that nothing has yet, after the theme of the quarter."""
        rng = self.rng
        theme = BY_QUARTER.get(quarter, "land")
        suffixes = SUFFIXES["country" if quarter == "Umland" else cls]
        for attempt in range(400):
            if self.whole and rng.chance(0.06):
                name = self.whole.pop()
            else:
                if attempt > 40:
                    theme = rng.pick(sorted(THEMES))
                stem, suffix = rng.pick(THEMES[theme]), rng.pick(suffixes)
                if theme == "towns":
                    name = "%s %s" % (stem, {"allee": "Allee", "weg": "Weg", "damm": "Damm", "gasse": "Gasse"}.get(suffix, "Straße"))
                else:
                    name = stem + suffix
            if name not in self.taken:
                self.taken[name] = True
                return name
        raise SystemExit("the names have run out")
