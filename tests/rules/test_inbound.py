"""What citizens write is understood as they mean it; what is not surely understood is for an officer."""

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from requests_app.rules.inbound import (
    REPLY_LIMIT,
    Intent,
    application_number,
    asked_for,
    check_reply,
    proof_code,
    read_intent,
    report_words,
    same_question,
    says_more,
    without_id_numbers,
)
from requests_app.rules.numbers import ALPHABET

NUMBER = "PLG-W1B9-AEJ9-V"  # the same in each process: names of tests are made of it
SITE = "adminduk.example.id"


@pytest.mark.parametrize(
    "text",
    [
        "STATUS", "status", " Status. ", "Status?", "sTaTuS!!", "statuss", "statusss", "satus", "stauts", "setatus",
        "statu",
        "Assalamualaikum, mohon info status", "Pak mau cek status KTP saya dong", f"STATUS {NUMBER}", "STATUS ABC-123",
        NUMBER, f"{NUMBER.lower()} pak", "ＳＴＡＴＵＳ", "Permohonan saya sudah sampai mana ya?",
        "KTP saya kapan jadi?",
        "apakah sudah selesai?", "kk saya blm jadi ya bu",
    ],
)  # fmt: skip
def test_who_asks_where_the_application_is_asks_for_its_status(text: str):
    assert read_intent(text) is Intent.STATUS


@pytest.mark.parametrize(
    "text",
    [
        "LAPOR", "lapor!", "Lapor pak", "lpor", "laopr", "saya mau lapor", "melapor", f"LAPOR {NUMBER}",
        "Lapor, sudah seminggu tidak ada jawaban", "laporan saya belum dijawab",
    ],
)  # fmt: skip
def test_who_reports_is_heard(text: str):
    assert read_intent(text) is Intent.REPORT


@pytest.mark.parametrize(
    "text",
    [
        "lapar", "Mau lapor kematian ayah saya", "lapor kehilangan KTP", "lapor pindah", "laporan polisi apakah wajib?",
        "status perkawinan saya di KTP salah", "Status kawin bagaimana mengubahnya", "Halo", "?", "tidak bisa", "ya",
        "iya pak",
        "Jam berapa buka?",
        "sudah saya kirim tetapi nama ibu saya di kartu keluarga salah tulis bagaimana memperbaikinya",
        "1", "08.00", "saya butuh surat untuk besok karena status anak saya di sekolah belum jelas menurut gurunya",
    ],
)  # fmt: skip
def test_what_means_something_else_is_for_an_officer(text: str):
    assert read_intent(text) is Intent.FREE


@pytest.mark.parametrize(
    "text",
    [
        "Terima kasih", "makasih ya pak", "OK", "oke siap", "👍", "🙏🏽🙏🏽", "Terima kasih banyak atas infonya", "...",
        "Terima kasih banyak pak", "Makasih ya bu", "Makasiiih 🙏", "Selamat pagi pak, terima kasih banyak",
        "Waalaikumsalam, baik bu", "Siap, maaf merepotkan", "Sama-sama", "sama sama pak", "Sama2 🙏", "samo-samo",
        "ＯＫ",
    ],
)  # fmt: skip
def test_thanks_ask_for_nothing(text: str):
    assert read_intent(text) is Intent.THANKS


@pytest.mark.parametrize(
    "text",
    [
        "ok tapi kapan saya datang?", "terima kasih, nama saya salah", "siap?", "ok？",
        "Baik pak, tolong cek permohonan saya", "Makasih, minta nomor KK", "ok info dong", "Siap, saya tanya KTP",
        "Ok, 081234567890", "Siap, 12-01-2026", f"Baik, {NUMBER}", "Baik PLG-ABCD-EFGH-J", "👍 2", "ok ½", "ok 你好",
        "Terima kasih [16 angka dihapus]", "Baik, ibu saya", "Ok pagi", "Ok sudah", "Sama", "alamatnya sama ya",
    ],
)  # fmt: skip
def test_thanks_with_anything_beside_them_are_none(text: str):
    assert read_intent(text) is not Intent.THANKS


SAID_IN_THANKS = st.sampled_from(["terima kasih", "makasih", "ok", "baik", "siap", "pak", "bu", "ya", "banyak", "maaf"])
ASKED_FOR = st.sampled_from(
    ["tolong", "minta", "mohon", "cek", "tanya", "nomor", "permohonan", "ktp", "kk", "berkas", "info", "saya", "mau",
     "kapan", "3", "0812", "?"]
)  # fmt: skip


