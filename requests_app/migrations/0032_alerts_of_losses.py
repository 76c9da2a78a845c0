from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0031_way_back'),
    ]

    operations = [
        migrations.AlterField(
            model_name='stockalert',
            name='kind',
            field=models.CharField(choices=[('ledger', 'Buku dan stok tidak sama'), ('cover', 'Blangko hampir habis'), ('transfer', 'Selisih kiriman blangko'), ('shipment', 'Selisih kiriman kartu'), ('loss', 'Kartu tidak ditemukan'), ('unfetched', 'Kartu perlu dibawa ke kantor')], max_length=10),
        ),
    ]
