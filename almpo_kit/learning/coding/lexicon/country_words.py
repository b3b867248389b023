"""Countries by name, people, language of the name, capital and well-known institutions.

Names in English, German, French, Spanish, Italian, Dutch, and the country's own languages. Places and institutions are
weak evidence: a study done in Vienna may use data from elsewhere.
"""

from __future__ import annotations

from almpo_kit.learning.coding.lexicon.phrases import NOTHING, Entry

COUNTRY_WORDS: dict[str, Entry] = {
    "AT": Entry(
        "austria*|österreich*|oesterreich*|autriche*|autrichien*|oostenrijk*",
        "vienna|wien|wiener|styria|tyrol|salzburg|linz|graz|=AMS|carinthia|lower austria|upper austria",
    ),
    "BE": Entry(
        "belgium|belgian*|belgien|belgisch*|belgique|belge*|bélgica|belga|belgio|belgië",
        "flanders|flemish|wallonia*|walloon|brussels|bruxelles|brussel|antwerp|vdab|forem|actiris",
    ),
    "BG": Entry("bulgaria*|bulgarie*|bulgare*|bulgarije|българия", "sofia"),
    "CY": Entry("cyprus|cypriot*|zypern|chypre|chipre|cipro|κύπρος|κύπρο|κύπρου", "nicosia"),
    "CZ": Entry(
        "czech*|czechia|tschechi*|tchèque|tchéquie|chequia|checa|ceca|cechia|tsjechi*|česk*",
        "prague|praha|brno",
    ),
    "DE": Entry(
        "german*|deutschland*|deutsch*|allemagne|allemand*|alemania|alemán*|germania|tedesc*|duitsland|duitse|niemcy|"
        "niemieck*",
        "bavaria*|saxony|berlin|hamburg|mannheim|=IAB|=ZEW|bundesagentur|hartz|one euro job*|gründungszuschuss*|"
        "gruendungszuschuss*|bildungsgutschein*|vermittlungsgutschein*|eingliederungszuschuss*|west germany|nuremberg|"
        "hessen|hesse|north rhine westphalia|rhineland palatinate|unemployment benefit ii|bürgergeld",
    ),
    "DK": Entry(
        "denmark|danish|danes|dänemark|dänisch*|danemark|danois*|dinamarca|danés*|danimarca|danese|denemarken|deense|danmark|"
        "dansk*",
        "copenhagen|københavn|aarhus|jutland|flexjob*|odense|zealand",
    ),
    "EE": Entry("estonia*|estland*|estnisch*|estonie*|eesti", "tallinn|tartu"),
    "EL": Entry(
        "greece|greek|greeks|griechenland|griechisch*|grèce|grec|grecque*|grecia|grieg*|greci|griekenland|griekse|ελλάδα|"
        "ελλάδας|ελληνικ*",
        "athens|thessaloniki|crete|attica|αθήνα|oaed|dypa",
    ),
    "ES": Entry(
        "spain|spanish|spaniard*|spanien|spanisch*|espagne|espagnol*|españa|español*|spagna|spagnol*|spanje|spaanse|"
        "hiszpan*",
        "madrid|barcelona|catalonia*|catalan|andalusia*|basque|valencia*|galicia*|sepe|aragon",
    ),
    "FI": Entry(
        "finland|finnish|finns|finnland|finnisch*|finlande|finlandais*|finlandia|finland*|finsk*|suomi|suomen|suomessa|suomalai*",
        "helsinki|tampere|turku|uusimaa",
    ),
    "FR": Entry(
        "france|french|frankreich|französisch*|français*|francia|francés*|frances*|frankrijk|franse|francja|francusk*",
        "paris|lyon|marseille|pôle emploi|anpe|emplois d avenir|contrats aidés|bretagne|brittany|île de france|unédic",
    ),
    "HR": Entry(
        "croatia*|kroatien|kroatisch*|croatie|croate*|croacia|croazia|kroatië|hrvatsk*",
        "zagreb|split|dalmatia",
    ),
    "HU": Entry(
        "hungary|hungarian*|ungarn|ungarisch*|hongrie|hongrois*|hungría|húngar*|ungheria|ungherese|hongarije|magyar*",
        "budapest",
    ),
    "IE": Entry(
        "=Ireland|irish|irland|irisch*|irlande|irlandais*|irlanda|irlandés*|irlandese|ierland|ierse|éire",
        "dublin|=ESRI|cork|galway|back to education allowance|jobpath|=FÁS|solas",
    ),
    "IT": Entry(
        "italy|italian*|italien*|italienisch*|italie|italia*|italië|włochy|włosk*|ιταλία",
        "rome|milan|lombardy|lombardia|veneto|trento|friuli*|piedmont|piemonte|tuscany|toscana|sicily|sicilia|campania|naples|"
        "mezzogiorno|emilia romagna|puglia|sardinia|turin|bologna|inps|isfol|inapp|anpal",
    ),
    "LT": Entry(
        "lithuania*|litauen|litauisch*|lituanie*|lituania|lituan*|litouwen|lietuv*", "vilnius|kaunas"
    ),
    "LU": Entry("luxembourg*|luxemburg*|luxemburgo|lussemburgo|lëtzebuerg*", "adem|liser"),
    "LV": Entry("latvia*|lettland*|lettisch*|lettonie*|letonia|lettonia|letland|latvij*", "riga"),
    "MT": Entry("malta|maltese|malte|maltesisch*|maltais*", "valletta|gozo|jobsplus"),
    "NL": Entry(
        "netherlands|dutch|niederlande*|niederländisch*|pays bas|néerlandais*|países bajos|holanda|holandés*|paesi bassi|"
        "olanda|olandese|nederland*|holland|holandia|holendersk*",
        "amsterdam|rotterdam|utrecht|uwv|the hague|groningen",
    ),
    "PL": Entry(
        "poland|polish|polen|polnisch*|pologne|polonais*|polonia|polaco|polacca|polacco|polska|polsk*|poolse",
        "warsaw|warszawa|krakow|mazovia|silesia",
    ),
    "PT": Entry(
        "portugal|portuguese|portugies*|portugais*|portugués*|portoghes*|portogallo|portugees|portugues*",
        "lisbon|lisboa|porto|iefp",
    ),
    "RO": Entry(
        "romania*|rumän*|roumanie|roumain*|rumania|rumano*|rumen*|roemenië|român*",
        "bucharest|cluj|transylvania",
    ),
    "SE": Entry(
        "sweden|swedish|swedes|schweden|schwedisch*|suède|suédois*|suecia|sueco*|svezia|svedese|svedesi|zweden|zweedse|sverige*|"
        "svensk*",
        "stockholm|gothenburg|malmö|ifau|skåne|uppsala|arbetsförmedlingen",
    ),
    "SI": Entry(
        "slovenia*|slovene*|slowenien|slowenisch*|slovénie|slovène*|eslovenia|slovenië|slovenij*|slovensk*",
        "ljubljana|maribor",
    ),
    "SK": Entry(
        "slovakia*|slovak|slovaks|slowakei|slowakisch*|slovaquie|slovaque*|eslovaquia|slovacchia|slowakije|slovensko|slovenská",
        "bratislava|košice",
    ),
    "BA": Entry("bosnia*|bosnien|bosnie|bosnian*", "sarajevo|herzegovina|republika srpska"),
    "CH": Entry(
        "switzerland|swiss|schweiz*|suisse*|suiza|suizo*|svizzer*|zwitserland|zwitserse|szwajcar*",
        "zurich|zürich|geneva|basel|bern|canton|cantons|ticino|lausanne",
    ),
    "CO": Entry("colombia*|kolumbien|colombie", "bogotá|medellín|jóvenes en acción"),
    "DO": Entry("dominican republic|dominican*|república dominicana", "santo domingo|juventud y empleo"),
    "ET": Entry("ethiopia*|äthiopi*|éthiopie*|etiopía", "addis ababa|addis abeba"),
    "IS": Entry("iceland*|island|islandais*|islandia|ísland*", "reykjavik|reykjavík"),
    "LI": Entry("liechtenstein*", "vaduz"),
    "ME": Entry("montenegr*|crna gora", "podgorica"),
    "MK": Entry("macedonia*|mazedonien|macédoine", "skopje"),
    "NO": Entry(
        "norway|norwegian*|norwegen|norwegisch*|norvège|norvégien*|noruega*|norveg*|noorwegen|noorse|norge|norsk*|norweg*",
        "oslo|bergen|trondheim|=NAV",
    ),
    "PE": Entry("=Peru|peruvian*|pérou|perú|peruan*", "lima|projoven"),
    "RS": Entry("serbia*|serbien|serbie|serbisch*|srbij*", "belgrade|novi sad"),
    "TN": Entry("tunisia*|tunesien|tunesisch*|tunisie*|túnez", "tunis"),
    "TR": Entry(
        "turkey|turkish|türkiye|türkei|türkisch*|turquie|turco*|turquía|turchia|turkije",
        "ankara|istanbul|iskur|işkur",
    ),
    "UK": Entry(
        "united kingdom|=UK|=U K|britain|british|england|english|scotland|scottish|wales|welsh|northern ireland|"
        "großbritannien|grossbritannien|britisch*|royaume uni|britannique*|reino unido|británic*|regno unito|britannic*|"
        "verenigd koninkrijk|britse|wielka brytania",
        "london|jobcentre*|new deal|work programme|universal credit|manchester|glasgow|newcastle|liverpool|birmingham|"
        "jobseeker s allowance|cardiff",
    ),
    "US": Entry(
        "united states|=US|=USA|=U S|american|americans|vereinigte staaten|vereinigten staaten|amerikanisch*|états unis|"
        "américain*|estados unidos|estadounidense*|stati uniti|statunitens*|verenigde staten|amerikaanse",
        "mdrc|mathematica|job corps|afdc|tanf|jtpa|=WIA|=WIOA|national supported work|california|"
        "pennsylvania|nevada|new york|texas|minnesota|illinois|wisconsin|michigan|ohio|riverside|veteran*|veterans affairs|"
        "opre|food stamp*|lalonde|new jersey|florida|washington",
    ),
    "EU": Entry(
        "six european|european countries|several european|across europe|european trial|member states|european union|eu wide|"
        "multi country european|europäische länder|pays européens|países europeos|paesi europei",
        "european multicentre|=EU",
    ),
    NOTHING: Entry(
        "new england|english language|french language|german language|european social fund|english course*|german course*|"
        "african american*|latin american*|american economic*|american journal*|british journal*|scandinavian journal*|nordic journal*|"
        "european journal*|european commission|german journal|swiss journal|irish economic|=U S dollar*|=US dollar*|=American Economic|"
        "australian economic|=us"
    ),
}
