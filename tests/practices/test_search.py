import pytest

from practices import search
from practices.models import Adaptation, SearchRow, SearchWord
from tests.factories import (
    DescentFactory,
    MemberFactory,
    OutcomeFactory,
    RevisionFactory,
    ThemeFactory,
    published_practice,
)

pytestmark = pytest.mark.django_db


def indexed(**fields):
    practice = published_practice(**fields)
    search.index(practice)
    return practice


def found(text, **options):
    return search.find(text, **options).practices


# --- what is indexed ---


def test_only_public_text_is_indexed():
    public = indexed(title="Night mayors who listen")
    RevisionFactory(practice=public, title="A draft about zeppelins")
    draft = RevisionFactory(title="Another draft about zeppelins").practice
    search.index(draft)

    assert list(SearchRow.objects.values_list("practice", flat=True)) == [public.pk]
    assert found("zeppelins") == []
    assert not SearchWord.objects.filter(word="zeppelins").exists()


@pytest.mark.parametrize("state", ["withdrawn", "removed"])
def test_what_is_no_longer_public_is_gone_when_indexed_again(state):
    practice = indexed(title="Zeppelins over the old harbour")
    practice.revisions.update(state=state)

    search.index(practice)

    assert found("zeppelins") == []
    assert not SearchWord.objects.filter(word="zeppelins").exists()


def test_an_unindexed_practice_is_gone_with_its_words_and_others_stay():
    gone, stays = indexed(title="Zeppelins over the old harbour"), indexed(title="Lamps over the old harbour")

    search.unindex(gone)

    assert found("harbour") == [stays]
    assert SearchWord.objects.filter(word="harbour").exists()
    assert not SearchWord.objects.filter(word="zeppelins").exists()


def test_indexing_twice_changes_nothing():
    practice = indexed(title="Lamps over the old harbour")
    words = set(SearchWord.objects.values_list("word", flat=True))

    search.index(practice)

    assert set(SearchWord.objects.values_list("word", flat=True)) == words
    assert SearchRow.objects.count() == 1


def test_an_adaptation_counts_for_its_origin_while_it_is_public():
    origin = indexed()
    copy = published_practice()
    Adaptation.objects.create(revision=copy.public_revision, origin=origin)
    DescentFactory(practice=copy, origin=origin)

    search.index(copy)
    after_publishing = SearchRow.objects.get(practice=origin).adaptations
    copy.revisions.update(state="withdrawn")
    search.unindex(copy)

    assert (after_publishing, SearchRow.objects.get(practice=origin).adaptations) == (1, 0)


def test_reindexing_gives_the_same_rows_and_words_as_indexing_each():
    for title in ["Lamps over the old harbour", "Night mayors who listen"]:
        indexed(title=title, language="en")
    rows = list(SearchRow.objects.order_by("pk").values())
    words = set(SearchWord.objects.values_list("word", flat=True))
    SearchRow.objects.filter(pk=rows[0]["practice_id"]).delete()

    progress = list(search.reindex(size=1))

    assert progress == [(1, 2), (2, 2)]
    assert list(SearchRow.objects.order_by("pk").values()) == rows
    assert set(SearchWord.objects.values_list("word", flat=True)) == words


# --- what is found ---


@pytest.mark.parametrize(
    ("language", "title", "question"),
    [
        ("en", "Training the trainers of caretakers", "trainer caretaker"),
        ("fr", "Prévenir le recrutement des élèves", "prevenir recrutements eleve"),
        ("fr", "Prévenir le recrutement des élèves", "l'élève"),
        ("de", "Häuser für Jugendliche am Hafen", "haus jugendlicher"),
        ("de", "Straßensozialarbeit im Bahnhofsviertel", "strassensozialarbeit"),
        ("es", "Educadores de calle para jóvenes", "educador joven"),
        ("it", "Beni confiscati alle organizzazioni", "bene confiscato organizzazione"),
        ("nl", "Jongeren weerbaar maken in de haven", "havens jongere"),
        ("pt", "Equipas de rua e prevenção", "equipa prevencao"),
        ("pl", "Bezpieczne podwórka w Łodzi", "podworka lodzi"),
    ],
)
def test_word_forms_are_found_with_and_without_accents(language, title, question):
    indexed(title="Something else entirely")
    practice = indexed(language=language, title=title)
    indexed(title="Something else again")

    assert found(question)[0] == practice


def test_a_practice_is_found_by_its_theme_in_any_language_and_by_other_words_for_it():
    parent = ThemeFactory(name="Nightlife", name_de="Nachtleben")
    theme = ThemeFactory(
        name="Recruitment", name_fr="Recrutement", name_de="Anwerbung", synonyms=["kids as dealers"], parent=parent
    )
    practice = indexed(title="Jugend am Hafen", language="de", themes=[theme])

    assert found("recrutements") == found("Anwerbungen") == found("dealer kid") == found("Nachtleben") == [practice]


