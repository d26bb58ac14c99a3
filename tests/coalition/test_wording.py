from coalition.wording import Part, words


def test_a_changed_word_is_struck_out_and_put_in():
    assert words("support in many schools", "support in eleven schools") == [
        Part("", "support in "),
        Part("del", "many "),
        Part("ins", "eleven "),
        Part("", "schools"),
    ]


def test_a_text_out_of_nothing_is_all_new():
    assert words("", "Two schools dropped out.") == [Part("ins", "Two schools dropped out.")]
