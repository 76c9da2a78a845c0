from requests_app.rules.messages import decision_params, own_words, without_frame

SENTENCES = {"foto_buram": "Foto tidak terbaca jelas."}


def correction(items, note=""):
    return decision_params(
        kind="needs_correction", items=items, sentences=SENTENCES, reason="", legal_ground="", next_step="",
        note=note, details={}, until=None, card="",
    )  # fmt: skip


def test_one_faulty_item_is_one_sentence():
    told = correction([{"target": "KK", "reason": "foto_buram"}])
    assert told["butir"] == "Kartu Keluarga: Foto tidak terbaca jelas."
    assert told["catatan"] == "Simpan pesan ini."


def test_several_items_are_numbered_and_own_words_stand_beside_what_they_speak_of():
    items = [{"target": "KK", "reason": "foto_buram"}, {"target": "name", "reason": ""}]
    told = correction(items, "Terima kasih\nNama lengkap: Di KK tertulis Numan")
    assert told["butir"] == ("(1) Kartu Keluarga: Foto tidak terbaca jelas. (2) Nama lengkap: Di KK tertulis Numan.")
    assert told["catatan"] == "Catatan petugas: Terima kasih."


def test_own_words_of_one_item_are_not_told_of_another():
    words, rest = own_words("Nama lengkap: salah\nAlamat: kurang\nLain: hal", ["name", "address"])
    assert words == {"name": "salah", "address": "kurang"}
    assert rest == "Lain: hal"


def test_an_answer_inside_an_apology_greets_once_and_carries_one_check_code():
    body = "Halo Siti. Permohonan PLG-7K3M-9QTX-4 disetujui. Simpan pesan ini. Gratis. Kode pesan: X8QZYH."
    assert without_frame(body) == "Permohonan PLG-7K3M-9QTX-4 disetujui. Simpan pesan ini."
    assert without_frame("Tanpa salam. Gratis.") == "Tanpa salam. Gratis."
