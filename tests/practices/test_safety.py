import pytest
from django.conf import settings
from django.urls import reverse

from practices import moderation, safety
from tests.factories import RevisionFactory

ASKED = [
    ("minor", "en", "We met Ahmed, aged 15, at the harbour."),
    ("minor", "en", "A 14-year-old boy called Marco carried parcels."),
    ("minor", "en", "The pupil named Lina M. told her teacher."),
    ("minor", "en", "Luca (13) was the first to join."),
    ("minor", "fr", "Un garçon nommé Karim livrait des colis."),
    ("minor", "fr", "Karim, âgé de 14 ans, livrait des colis."),
    ("minor", "de", "Ein Schüler namens Emil trug Pakete aus."),
    ("minor", "de", "Der 15-jährige Emil trug Pakete aus."),
    ("minor", "es", "Una chica llamada Marta habló con la policía."),
    ("minor", "it", "Un ragazzo di 16 anni, chiamato Luca Rossi."),
    ("minor", "nl", "Een jongen genaamd Daan vroeg om hulp."),
    ("minor", "pt", "Um rapaz chamado Tiago pediu ajuda."),
    ("place", "en", "The flat at 12 Harbour Road is watched."),
    ("place", "fr", "Le point de deal du 14, rue de la République est connu."),
    ("place", "de", "Die Wohnung in der Hafenstraße 12 liegt im Hof."),
    ("place", "es", "El piso de la calle Mayor, 7 es conocido."),
    ("place", "it", "Il covo di via Giuseppe Verdi 22 è noto."),
    ("place", "nl", "De woning aan de Havenstraat 5 is bekend."),
    ("place", "pt", "A casa da rua Augusta, 31 é conhecida."),
    ("place", "en", "The container stood at 51.9225, 4.4792."),
    ("tactics", "en", "Undercover officers buy twice a week."),
    ("tactics", "en", "Patrols pass the square at 22:30 and again at midnight."),
    ("tactics", "fr", "Des policiers en civil observent la place."),
    ("tactics", "de", "Am 14. März beginnt die nächste Razzia im Hafen."),
    ("tactics", "es", "Agentes encubiertos compran dos veces por semana."),
    ("tactics", "it", "Due agenti sotto copertura lavorano nel quartiere."),
    ("tactics", "nl", "De politie patrouilleert elke avond om 22:30 langs de kade."),
    ("tactics", "pt", "Agentes à paisana observam a praça."),
    ("personal", "en", "Call him on +44 20 7946 0958."),
    ("personal", "en", "Write to john.sample@example.org at night."),
    ("personal", "fr", "Née le 12 mars 2009 à Rennes."),
    ("personal", "de", "Geboren am 3.4.2008 in Hamburg."),
    ("personal", "de", "Das Kennzeichen HH-AB 1234 fiel auf."),
    ("personal", "fr", "La voiture AB-123-CD attend."),
    ("personal", "es", "Nacido el 4 de mayo de 2007."),
    ("personal", "it", "Nata il 4 maggio 2007."),
    ("personal", "nl", "Geboren op 4 mei 2007."),
    ("personal", "pt", "Data de nascimento: 04/05/2007."),
    ("personal", "en", "Donations to GB82 WEST 1234 5698 7654 32, please."),
]
NOT_ASKED = [
    "In 2017 there were 65 shootings and 62 explosions, driven by a small number of people.",
    "Pupils of 12 to 15 years learn to say no; 14 schools took part in Malmö, Lund and Kiel.",
    "The programme runs from 8 to 16 years of age. Glasgow began in 2015.",
    "Die 14- bis 17-jährigen Schüler der Stadt Hamburg lernen gemeinsam.",
    "Les élèves de 12 à 16 ans de la ville de Rennes participent.",
    "Street workers walk the quarter on two evenings a week; the main street is lit.",
    "It cost 120,000 euros a year, 1.5 per cent of the budget, and 2,500 people took part in 2019-2020.",
    "The evaluation of 2021 compared 31 % with 78 %, via 3 partners and 12 schools.",
    "Article 12 of Regulation (EU) 2016/679 applies; see ISO 31000 and COVID-19 rules.",
    "The city of Kraków, the port of Antwerp and the police of Rotterdam meet every month.",
    "AB12 3456 7890 1234 is no account.",
]


