"""What a supervisor writes."""

from django import forms

from requests_app.staff.sent_words import may_be_sent


class AnswerForm(forms.Form):
    """The answer to a Report; the citizen reads it as it stands. `seen`: how long the citizen's words were."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    answer = forms.CharField(
        label="Jawaban untuk warga",
        help_text="Warga membaca teks ini apa adanya. Katakan apa yang terjadi dan apa langkah berikutnya, tanpa NIK, "
        "nomor KK, alamat, atau nama lengkap.",
        max_length=600,
        validators=[may_be_sent],
        widget=forms.Textarea({"rows": 4}),
        error_messages={
            "required": "Tuliskan jawaban untuk warga.",
            "max_length": "Jawaban paling panjang 600 huruf.",
        },
    )


class AnnulForm(forms.Form):
    """Why a decision is annulled; kept for the record, not sent."""

    reason = forms.CharField(
        label="Alasan pembatalan",
        help_text="Tersimpan di riwayat. Warga hanya diberi tahu bahwa keputusan keliru dan diperiksa lagi.",
        max_length=600,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Isi alasan pembatalan keputusan.", "max_length": "Paling panjang 600 huruf."},
    )
