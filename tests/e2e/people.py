"""The citizens of the story: made-up people with data that can be found again anywhere, and how they apply."""

import re
from dataclasses import dataclass, field
from datetime import date

from tests.e2e.browser import Browser, File
from tests.files.samples import document, encode

NUMBER = re.compile(r"PLG-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")


@dataclass(frozen=True)
class Citizen:
    """Somebody with a NIK of a serial that nobody holds and a phone of the fictitious range."""

    name: str
    nik: str
    kk_number: str
    birth: tuple[str, str, str]
    phone: str
    email: str
    address: str
    police_number: str
    number: list[str] = field(default_factory=list)

    @property
    def application(self) -> str:
        """The number of what this person applied for."""
        return self.number[-1]


def citizen(name: str, serial: int) -> Citizen:
    """Somebody with a NIK and a family of their own, and a phone that no example of the demo set has."""
    nik, kk_number = f"16710552038899{serial}", f"16710504071299{serial}"
    return Citizen(
        name, nik, kk_number, ("12", "3", "1988"), f"+62800000000{serial}", "", f"Lorong Contoh {serial}", ""
    )


ZUBAIDAH = Citizen(
    name="Zubaidah Contohsari",
    nik="1671055203889917",
    kk_number="1671050407129928",
    birth=("12", "3", "1988"),
    phone="+6280000004711",
    email="zubaidah.contohsari@warga.example",
    address="Lorong Kenanga Merah No. 47",
    police_number="LP/4711/XI/2026",
)
YUSNIAR = Citizen(
    name="Yusniar Contohwati",
    nik="1671074911769938",
    kk_number="1671071203119949",
    birth=("9", "11", "1976"),
    phone="+6280000004722",
    email="yusniar.contohwati@warga.example",
    address="Jalan Pisang Kipas Lrg. 9",
    police_number="LP/4722/XI/2026",
)
XAVERIUS = Citizen(
    name="Xaveria Contohningsih",
    nik="1671016505699941",
    kk_number="1671011809109952",
    birth=("25", "5", "1969"),
    phone="+6280000004733",
    email="xaveria.contohningsih@warga.example",
    address="Rumah Rakit Ujung No. 33",
    police_number="LP/4733/XI/2026",
)
HALFWAY = Citizen(
    name="Wardiyah Contohlestari",
    nik="1671026810919963",
    kk_number="1671020102139964",
    birth=("28", "10", "1991"),
    phone="+6280000004744",
    email="wardiyah.contohlestari@warga.example",
    address="Gang Belum Selesai No. 8",
    police_number="LP/4744/XI/2026",
)
EVERYBODY = (ZUBAIDAH, YUSNIAR, XAVERIUS, HALFWAY)


def photo() -> File:
    """A sheet of text as a phone photographs it."""
    return ("IMG_0047.jpg", encode(document(), "jpeg", quality=88), "image/jpeg")


def begin(phone: Browser, citizen: Citizen) -> None:
    """Start page to documents page: a lost KTP-el, for oneself."""
    day, month, year = citizen.birth
    phone.open("/").open("/ajukan/ktp-el/").press("Mulai")
    phone.press("Lanjut", {"reason": "hilang"})
    owner = {"applicant": "self", "name": citizen.name, "nik": citizen.nik, "kk_number": citizen.kk_number, "sex": "P"}
    phone.press("Lanjut", owner | {"birth_date_0": day, "birth_date_1": month, "birth_date_2": year})
    phone.press("Lanjut", {"kelurahan": "16.71.01.1001", "address": citizen.address, "rt": "3", "rw": "1"})
    letter = date.today()
    phone.press(
        "Lanjut",
        {
            "police_number": citizen.police_number,
            "police_date_0": str(letter.day),
            "police_date_1": str(letter.month),
            "police_date_2": str(letter.year),
            "police_station": "Polsek Contoh Ilir",
        },
    )


def apply(phone: Browser, citizen: Citizen) -> str:
    """The whole form up to the receipt; the application's number."""
    begin(phone, citizen)
    phone.press("Lanjut", files={"KK": [photo()], "SURAT_HILANG": [photo()]})
    contact = {"contact": "whatsapp", "phone": citizen.phone.replace("+62", "0"), "phone_owner": "self"}
    phone.press("Lanjut", contact | {"email": citizen.email})
    assert citizen.address in phone.text
    phone.press("Kirim", {"statement": "on"})
    number = NUMBER.search(phone.text)
    assert number, phone.text
    citizen.number.append(number[0])
    return number[0]
