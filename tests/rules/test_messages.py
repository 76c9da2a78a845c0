from requests_app.rules.messages import decision_params, fitting, own_words, render, without_frame

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


def test_a_message_that_meta_would_refuse_is_cut_where_it_is_longest():
    body = "Halo {nama}. Perlu perbaikan: {butir} Berkas lain tersimpan. {catatan} Gratis."
    assert fitting(body, ["Siti", "a" * 100, "b" * 50]) == ("Siti", "a" * 100, "b" * 50)
    name, items, note = fitting(body, ["Siti", "a" * 2000, "b" * 400])
    assert (name, note) == ("Siti", "b" * 400)
    assert items.endswith("a…")
    assert len(render(body, {"nama": name, "butir": items, "catatan": note})) == 1024
    filled = fitting(body, ["Siti", "a" * 2000, "b" * 2000])
    assert len(render(body, dict(zip(["nama", "butir", "catatan"], filled, strict=True)))) <= 1024
    assert fitting("a" * 2000, []) == ()