def test_a_practice_is_found_by_its_place_in_any_language():
    member = MemberFactory(name="Antwerp", local_name="Antwerpen", other_names="Anvers\nAmberes", country="BE")
    practice = indexed(member=member)
    indexed()

    assert found("antwerpen") == found("anvers") == found("Belgique") == found("Belgien") == [practice]


def test_all_words_must_be_there_but_not_those_of_a_question():
    practice = indexed(title="Keeping children away from parcels", summary="x" * 60)
    indexed(title="Keeping the harbour clean", summary="x" * 60)

    assert search.find("how do you keep the children?").query.single_words == ["keep", "children"]
    assert found("how do you keep the children?")[0] == practice


def test_a_question_of_stop_words_keeps_them():
    practice = indexed(title="What is to be")

    assert practice in found("what is to be")


def test_words_in_quotes_stand_together_and_a_minus_excludes():
    together = indexed(title="The open street council", language="en")
    apart = indexed(title="The street with an open council", language="en")

    assert found('"open street"') == [together]
    assert found("street -with") == [together]
    assert set(found("open street")) == {together, apart}


def test_a_title_comes_before_a_body():
    body = indexed(what_was_done="We bought zeppelins. " * 30)
    title = indexed(title="Zeppelins for all")

    assert found("zeppelin") == [title, body]


def test_better_evidence_comes_first_among_equals():
    described = indexed(title="Zeppelins for all", evidence_checked="described")
    compared = indexed(title="Zeppelins for all", evidence_checked="compared")
    indexed(title="Nothing of the kind")

    assert found("zeppelin") == [compared, described]


def test_a_typing_mistake_is_corrected_and_told():
    practice = indexed(title="Zeppelins in harbours")

    results = search.find("zepelins harbour")

    assert results.practices == [practice]
    assert (results.suggestion, results.is_corrected) == ("zeppelins harbour", True)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("lycéens", "Pupils who look after each other"),
        ("Hafenarbeiter", "Dockers who know whom to call"),
        ("nachtbus", "A bus that waits at night"),
        ("chicas y navajas", "Girls who were hurt with knives"),
        ("Jugendgewalt", "Violence among young people"),
        ("hébergement des sans-abri", "Shelter for homeless people"),
        ("toque de queda", "Curfew hours in summer"),
        ("senza fissa dimora", "Homeless people are welcome"),
    ],
)
def test_a_word_of_the_field_finds_texts_in_other_languages(question, title):
    indexed(title="Something else entirely")
    practice = indexed(title=title, language="en", summary="x" * 60)

    assert found(question, language="de")[0] == practice


def test_words_that_mean_something_together_do_not_mean_what_each_does_alone():
    indexed(title="A summer without fire", summary="x" * 60)
    curfew = indexed(title="Curfew hours in summer", summary="x" * 60)

    assert found("couvre-feu", language="fr") == [curfew]


def test_a_compound_finds_its_parts_and_best_those_that_have_all_of_them():
    only_one = indexed(title="Syringes in the park", summary="x" * 60)
    both = indexed(title="Syringes that are exchanged", summary="x" * 60)
    whole = indexed(title="Spritzentausch am Bahnhof", language="de", summary="x" * 60)

    practices = found("Spritzentausch", language="de")

    assert set(practices[:2]) == {both, whole}
    assert set(practices) <= {both, whole, only_one}


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Which other cities have found something against lamps?", "Lamps over the harbour"),
        ("wie können andere Städte Zeppeline bringen", "Zeppeline für alle"),
        ("que peuvent faire les maires contre les zeppelins", "Maires et zeppelins"),
    ],
)
def test_words_that_only_ask_do_no_harm(question, title):
    indexed(title="Something found elsewhere that others bring", summary="x" * 60)
    practice = indexed(title=title, summary="x" * 60)

    assert found(question)[0] == practice


def test_most_of_the_words_will_do_and_those_with_all_come_first():
    for _ in range(3):
        indexed(title="Zeppelins over the harbour")
    everything = indexed(title="Zeppelins over the harbour", what_was_done="Mayors met there. " * 30)
    indexed(title="Zeppelins over the harbour")

    practices = found("zeppelins harbour mayors")

    assert practices[0] == everything
    assert len(practices) == 5


def test_any_of_the_words_will_do_when_no_practice_has_all():
    lamps, mayors = indexed(title="Lamps over the harbour"), indexed(title="Night mayors who listen")

    results = search.find("lamps mayors")

    assert set(results.practices) == {lamps, mayors}
    assert results.query.is_relaxed


def test_with_any_of_the_words_more_of_them_come_first():
    indexed(title="Lamps, lamps and lamps", summary="Lamps. " * 20)
    two = indexed(title="A harbour for all", what_was_done="Mayors met there. " * 30)

    assert found("lamps mayors harbour")[0] == two