@given(st.lists(SAID_IN_THANKS), ASKED_FOR, st.lists(SAID_IN_THANKS))
def test_no_thanks_cover_a_word_that_asks_for_something(before: list[str], asks: str, after: list[str]):
    assert read_intent(" ".join([*before, asks, *after])) is not Intent.THANKS


def test_a_pressed_button_says_what_it_carries_whatever_its_words():
    assert read_intent("Sampai di mana?", payload="STATUS") is Intent.STATUS
    assert read_intent("Terima kasih", payload="lapor") is Intent.REPORT
    assert read_intent("Terima kasih", payload="something") is Intent.THANKS


def test_what_has_no_words_is_other():
    assert read_intent("") is read_intent(" \n") is Intent.OTHER


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("KODE ABCD-EFGH Adminduk Online", "ABCD-EFGH"),
        (f"KODE ABCD-2345 Permohonan {NUMBER}", "ABCD-2345"),
        ("kode: abcd - efgh", "ABCD-EFGH"),
        (" abcd-efgh ", "ABCD-EFGH"),
        ("KODE OIL0-AAAA", "0110-AAAA"),
        ("KODE UUUU-AAAA", None),
        ("KODE ABCD-EFGHX", None),
        ("selamat1", None),
        ("1234-5678", None),
        ("KODE 1234-5678", "1234-5678"),
        ("kode saya mana", None),
    ],
)
def test_the_code_of_a_prepared_message_is_found(text: str, code: str | None):
    assert proof_code(text) == code
    assert (read_intent(text) is Intent.PROOF) == (code is not None)


@pytest.mark.parametrize(
    "word",
    ["sama", "hati", "baik", "siap", "pagi", "hari", "kira", "tiba", "lama", "mana", "diam", "bisa", "anak", "kata"],
)
def test_a_word_said_twice_is_no_code(word: str):
    for text in (f"{word}-{word}", f" {word.title()}-{word} ", f"{word}-{word}".upper()):
        assert proof_code(text) is None
        assert read_intent(text) is not Intent.PROOF


@given(st.text(ALPHABET, min_size=4, max_size=4), st.text(ALPHABET, min_size=4, max_size=4))
def test_every_code_that_we_make_is_read_with_the_word_before_it(left: str, right: str):
    for second in (right, left):
        assert proof_code(f"KODE {left}-{second} Adminduk Online") == f"{left}-{second}"


def test_an_applications_number_is_found_as_people_write_it():
    assert application_number(f"status {NUMBER.lower().replace('-', ' ')} ya") == NUMBER
    wrong = NUMBER[:-1] + ("A" if NUMBER[-1] != "A" else "B")
    assert application_number(f"status {wrong}") is None
    assert application_number("STATUS ABC-123") is None


@pytest.mark.parametrize(
    "text",
    ["STATUS", "setatus pak", f"STATUS {NUMBER}", "Pak kartu saya kapan jadi ya?", "kk saya blm jadi ya bu",
     "Permohonan saya sudah sampai mana ya?", "status, terima kasih"],
)  # fmt: skip
def test_a_question_for_the_status_is_answered_by_it(text: str):
    assert not says_more(text)


@pytest.mark.parametrize(
    "text",
    ["kapan jadi? saya sudah pindah alamat, tolong telepon", "Tolong pak kapan jadi KTP saya, saya mau operasi besok",
     "status, nama saya salah"],
)  # fmt: skip
def test_what_is_said_beside_a_question_for_the_status_is_for_an_officer(text: str):
    assert read_intent(text) is Intent.STATUS
    assert says_more(text)


def test_two_questions_are_the_same_in_the_same_words_but_for_polite_ones():
    assert same_question("STATUS", "status? pak")
    assert not same_question("STATUS", "KTP saya kapan jadi?")
    assert not same_question(f"STATUS {NUMBER}", "STATUS")


def test_two_questions_are_the_same_when_they_name_the_same():
    other = "PLG-0000-0000-0"
    assert asked_for(f"STATUS {NUMBER}") == asked_for(f"{NUMBER.lower()} pak!") != asked_for("STATUS")
    assert asked_for(f"{NUMBER} {other}") == asked_for(f"{other}, {NUMBER}, {NUMBER}")
    assert asked_for("KODE ABCD-EFGH") != asked_for("KODE ABCD-EFGJ")


def test_only_what_is_said_beyond_the_word_is_part_of_a_report():
    assert report_words("LAPOR") == report_words("saya mau lapor pak!") == report_words(f"Lapor {NUMBER}") == ""
    assert report_words("Lapor, sudah seminggu") == "Lapor, sudah seminggu"
    assert "1671" not in report_words("Lapor NIK saya 1671045708959001 belum jadi")
    assert len(report_words("lapor " + "x y " * 900)) == 1000


