"""What the forms of family cards and of certified copies ask beside the person."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from requests_app.rules.catalogue import Reason

if TYPE_CHECKING:
    from requests_app.demo.people import People

Answers = Mapping[str, Any]
YEAR = 365
CHANGES = (
    {"element": "pekerjaan", "old": "Pelajar/Mahasiswa", "new": "Karyawan swasta"},
    {"element": "pendidikan", "old": "SLTA", "new": "Diploma IV atau S1"},
    {"element": "nama_orangtua", "old": "Ahmad Contoh", "new": "Ahmad Umpama"},
    {"element": "tempat_lahir", "old": "Palembang", "new": "Kayu Agung"},
    {"element": "hubungan_keluarga", "old": "Famili lain", "new": "Menantu"},
)
RELATIONS_BY_MOVE = ("Istri", "Menantu", "Orang tua", "Famili lain")


def family_details(people: "People", answers: Answers) -> dict[str, Any]:
    """Of a family card: its head, who comes to the office, and what the reason asks."""
    head = answers["name"] if people.rng.random() < 0.6 else people.name("L")
    ask = _ASKED.get(answers["reason"])
    return {"head_name": head, "collector": _collector(people), **(ask(people, answers) if ask else {})}


def certified_details(people: "People", answers: Answers) -> dict[str, Any]:
    """Of a certified copy: which document, signed by pen, and how many; whoever has died does not apply."""
    document = answers["reason"]
    copies = people.rng.choices([1, 2, 3, 5, 10, 20], [15, 25, 30, 20, 8, 2])[0]
    asked = {"signature": "wet", "document": document, "copies": copies, "collector": _collector(people)}
    return asked | (_relative(people, answers) if document == Reason.AKTA_KEMATIAN else {})


def _collector(people: "People") -> str:
    return people.rng.choices(["self", "family", "outsider"], [80, 17, 3])[0]


def _relative(people: "People", answers: Answers) -> dict[str, str]:
    name, nik = _person(people, answers, sex="P", years=40)
    return {"applicant": "family", "applicant_name": name, "applicant_nik": nik, "applicant_relation": "anak"}


def _person(people: "People", answers: Answers, *, sex: str, years: int) -> tuple[str, str]:
    """Somebody of that age: name and NIK."""
    birth = people.day - timedelta(days=years * YEAR + people.rng.randint(0, YEAR))
    known = {"birth_date": birth.isoformat(), "sex": sex, "kelurahan": answers["kelurahan"]}
    return people.name(sex), people.nik(known)


def _members(people: "People", answers: Answers) -> dict[str, str]:
    """The names of a new card, one a line, the applicant's first."""
    others = [people.name(people.rng.choice("LP")) for _ in range(people.rng.randint(1, 3))]
    return {"members": "\n".join([answers["name"], *others])}


def _new_family(people: "People", answers: Answers) -> dict[str, str]:
    rng = people.rng
    return {
        "formed_by": rng.choices(["marriage", "divorce"], [85, 15])[0],
        "certificate": rng.choices(["yes", "no"], [92, 8])[0],
        **_members(people, answers),
    }


def _arrived(people: "People", answers: Answers) -> dict[str, str]:
    rng = people.rng
    return {
        "origin": rng.choices(["indonesia", "abroad"], [92, 8])[0],
        "house": rng.choice(["own", "others"]),
        **_members(people, answers),
    }


def _split(people: "People", answers: Answers) -> dict[str, str]:
    return {"split_cause": people.rng.choice(["marriage_or_divorce", "other"]), **_members(people, answers)}


def _new_head(people: "People", answers: Answers) -> dict[str, str]:
    """The widow, or the oldest child with a guardian."""
    orphans = people.rng.random() < 0.1
    name, nik = _person(people, answers, sex="P", years=16 if orphans else 45)
    asked = {"all_under_17": "yes" if orphans else "no", "new_head_name": name, "new_head_nik": nik}
    if orphans:
        asked["guardian_name"], asked["guardian_nik"] = _person(people, answers, sex="L", years=50)
    return asked


def _one_more(people: "People", answers: Answers) -> dict[str, str]:
    """A child that was born, who has no NIK yet, or somebody who moves in."""
    rng = people.rng
    sex = rng.choice("LP")
    if rng.random() < 0.8:
        birth: date = people.day - timedelta(days=rng.randint(5, 200))
        return {
            "added_by": "birth", "birth_letter": rng.choices(["yes", "no"], [95, 5])[0],
            "member_name": people.name(sex), "member_birth_date": birth.isoformat(), "member_sex": sex,
            "member_relation": "Anak",
        }  # fmt: skip
    birth = people.day - timedelta(days=rng.randint(18 * YEAR, 60 * YEAR))
    known = {"birth_date": birth.isoformat(), "sex": sex, "kelurahan": answers["kelurahan"]}
    return {
        "added_by": "moved_in", "member_name": people.name(sex), "member_nik": people.nik(known),
        "member_birth_date": birth.isoformat(), "member_sex": sex, "member_relation": rng.choice(RELATIONS_BY_MOVE),
    }  # fmt: skip


def _one_less(people: "People", answers: Answers) -> dict[str, str]:
    cause, years = people.rng.choice([("died", 70), ("moved_out", 24)])
    name, nik = _person(people, answers, sex=people.rng.choice("LP"), years=years)
    return {"removed_by": cause, "member_name": name, "member_nik": nik}


def _changed(people: "People", answers: Answers) -> dict[str, Any]:
    whose = answers.get("whose") or people.rng.choice(["self", "other"])
    asked: dict[str, Any] = {"elements": [people.rng.choice(CHANGES)], "whose": whose}
    if whose == "other":
        asked["member_name"], asked["member_nik"] = _person(people, answers, sex="L", years=25)
    return asked


def _lost(people: "People", answers: Answers) -> dict[str, str]:
    return people.police_letter()


_ASKED: dict[str, Callable[["People", Answers], dict[str, Any]]] = {
    Reason.BARU_KELUARGA: _new_family,
    Reason.BARU_PINDAH_DATANG: _arrived,
    Reason.BARU_PISAH_KK: _split,
    Reason.GANTI_KEPALA_KELUARGA: _new_head,
    Reason.TAMBAH_ANGGOTA: _one_more,
    Reason.KURANG_ANGGOTA: _one_less,
    Reason.PERUBAHAN_ELEMEN_DATA: _changed,
    Reason.HILANG: _lost,
}