def test_a_word_that_nobody_wrote_is_left_out_and_told(client):
    indexed(title="Lamps over the harbour")

    page = client.get("/en/practices/", {"q": "xylophonist harbour lamps"}).content.decode()

    assert "left out: <strong>xylophonist</strong>" in page
    assert "Lamps" in page


def test_nothing_is_found_where_nothing_is():
    indexed()

    results = search.find("xylophonically")

    assert (results.total, results.practices, results.pages, results.suggestion) == (0, [], 1, "")


@pytest.mark.parametrize(
    "question",
    [
        "", " ", "\x00", "a\x00b", "%" * 200, "*" * 200, "' OR 1=1 --", "\\", "'", "&|!()<->:*", '"', '""', "-", "--",
        "🙂🙂", "\u202eabc\u200f", "-nothing", '-"nothing here"', "the", "a " * 5000, "x" * 10000, "l'", "ß", "İ",
        "\ud7ff", "मानक", "العربية", "12.5 % 2024-05", "a-b-c_d", '"a" "b', "é" * 300, "1e500 -5",
    ],
)  # fmt: skip
def test_whatever_is_typed_is_never_an_error(question):
    indexed()

    results = search.find(question)

    assert results.page == 1


# --- what is shown ---


def test_matched_words_are_marked_and_the_text_is_escaped():
    indexed(title="Élèves <b>& co</b> at school", language="fr", summary="Les \x02élèves <script> en parlent.")

    [practice] = found("eleve")

    assert practice.title_marked == "<mark>Élèves</mark> &lt;b&gt;&amp; co&lt;/b&gt; at school"
    assert practice.snippet == "Les <mark>élèves</mark> &lt;script&gt; en parlent."


def test_the_passage_is_shown_when_the_summary_lacks_the_word():
    indexed(what_was_done="Nothing at all. " * 40 + "Then a zeppelin came. " + "Nothing at all. " * 40)

    [practice] = found("zeppelins")

    assert "a <mark>zeppelin</mark> came" in practice.snippet


# --- what is counted ---


def test_counts_say_what_a_click_would_give():
    indexed(stage="running", settings=["school"])
    indexed(stage="running", settings=["online"])
    indexed(stage="pilot", settings=["school", "online"])

    results = search.find(chosen={"stage": ["running"]})

    assert results.total == 2
    assert results.counts["setting"] == {"school": 1, "online": 1}
    assert results.counts["stage"] == {"running": 2, "pilot": 1}


def test_choices_widen_within_a_facet_and_narrow_between_facets():
    school = indexed(stage="running", settings=["school"])
    online = indexed(stage="running", settings=["online"])
    indexed(stage="pilot", settings=["school"])

    results = search.find(chosen={"stage": ["running"], "setting": ["school", "online"]})

    assert set(results.practices) == {school, online}


def test_every_count_is_what_the_click_gives():
    for n in range(12):
        indexed(
            stage=["running", "pilot"][n % 2],
            settings=[["school"], ["online"], ["school", "online"]][n % 3],
            language=["en", "fr", "de", "es"][n % 4],
            start=["2020", "2021-05"][n // 6],
        )
    chosen = {"stage": ["pilot"], "setting": ["school"]}

    counts = search.find(chosen=chosen).counts

    for name, values in counts.items():
        for value, n in values.items():
            assert search.find(chosen=chosen | {name: [value]}).total == n, (name, value)


def test_a_top_theme_counts_its_narrower_ones():
    parent = ThemeFactory()
    practice = indexed(themes=[ThemeFactory(parent=parent)])
    indexed()

    results = search.find(chosen={"theme": [parent.slug]})

    assert results.practices == [practice]


def test_sorts():
    old = indexed(confirmed_on="2026-01-01")
    new = indexed()
    adapted = indexed()
    Adaptation.objects.create(revision=new.public_revision, origin=adapted)
    search.index(new)

    assert found("", sort="newest") == [adapted, new, old]
    assert found("", sort="confirmed") == [old, adapted, new]
    assert found("", sort="adapted") == [adapted, new, old]


def test_a_page_out_of_range_is_the_nearest(monkeypatch):
    monkeypatch.setattr(search.finding, "PAGE_SIZE", 2)
    practices = [indexed() for _ in range(3)]

    results = search.find(page=99)

    assert (results.page, results.pages, results.practices) == (2, 2, practices[:1])


def test_ten_practices_cost_as_many_queries_as_six(django_assert_num_queries, django_assert_max_num_queries):
    for _ in range(6):
        OutcomeFactory(revision=indexed(title="Zeppelins for all").public_revision)
    with django_assert_max_num_queries(10) as six:
        search.find("zeppelins")
    for _ in range(4):
        OutcomeFactory(revision=indexed(title="Zeppelins for all").public_revision)

    with django_assert_num_queries(len(six)):
        practices = search.find("zeppelins").practices
        [(p.member.name, p.public_revision.headline, p.public_revision.main_theme.parent) for p in practices]
    assert len(practices) == 10