@pytest.mark.parametrize(
    "written",
    [
        "1671045708959001",
        "1671 0457 0895 9001",
        "1671-0457-0895-9001",
        "167104.570895.9001",
        "１６７１０４５７０８９５９００１",
    ],
)
def test_no_nik_is_kept_however_it_is_written(written: str):
    assert without_id_numbers(f"NIK saya {written}, ya") == "NIK saya [16 angka dihapus], ya"


@pytest.mark.parametrize(
    "harmless",
    [
        "0800-0000-0100", "15 digits 123456789012345", "tanggal 23-11-2026 jam 08.00", NUMBER,
        "Senin 12-01-2026 08.00-12.00", "12/01/2026 08.00–12.00 13.00–15.00", "12-01-2026 - 14-01-2026. 08.00-12.00",
        "2026-01-12 08.00-12.00", "12-05-1990 081234567890", "01-05-90 0812 3456 7890", "12.05.1990 0812-3456-7890",
        "081234567890 081298765432", "0812 3456 7890 0813 4567 8901", "081234567890\n081298765432",
        "+62 812-3456-7890 +62 813-4567-8901", "+6281234567890 12-05-1990",
        "+62 812-3456-7890 12-05-1990", "0711-350651 08.00-12.00",
        "12345678\n12345678", "12345678\r\n12345678",
    ],
)  # fmt: skip
def test_other_numbers_stay(harmless: str):
    assert without_id_numbers(harmless) == harmless


@pytest.mark.parametrize(
    "doubtful",
    [
        "16 71 04 57 08 95 90 01", "16-71-04-12-05-1990-01", "1671 - 0457 - 0895 - 9001", "1671—0457—0895—9001",
        "16.71 08120690 0001", "167104 081290 0001", "12.05 0812 0690 0001", "12.30 081234567890",
        "1-5-90 0812 3456 7890", "12-05-1990 1671045708959001", "1671045708959001 081234567890",
        "1671 0457 0895 9001 12-05-1990 08.00",
        "0812 3456 7890 1671 0457 0895 9001", "16710457089590012",
    ],
)  # fmt: skip
def test_what_may_be_a_nik_does_not_stay(doubtful: str):
    assert without_id_numbers(f"Ini {doubtful} ya") == "Ini [16 angka dihapus] ya"


MARKS = " .-/_\u2013\u00a0"


@given(st.from_regex(r"[1-9][0-9]{15}", fullmatch=True), st.randoms(), st.booleans())
def test_no_nik_stays_in_whatever_groups_it_is_written(nik: str, chance: Random, is_mixed: bool):
    """By one kind of mark, or by several where a group stands between blanks: dates and hours have marks within."""
    written, mark = "", chance.choice(MARKS)
    while len(nik) > 6:
        size = chance.randint(1, 6)
        written += nik[:size] + (chance.choice(MARKS) if is_mixed else mark)
        nik = nik[size:]
    written += nik
    assume(not is_mixed or any(part.isdigit() for part in written.split()))
    assert without_id_numbers(f"NIK {written}, ya") == "NIK [16 angka dihapus], ya"


@given(st.text())
def test_whatever_is_written_has_an_intent_and_loses_its_nik(text: str):
    assert read_intent(text) in Intent
    assert without_id_numbers(without_id_numbers(text)) == without_id_numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "Silakan datang Senin, 30 November pukul 08.00.", f"Lihat https://{SITE}/lacak/.", f"Lihat {SITE}/zona/",
        "Tulis ke loket@contoh.go.id", "x" * REPLY_LIMIT, "Bawa KK asli.Datang pagi.",
        "Datang Senin 12-01-2026 08.00-12.00.",
    ],
)  # fmt: skip
def test_an_officer_may_send_this(text: str):
    check_reply(text, site=SITE)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("  ", "Tulis jawaban"),
        ("x" * (REPLY_LIMIT + 1), "terlalu panjang"),
        ("NIK Anda 1671 0457 0895 9001", "16 angka"),
        ("Buka https://contoh.com/masuk", f"tautan ke {SITE}"),
        ("Buka bit.ly/abc", f"tautan ke {SITE}"),
        (f"https://{SITE}@contoh.com/", f"tautan ke {SITE}"),
        (f"http://{SITE}.contoh.com", f"tautan ke {SITE}"),
        ("wa.me/6280000000001", f"tautan ke {SITE}"),
        ("http://[", f"tautan ke {SITE}"),
    ],
)
def test_an_officer_may_not_send_this(text: str, says: str):
    with pytest.raises(ValueError, match=says):
        check_reply(text, site=SITE)