@pytest.mark.parametrize(("kind", "language", "text"), ASKED)
def test_what_might_endanger_somebody_is_asked_about(kind, language, text):
    assert kind in [found for found, _excerpt in safety.findings_in(text)]


@pytest.mark.parametrize("text", NOT_ASKED)
def test_ordinary_sentences_raise_no_question(text):
    assert safety.findings_in(text) == []


def test_every_kind_has_its_words_in_every_language_of_the_library():
    streets = set()
    for name, words in safety.WORDS.items():
        if name.startswith("street"):
            streets |= words.keys()
        elif name != "about":
            assert list(words) == settings.CONTENT_LANGUAGES, name

    assert streets == set(settings.CONTENT_LANGUAGES)
    assert {language for _kind, language, _text in ASKED} == set(settings.CONTENT_LANGUAGES)
    assert all(
        (kind, language) in {each[:2] for each in ASKED} for kind in ("minor", "tactics") for language in streets
    )


def test_a_finding_shows_a_little_of_what_stands_around_it():
    text = "Long before this there was nothing to tell. Write to ana@example.org when you come to the town of ours."

    [(kind, excerpt)] = safety.findings_in(text)

    assert kind == "personal"
    assert excerpt == "…there was nothing to tell. Write to ana@example.org when you come to the town of ours."


@pytest.mark.django_db
def test_fields_that_are_meant_to_hold_an_address_are_not_asked_about():
    revision = RevisionFactory(
        public_contact="team@example.org",
        contacts=[{"name": "Ana", "role": "", "email": "ana@example.org", "public": True}],
        objectives=["Help Ahmed, aged 15"],
        building_blocks=[{"title": "A number", "what": "Call +44 20 7946 0958", "verdict": "keep"}],
    )

    found = safety.screen(revision)

    assert [(finding.field, finding.kind) for finding in found] == [
        ("objectives", "minor"),
        ("building_blocks", "personal"),
    ]
    assert str(found[1].label) == "building blocks"


@pytest.fixture
def flagged(coordinator):
    """A complete text in which something is asked about."""
    return RevisionFactory(
        practice__member=coordinator.member, author=coordinator, staff="Ask Ahmed, aged 15, for the key."
    )


@pytest.mark.django_db
def test_a_question_stands_at_its_field_on_the_status_page_and_on_the_preview(client, flagged):
    client.force_login(flagged.author)
    pages = {
        name: client.get(reverse(f"practices:{name}", args=[flagged.practice_id]) + query).content.decode()
        for name, query in {"update": "?step=means", "status": "", "preview": ""}.items()
    }

    for page in pages.values():
        assert "<q>Ask Ahmed, aged 15, for the key.</q>" in page
        assert "Does this name a child or a young person?" in page
    assert "?step=means#id_staff" in pages["status"]


@pytest.mark.django_db
def test_the_author_answers_by_looking_and_then_the_text_is_sent(client, flagged):
    client.force_login(flagged.author)
    address = reverse("practices:step", args=[flagged.practice_id, "submit"])

    unseen = client.post(address)
    flagged.refresh_from_db()
    assert (unseen.status_code, flagged.state) == (422, "draft")
    assert "Look at the places named on this page" in unseen.content.decode()

    client.post(address, {"looked_at": "on"})
    flagged.refresh_from_db()
    assert flagged.state == "submitted"


@pytest.mark.django_db
def test_a_text_without_a_question_is_sent_without_a_tick(client, coordinator):
    draft = RevisionFactory(practice__member=coordinator.member, author=coordinator)
    client.force_login(coordinator)

    page = client.get(reverse("practices:status", args=[draft.practice_id])).content.decode()
    client.post(reverse("practices:step", args=[draft.practice_id, "submit"]))

    assert "looked_at" not in page
    draft.refresh_from_db()
    assert draft.state == "submitted"


@pytest.mark.django_db
def test_the_moderator_sees_what_was_asked(client, flagged, moderator):
    moderation.perform("submit", flagged, by=flagged.author)
    client.force_login(moderator)

    page = client.get(reverse("practices:review", args=[flagged.practice_id])).content.decode()

    assert "<q>Ask Ahmed, aged 15, for the key.</q>" in page
    assert 'href="#field-staff"' in page


@pytest.mark.parametrize("text", ["a" * 50_000, "A" * 20_000, "1 " * 20_000, "Aa " * 15_000, "patrol " * 5_000])
def test_a_long_text_is_searched_in_no_time(text):
    assert safety.findings_in(text) == []
